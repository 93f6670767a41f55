/**
 * Transactions over JDBC and jOOQ, what is made of the database's failures, and when commits are on disk. Depends on
 * columns and core.
 */
@NullMarked
package org.chancery.storage.tx;

import org.jspecify.annotations.NullMarked;
