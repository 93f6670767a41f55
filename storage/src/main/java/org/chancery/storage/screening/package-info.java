/** What people taught about spam, and what the stored mail tells about senders. Depends on {@code core.screening}. */
@NullMarked
package org.chancery.storage.screening;

import org.jspecify.annotations.NullMarked;
