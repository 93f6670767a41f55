/** Mail by the thousands over SMTP. Depends on the JDK and on {@code product}. */
@NullMarked
package org.chancery.bench.load;

import org.jspecify.annotations.NullMarked;
