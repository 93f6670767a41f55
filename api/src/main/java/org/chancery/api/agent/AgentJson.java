package org.chancery.api.agent;

import java.time.Instant;
import org.chancery.api.http.Field;
import org.chancery.core.access.Agent;
import org.jspecify.annotations.Nullable;

/** An agent. */
public record AgentJson(
        String agentId,
        String name,
        String type,
        String status,
        String executionMode,
        @Nullable String ownerUserId,

        @Field("Where the agent is told of its turns; null until agents have webhooks.") @Nullable
        String webhookUrl,

        @Field("Signs what is sent there, shown once; null until agents have webhooks.") @Nullable
        String webhookSecret,

        Instant createdAt) {

    static AgentJson of(Agent agent) {
        return new AgentJson(
                agent.id().text(),
                agent.name(),
                agent.type(),
                agent.status().text(),
                agent.executionMode().text(),
                agent.owner() == null ? null : agent.owner().text(),
                null,
                null,
                agent.createdAt());
    }
}
