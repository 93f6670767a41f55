/** Quarantined mail in its table. Depends on {@code core.quarantine}, and on how messages keep what both have. */
@NullMarked
package org.chancery.storage.quarantine;

import org.jspecify.annotations.NullMarked;
