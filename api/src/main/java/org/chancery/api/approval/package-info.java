/** Approvals over HTTP. Depends on {@code core.approval}, and on how messages and their files are shown. */
@NullMarked
package org.chancery.api.approval;

import org.jspecify.annotations.NullMarked;
