/** Steps that say what speaks against a mail. Depends on {@code core.screening}, {@code core.attachment} and {@code core.phishing}. */
@NullMarked
package org.chancery.mailets.screening;

import org.jspecify.annotations.NullMarked;
