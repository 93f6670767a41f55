/** Tells what kind of mail it is. Depends on {@code core.mail}. */
@NullMarked
package org.chancery.mailets.mail;

import org.jspecify.annotations.NullMarked;
