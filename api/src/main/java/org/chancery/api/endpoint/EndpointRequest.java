package org.chancery.api.endpoint;

import java.util.List;
import java.util.Map;
import org.chancery.api.http.Field;
import org.chancery.api.http.Given;
import org.chancery.core.endpoint.Behaviour;
import org.chancery.core.endpoint.EndpointService;
import org.chancery.core.endpoint.EndpointService.NewEndpoint;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.screening.SenderPatterns;
import org.jspecify.annotations.Nullable;

/** What {@code POST /v1/api/email/endpoints} takes; what is left out or null is as by default. */
public record EndpointRequest(
        @Field("The name in the address: lower-case letters, digits, '-' and '_', in groups separated by dots.")
        String localpart,

        @Field(
                value = "custom; the workspace's mailbox is made with the workspace.",
                oneOf = {"custom", "mailbox"})
        String kind,

        @Field(
                value = "Who handles the mail first: people (light) or the agent; light by default.",
                oneOf = {"light", "agent"})
        @Nullable
        String plane,

        @Field("The agent that handles the mail; on plane agent only, where mail is unrouted without one.") @Nullable
        String agentId,

        @Field(
                value = "Whose mail is let in without a person looking first; anyone's by default.",
                oneOf = {"bound_users_only", "anyone", "domain_allowlist", "addr_allowlist"})
        @Nullable
        String senderPolicy,

        @Field(
                value = "Who is let in under an allow-list: domains (example.com, or *.example.com for its subdomains)"
                        + " or addresses (ann@example.com, *@example.com).",
                maxItems = MAX_PATTERNS)
        @Nullable
        List<String> allowPatterns,

        @Field(
                value = "What becomes of a reply that a program wrote; human_review by default.",
                oneOf = {"agent_decides", "always_reply", "never_reply", "human_review"})
        @Nullable
        String replyPolicy,

        @Field(value = "What the built-in model runner is told.", maxLength = MAX_INSTRUCTIONS) @Nullable
        String instructions,

        @Field("Whether the agent may hand a thread to a person; true by default.") @Nullable
        Boolean allowEscalation,

        @Field("The language of replies as a BCP 47 tag such as de or pt-BR; that of the mail by default.") @Nullable
        String defaultReplyLang,

        @Field(
                value =
                        "After how many days without an answer message.missed_reply tells of a sent mail; never by default.",
                min = 1,
                max = Behaviour.MAX_MISSED_REPLY_DAYS)
        @Nullable
        Integer missedReplyThresholdDays,

        @Field(
                value = "How many mails may leave in a day (UTC), however they are sent; any number by default.",
                min = 0,
                max = Behaviour.MAX_SEND_CAP)
        @Nullable
        Integer sendCapPerDay,

        @Field(
                value = "People's own addresses that get a copy of the mail; none of this server's.",
                maxItems = MAX_DELIVER_TO)
        @Nullable
        List<String> deliverTo,

        @Field(
                value = "What happens to mail by its category; one that is not named is routed.",
                oneOf = {"route", "review", "quarantine", "ignore"})
        @Nullable
        Map<String, String> categoryPolicy,

        @Field(
                value = "The spam score from which on mail is quarantined; 5 is probably spam, 15 certainly.",
                min = 0,
                max = 100)
        @Nullable
        Double spamScoreMax,

        @Field(
                value = "How often a day (UTC) one sender's mail gives the agent a turn.",
                min = 0,
                max = EndpointService.MAX_TURNS)
        @Nullable
        Integer maxTurnsPerSenderDay,

        @Field(value = "How often a day (UTC) all mail together does.", min = 0, max = EndpointService.MAX_TURNS)
        @Nullable
        Integer maxTurnsPerDay,

        @Field("Whether mail is taken; true by default.") @Nullable
        Boolean enabled) {

    static final int MAX_PATTERNS = SenderPatterns.MAX_PATTERNS;

    /** Some ten pages: more is no instruction any more, and a model would pay for it with every mail. */
    static final int MAX_INSTRUCTIONS = 20_000;

    static final int MAX_DELIVER_TO = Behaviour.MAX_DELIVER_TO;

    NewEndpoint wanted() {
        if (!kind.equals("custom")) {
            throw CallerFault.invalid("/kind", "must be custom: the workspace's mailbox is made with the workspace");
        }
        EndpointChange change = new EndpointChange(
                Given.absent(),
                Given.absent(),
                given(plane),
                given(agentId),
                given(senderPolicy),
                given(allowPatterns),
                given(replyPolicy),
                given(instructions),
                given(allowEscalation),
                given(defaultReplyLang),
                given(missedReplyThresholdDays),
                given(sendCapPerDay),
                given(deliverTo),
                given(categoryPolicy),
                given(spamScoreMax),
                given(maxTurnsPerSenderDay),
                given(maxTurnsPerDay),
                given(enabled));
        return new NewEndpoint(localpart, change.appliedTo(Behaviour.DEFAULT));
    }

    private static <T> Given<T> given(@Nullable T value) {
        return value == null ? Given.absent() : Given.of(value);
    }
}
