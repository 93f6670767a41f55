/** The databases of stopped servers, filled past the product. Depends on {@code product}. */
@NullMarked
package org.chancery.bench.store;

import org.jspecify.annotations.NullMarked;
