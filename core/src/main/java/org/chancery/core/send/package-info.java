/**
 * The one door out: every mail that leaves is composed, authorised and queued here. Depends on the queue and below.
 */
@NullMarked
package org.chancery.core.send;

import org.jspecify.annotations.NullMarked;
