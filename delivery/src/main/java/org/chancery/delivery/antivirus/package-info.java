/** ClamAV's daemon: mail is streamed to it, and it says what it found. Depends on {@code core.screening}. */
@NullMarked
package org.chancery.delivery.antivirus;

import org.jspecify.annotations.NullMarked;
