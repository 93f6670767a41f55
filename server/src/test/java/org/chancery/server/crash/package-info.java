/**
 * The packaged product under what befalls servers: {@code kill -9} in the middle of everything, a database that goes away.
 * Sizes are system properties, small by default: {@code -Dcrash.mails=20000 -Dcrash.sessions=20 -Dcrash.kills=5},
 * {@code -Dcrash.outgoing=5000},
 * {@code -Dcrash.away=60}; {@code -Dcrash.seed} repeats a run.
 */
@NullMarked
package org.chancery.server.crash;

import org.jspecify.annotations.NullMarked;
