/**
 * Finds out who sent a mail: SPF, DKIM, DMARC and ARC, one after the other within bounded time, and keeps what was found with the
 * mail. Depends on {@code core.mail}.
 */
@NullMarked
package org.chancery.mailets.authentication;

import org.jspecify.annotations.NullMarked;
