/**
 * Deliveries of events to subscribers, in tables. Depends on transactions and columns.
 */
@NullMarked
package org.chancery.storage.subscription;

import org.jspecify.annotations.NullMarked;
