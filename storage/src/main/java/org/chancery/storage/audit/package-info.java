/**
 * The record in a table, and the order of its chain. Depends on transactions and columns.
 */
@NullMarked
package org.chancery.storage.audit;

import org.jspecify.annotations.NullMarked;
