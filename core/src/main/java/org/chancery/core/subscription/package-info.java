/**
 * Readers of the event log that act on what they read, once for each event and subscriber: who is told, in which order, when
 * it is tried again, and the record of it. Depends on the queue's retry policy and below.
 */
@NullMarked
package org.chancery.core.subscription;

import org.jspecify.annotations.NullMarked;
