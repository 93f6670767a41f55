/**
 * The durable spool: an append-only log in segment files, forced once for all sessions that wait, released when a
 * checkpoint proved that storage holds what is in it. Depends on core's spool and mail words and on {@code
 * storage.disk}, not on the database.
 *
 * <p>The way of a mail: {@link org.chancery.storage.spool.IncomingMail} collects its bytes, {@link
 * org.chancery.storage.spool.GroupCommit} makes it durable, {@link org.chancery.storage.spool.Backlog} hands it out, {@link
 * org.chancery.storage.spool.Checkpointer} lets it go. After a crash {@link org.chancery.storage.spool.Recovery} reads back
 * what is there.
 */
@NullMarked
package org.chancery.storage.spool;

import org.jspecify.annotations.NullMarked;
