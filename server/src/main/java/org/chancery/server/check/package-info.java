/** Tries what the server will need, before it is needed. */
@NullMarked
package org.chancery.server.check;

import org.jspecify.annotations.NullMarked;
