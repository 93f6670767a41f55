/**
 * Strangers on the network as tests need them: an SMTP server that answers by script, and a name server that answers
 * from a table. Real sockets on loopback; every module's tests may use them.
 */
@NullMarked
package org.chancery.testkit.peer;

import org.jspecify.annotations.NullMarked;
