package org.chancery.api.agent;

import java.util.Optional;
import org.chancery.api.http.Field;
import org.chancery.core.access.AccessService.NewAgent;
import org.chancery.core.access.Agent.ExecutionMode;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.UserId;
import org.jspecify.annotations.Nullable;

/** What {@code POST /v1/agents/} takes. */
public record AgentRequest(
        @Field(value = "What people know the agent by.", notBlank = true, singleLine = true, maxLength = 200)
        String name,

        @Field(value = "What kind of program it is, in free words.", singleLine = true, maxLength = 100) @Nullable
        String type,

        @Field(
                value = "Who does the agent's work. None but external, the default, until the others are there.",
                oneOf = {"human", "auto", "external"})
        @Nullable
        String executionMode,

        @Field("The person who answers for it.") @Nullable String ownerUserId,

        @Field(value = "Where the agent is told of its turns.", notYet = true) @Nullable
        String webhookUrl) {

    NewAgent wanted() {
        if (executionMode != null && !executionMode.equals(ExecutionMode.EXTERNAL.text())) {
            throw CallerFault.invalid("/execution_mode", "not_available_yet", "is not available yet, but for external");
        }
        return new NewAgent(name, Optional.ofNullable(type).orElse(""), ExecutionMode.EXTERNAL, owner());
    }

    private @Nullable UserId owner() {
        return ownerUserId == null
                ? null
                : UserId.parse(ownerUserId)
                        .orElseThrow(() -> CallerFault.invalid("/owner_user_id", "names no user of this workspace"));
    }
}
