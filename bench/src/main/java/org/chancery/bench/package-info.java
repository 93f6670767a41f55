/**
 * Benchmarks of the packaged product, started by {@code bin/bench}. The product is measured from outside, as a process of
 * its own on loopback; nothing here depends on its modules.
 */
@NullMarked
package org.chancery.bench;

import org.jspecify.annotations.NullMarked;
