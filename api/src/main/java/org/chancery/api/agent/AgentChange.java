package org.chancery.api.agent;

import java.util.Locale;
import org.chancery.api.http.Field;
import org.chancery.api.http.Given;
import org.chancery.core.access.Agent;
import org.chancery.core.access.Agent.ExecutionMode;
import org.chancery.core.id.UserId;
import org.jspecify.annotations.Nullable;

/** What {@code PATCH /v1/agents/{id}/} takes; what is left out stays as it is. */
public record AgentChange(
        @Field(value = "What people know the agent by.", notBlank = true, singleLine = true, maxLength = 200)
        Given<String> name,

        @Field(value = "What kind of program it is, in free words.", singleLine = true, maxLength = 100)
        Given<String> type,

        @Field(
                value = "Only an active agent gets turns; a disabled one cannot use its tokens either.",
                oneOf = {"active", "paused", "disabled"})
        Given<String> status,

        @Field(
                value = "human, auto or external.",
                oneOf = {"human", "auto", "external"})
        Given<String> executionMode,

        @Field("The person who answers for it; null for nobody.")
        Given<@Nullable String> ownerUserId,

        @Field(
                value = "Where it is told of its turns; null for an agent that polls.",
                singleLine = true,
                maxLength = 2000)
        Given<@Nullable String> webhookUrl) {

    Agent applyTo(Agent agent) {
        String mode = executionMode.or(agent.executionMode().text());
        UserId wasOwner = agent.owner();
        String owner = ownerUserId.orNullable(wasOwner == null ? null : wasOwner.text());
        return new Agent(
                agent.id(),
                agent.workspace(),
                name.or(agent.name()),
                type.or(agent.type()),
                Agent.Status.valueOf(status.or(agent.status().text()).toUpperCase(Locale.ROOT)),
                ExecutionMode.valueOf(mode.toUpperCase(Locale.ROOT)),
                owner == null ? null : AgentRequest.owner(owner),
                webhookUrl.orNullable(agent.webhookUrl()),
                agent.createdAt(),
                agent.updatedAt());
    }
}
