/**
 * The event log for those who poll: {@code /v1/events/}.
 */
@NullMarked
package org.chancery.api.event;

import org.jspecify.annotations.NullMarked;
