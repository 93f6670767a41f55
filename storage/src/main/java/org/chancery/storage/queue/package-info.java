/**
 * Outgoing jobs and their attempts in tables. Depends on transactions and columns.
 */
@NullMarked
package org.chancery.storage.queue;

import org.jspecify.annotations.NullMarked;
