/**
 * The product under measurement: {@code bin/chancery serve} as a process of its own, asked over HTTP and looked at through
 * {@code /proc}. Depends on {@code harness}.
 */
@NullMarked
package org.chancery.bench.product;

import org.jspecify.annotations.NullMarked;
