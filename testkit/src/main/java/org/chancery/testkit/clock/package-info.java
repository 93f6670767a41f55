/** Clocks that tests turn by hand. */
@NullMarked
package org.chancery.testkit.clock;

import org.jspecify.annotations.NullMarked;
