/** {@code bin/chancery} as operators and their scripts know it: commands, exit codes, signals. */
@NullMarked
package org.chancery.server.packaged;

import org.jspecify.annotations.NullMarked;
