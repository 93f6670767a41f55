/**
 * Whether the server lives and is ready, and what it counts: {@code /health/live}, {@code /health/ready}, {@code /metrics}.
 */
@NullMarked
package org.chancery.api.health;

import org.jspecify.annotations.NullMarked;
