/**
 * How values of ours stand in columns of either database: text, times and JSON. Depends on jOOQ and Jackson.
 */
@NullMarked
package org.chancery.storage.column;

import org.jspecify.annotations.NullMarked;
