/**
 * Agents: {@code /v1/agents/}.
 */
@NullMarked
package org.chancery.api.agent;

import org.jspecify.annotations.NullMarked;
