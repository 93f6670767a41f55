/**
 * Endpoints, their counters and the turns of senders in tables. Depends on transactions and columns.
 */
@NullMarked
package org.chancery.storage.endpoint;

import org.jspecify.annotations.NullMarked;
