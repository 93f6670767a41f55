/** Where recipients of mail say that they want no more of it, without a token. Depends on {@code core.report} and {@code api.http}. */
@NullMarked
package org.chancery.api.unsubscribe;

import org.jspecify.annotations.NullMarked;
