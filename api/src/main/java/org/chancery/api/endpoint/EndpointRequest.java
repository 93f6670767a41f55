package org.chancery.api.endpoint;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.chancery.api.http.Field;
import org.chancery.core.endpoint.Behaviour;
import org.chancery.core.endpoint.Endpoint.Plane;
import org.chancery.core.endpoint.Endpoint.ReplyPolicy;
import org.chancery.core.endpoint.EndpointService;
import org.chancery.core.endpoint.EndpointService.NewEndpoint;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.AgentId;
import org.jspecify.annotations.Nullable;

/**
 * What {@code POST /v1/api/email/endpoints} takes. The fields from {@code instructions} on belong to the contract, but
 * nothing acts on them yet: any value but the one that every endpoint has is refused, so that nobody relies on it.
 */
public record EndpointRequest(
        @Field("The name in the address: lower-case letters, digits, '-' and '_', in groups separated by dots.")
        String localpart,

        @Field(
                value = "custom; the workspace's mailbox is made with the workspace.",
                oneOf = {"custom", "mailbox"})
        String kind,

        @Field(
                value = "Who handles the mail first: people (light) or the agent.",
                oneOf = {"light", "agent"})
        @Nullable
        String plane,

        @Field("The agent that handles the mail; on plane agent only.") @Nullable
        String agentId,

        @Field(
                value = "What becomes of a reply that a program wrote.",
                oneOf = {"agent_decides", "always_reply", "never_reply", "human_review"})
        @Nullable
        String replyPolicy,

        @Field(
                value = "How often a day (UTC) one sender's mail gives the agent a turn.",
                min = 0,
                max = EndpointService.MAX_TURNS)
        @Nullable
        Integer maxTurnsPerSenderDay,

        @Field(value = "How often a day (UTC) all mail together does.", min = 0, max = EndpointService.MAX_TURNS)
        @Nullable
        Integer maxTurnsPerDay,

        @Field("Whether mail is taken.") @Nullable Boolean enabled,

        @Field(
                value = "Whose mail is let in; anyone, so far.",
                oneOf = {"bound_users_only", "anyone", "domain_allowlist", "addr_allowlist"})
        @Nullable
        String senderPolicy,

        @Field("What the built-in model runner is told; not available yet.") @Nullable
        String instructions,

        @Field("Whether the agent may hand mail to a person; true, so far.") @Nullable
        Boolean allowEscalation,

        @Field("The language of replies; not available yet.") @Nullable
        String defaultReplyLang,

        @Field("Addresses that get a copy; none, so far.") @Nullable
        List<String> deliverTo,

        @Field("What happens to mail by its category; empty, so far.") @Nullable
        Map<String, String> categoryPolicy,

        @Field("The spam score from which on mail is quarantined; 5.0, so far.") @Nullable
        Double spamScoreMax,

        @Field("Who is let in under an allow-list; none, so far.") @Nullable
        List<String> allowPatterns) {

    /** What every endpoint has until the feature is there. */
    static final String SENDER_POLICY = "anyone";

    static final double SPAM_SCORE_MAX = 5.0;

    NewEndpoint wanted() {
        if (!kind.equals("custom")) {
            throw CallerFault.invalid("/kind", "must be custom: the workspace's mailbox is made with the workspace");
        }
        refuseUnlessDefault("/sender_policy", senderPolicy, SENDER_POLICY);
        refuseUnlessDefault("/instructions", instructions, "");
        refuseUnlessDefault("/allow_escalation", allowEscalation, true);
        refuseUnlessDefault("/default_reply_lang", defaultReplyLang, "");
        refuseUnlessDefault("/deliver_to", deliverTo, List.of());
        refuseUnlessDefault("/category_policy", categoryPolicy, Map.of());
        refuseUnlessDefault("/spam_score_max", spamScoreMax, SPAM_SCORE_MAX);
        refuseUnlessDefault("/allow_patterns", allowPatterns, List.of());
        Behaviour.Handler handler = Behaviour.DEFAULT
                .handler()
                .with(plane == null ? Plane.LIGHT : Plane.valueOf(plane.toUpperCase(Locale.ROOT)), agent())
                .withTurns(
                        Optional.ofNullable(maxTurnsPerSenderDay).orElse(Behaviour.DEFAULT.maxTurnsPerSenderDay()),
                        Optional.ofNullable(maxTurnsPerDay).orElse(Behaviour.DEFAULT.maxTurnsPerDay()));
        return new NewEndpoint(
                localpart,
                Behaviour.DEFAULT
                        .with(handler)
                        .with(
                                replyPolicy == null
                                        ? ReplyPolicy.HUMAN_REVIEW
                                        : ReplyPolicy.valueOf(replyPolicy.toUpperCase(Locale.ROOT)))
                        .withEnabled(enabled == null || enabled));
    }

    private @Nullable AgentId agent() {
        return agentId == null
                ? null
                : AgentId.parse(agentId)
                        .orElseThrow(() -> CallerFault.invalid("/agent_id", "names no agent of this workspace"));
    }

    private static void refuseUnlessDefault(String pointer, @Nullable Object given, Object byDefault) {
        if (given != null && !Objects.equals(given, byDefault)) {
            throw CallerFault.invalid(pointer, "not_available_yet", "is not available yet with that value");
        }
    }
}
