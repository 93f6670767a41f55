/** Brings inbound mail into mailboxes. Depends on {@code core.mailbox}. */
@NullMarked
package org.chancery.mailets.mailbox;

import org.jspecify.annotations.NullMarked;
