/** The steps of the outbound processor. Depends on {@code core.send}. */
@NullMarked
package org.chancery.mailets.send;

import org.jspecify.annotations.NullMarked;
