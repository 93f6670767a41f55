/** How long searches take with little and with much stored mail. Depends on {@code compare}, {@code product}, {@code store}, {@code harness}. */
@NullMarked
package org.chancery.bench.search;

import org.jspecify.annotations.NullMarked;
