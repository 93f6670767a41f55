/** The whole server as strangers, agents and people meet it: mail in over SMTP, the API over HTTP, mail out to a peer. */
@NullMarked
package org.chancery.server.endtoend;

import org.jspecify.annotations.NullMarked;
