package org.chancery.api.agent;

import java.util.Locale;
import java.util.Optional;
import org.chancery.api.http.Field;
import org.chancery.core.access.Agent.ExecutionMode;
import org.chancery.core.access.AgentService.NewAgent;
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
                value = "Who does its work: human (its mail goes to people), auto (the configured model) or external,"
                        + " the default (a program, by webhook or polling).",
                oneOf = {"human", "auto", "external"})
        @Nullable
        String executionMode,

        @Field("The person who answers for it.") @Nullable String ownerUserId,

        @Field(
                value = "Where it is told of its turns, by signed POST; only for external. Must not lead into a private"
                        + " network unless the operator allows that.",
                singleLine = true,
                maxLength = 2000)
        @Nullable
        String webhookUrl) {

    NewAgent wanted() {
        return new NewAgent(
                name,
                Optional.ofNullable(type).orElse(""),
                executionMode == null ? ExecutionMode.EXTERNAL : mode(executionMode),
                ownerUserId == null ? null : owner(ownerUserId),
                webhookUrl);
    }

    static ExecutionMode mode(String text) {
        return ExecutionMode.valueOf(text.toUpperCase(Locale.ROOT));
    }

    static UserId owner(String text) {
        return UserId.parse(text)
                .orElseThrow(() -> CallerFault.invalid("/owner_user_id", "names no user of this workspace"));
    }
}
