/** Keeps what leaves later. Depends on {@code core.send}. */
@NullMarked
package org.chancery.storage.send;

import org.jspecify.annotations.NullMarked;
