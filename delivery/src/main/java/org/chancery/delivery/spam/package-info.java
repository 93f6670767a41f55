/** Rspamd as the scorer of spam, over HTTP. Depends on {@code core.screening}. */
@NullMarked
package org.chancery.delivery.spam;

import org.jspecify.annotations.NullMarked;
