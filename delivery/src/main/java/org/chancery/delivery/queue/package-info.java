/**
 * The clock-work of the outgoing queue: claims due jobs, has a courier try them, records what came of it. Depends on
 * {@code core.queue}; knows nothing of SMTP.
 */
@NullMarked
package org.chancery.delivery.queue;

import org.jspecify.annotations.NullMarked;
