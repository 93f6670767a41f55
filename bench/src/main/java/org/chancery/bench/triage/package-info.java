/** How long the calls of triage take with little and with much stored mail. Depends on {@code compare}, {@code product}, {@code store}, {@code load}, {@code harness}. */
@NullMarked
package org.chancery.bench.triage;

import org.jspecify.annotations.NullMarked;
