/** The same calls on a small store and on a large one. Depends on {@code product}, {@code harness}. */
@NullMarked
package org.chancery.bench.compare;

import org.jspecify.annotations.NullMarked;
