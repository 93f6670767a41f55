/** Screens inbound mail for each recipient, and confines what is suspect. Depends on {@code core.quarantine}. */
@NullMarked
package org.chancery.mailets.quarantine;

import org.jspecify.annotations.NullMarked;
