/**
 * SMTP out: where a destination's mail is to be taken, and one conversation with the host that takes it. Depends on the
 * queue's words in {@code core} and on nothing else of ours; dnsjava ends here.
 */
@NullMarked
package org.chancery.delivery.smtp;

import org.jspecify.annotations.NullMarked;
