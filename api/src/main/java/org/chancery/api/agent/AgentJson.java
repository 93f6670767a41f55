package org.chancery.api.agent;

import java.time.Instant;
import org.chancery.api.http.Field;
import org.chancery.core.access.Agent;
import org.chancery.core.access.AgentService.Shown;
import org.chancery.core.access.WebhookSecret;
import org.jspecify.annotations.Nullable;

/** An agent. */
public record AgentJson(
        String agentId,
        String name,
        String type,
        String status,

        @Field("Who does its work: people (human), the configured model (auto) or a program of yours (external).")
        String executionMode,

        @Nullable String ownerUserId,

        @Field("Where the agent is told of its turns; null where it polls.") @Nullable
        String webhookUrl,

        @Field("Signs what is sent there (Standard Webhooks). Shown when it is made, and never again.") @Nullable
        String webhookSecret,

        Instant createdAt,
        Instant updatedAt) {

    static AgentJson of(Agent agent) {
        return of(new Shown(agent, null));
    }

    static AgentJson of(Shown shown) {
        Agent agent = shown.agent();
        WebhookSecret secret = shown.secret();
        return new AgentJson(
                agent.id().text(),
                agent.name(),
                agent.type(),
                agent.status().text(),
                agent.executionMode().text(),
                agent.owner() == null ? null : agent.owner().text(),
                agent.webhookUrl(),
                secret == null ? null : secret.reveal(),
                agent.createdAt(),
                agent.updatedAt());
    }

    AgentJson withoutSecret() {
        return new AgentJson(
                agentId, name, type, status, executionMode, ownerUserId, webhookUrl, null, createdAt, updatedAt);
    }
}
