/** The server's data directory: who uses it, the keys in it, and which ports the server listens on. */
@NullMarked
package org.chancery.server.data;

import org.jspecify.annotations.NullMarked;
