/** Keeps what leaves later, and how much has left. Depends on {@code core.send}. */
@NullMarked
package org.chancery.storage.send;

import org.jspecify.annotations.NullMarked;
