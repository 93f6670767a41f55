/**
 * What each step of the pipeline did to a mail, and who may still work on it: wrapped around every matcher and mailet,
 * ours and others'. Depends on {@code core.mailbox} and {@code core.fault}.
 */
@NullMarked
package org.chancery.mailets.trace;

import org.jspecify.annotations.NullMarked;
