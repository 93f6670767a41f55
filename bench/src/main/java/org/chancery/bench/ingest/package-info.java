/**
 * {@code bin/bench ingest}: how fast the whole server accepts mail, beside other servers where they are there. Depends on
 * {@code harness}, {@code product} and {@code load}.
 */
@NullMarked
package org.chancery.bench.ingest;

import org.jspecify.annotations.NullMarked;
