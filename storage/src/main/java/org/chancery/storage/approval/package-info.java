/** Approvals and what people decided, on H2 and PostgreSQL. Depends on {@code core.approval}. */
@NullMarked
package org.chancery.storage.approval;

import org.jspecify.annotations.NullMarked;
