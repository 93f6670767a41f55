/** Labels, and which message has which. Depends on {@code core.label}. */
@NullMarked
package org.chancery.storage.label;

import org.jspecify.annotations.NullMarked;
