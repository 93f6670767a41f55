/**
 * Where a transaction begins and ends, and when its effects are on disk. Depends on nothing.
 */
@NullMarked
package org.chancery.core.tx;

import org.jspecify.annotations.NullMarked;
