/**
 * {@code bin/bench pipeline}: how fast accepted mail gets into storage. Depends on {@code harness}, {@code product} and
 * {@code load}.
 */
@NullMarked
package org.chancery.bench.pipeline;

import org.jspecify.annotations.NullMarked;
