/**
 * The event log in a table, and the order of its positions. Depends on transactions and columns.
 */
@NullMarked
package org.chancery.storage.event;

import org.jspecify.annotations.NullMarked;
