/**
 * The record: every decision and every send, append-only and chained by hashes, so that a later change shows. Depends on events,
 * ids and transactions; whatever decides or sends writes here, in its own transaction.
 */
@NullMarked
package org.chancery.core.audit;

import org.jspecify.annotations.NullMarked;
