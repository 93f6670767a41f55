/** Everything said to other machines. */
@NullMarked
package org.chancery.delivery;

import org.jspecify.annotations.NullMarked;
