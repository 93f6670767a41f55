/**
 * Outgoing jobs: lease, attempt, result, retry. Depends on the mailbox and below.
 */
@NullMarked
package org.chancery.core.queue;

import org.jspecify.annotations.NullMarked;
