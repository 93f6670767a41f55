/**
 * What a mail carries, judged by its content: programs, scripts, macros, archives that are locked or built to burst. Readers of
 * strangers' files, each bounded in octets, entries and depth. Depends on {@code core.screening}, {@code core.mail} and the JDK.
 */
@NullMarked
package org.chancery.core.attachment;

import org.jspecify.annotations.NullMarked;
