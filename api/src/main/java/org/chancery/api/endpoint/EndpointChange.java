package org.chancery.api.endpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.chancery.api.http.Field;
import org.chancery.api.http.Given;
import org.chancery.core.endpoint.Behaviour;
import org.chancery.core.endpoint.CategoryAction;
import org.chancery.core.endpoint.Endpoint.Plane;
import org.chancery.core.endpoint.Endpoint.ReplyPolicy;
import org.chancery.core.endpoint.EndpointService;
import org.chancery.core.endpoint.LanguageTags;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.AgentId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.screening.SenderPolicy;
import org.jspecify.annotations.Nullable;

/** What {@code PATCH /v1/api/email/endpoints/{id}} takes: what is left out stays as it is. */
public record EndpointChange(
        @Field("Fixed since the endpoint was made; refused.")
        Given<@Nullable Object> localpart,

        @Field("Fixed since the endpoint was made; refused.")
        Given<@Nullable Object> kind,

        @Field(
                value = "Who handles the mail first: people (light) or the agent.",
                oneOf = {"light", "agent"})
        Given<String> plane,

        @Field("The agent that handles the mail, or null for none; on plane agent only. Plane light takes it away.")
        Given<@Nullable String> agentId,

        @Field(
                value = "Whose mail is let in without a person looking first.",
                oneOf = {"bound_users_only", "anyone", "domain_allowlist", "addr_allowlist"})
        Given<String> senderPolicy,

        @Field(
                value = "Who is let in under an allow-list; replaces the whole list. Domains (example.com, or"
                        + " *.example.com for its subdomains), or addresses (ann@example.com, *@example.com).",
                maxItems = EndpointRequest.MAX_PATTERNS)
        Given<List<String>> allowPatterns,

        @Field(
                value = "What becomes of a reply that a program wrote.",
                oneOf = {"agent_decides", "always_reply", "never_reply", "human_review"})
        Given<String> replyPolicy,

        @Field(value = "What the built-in model runner is told.", maxLength = EndpointRequest.MAX_INSTRUCTIONS)
        Given<String> instructions,

        @Field("Whether the agent may hand a thread to a person.")
        Given<Boolean> allowEscalation,

        @Field("The language of replies as a BCP 47 tag such as de or pt-BR, or null for that of the mail.")
        Given<@Nullable String> defaultReplyLang,

        @Field(
                value =
                        "After how many days without an answer message.missed_reply tells of a mail that was sent from then"
                                + " on; null for never.",
                min = 1,
                max = Behaviour.MAX_MISSED_REPLY_DAYS)
        Given<@Nullable Integer> missedReplyThresholdDays,

        @Field(
                value = "How many mails may leave in a day (UTC), however they are sent; null for any number.",
                min = 0,
                max = Behaviour.MAX_SEND_CAP)
        Given<@Nullable Integer> sendCapPerDay,

        @Field(
                value = "People's own addresses that get a copy of the mail; none of this server's.",
                maxItems = EndpointRequest.MAX_DELIVER_TO)
        Given<List<String>> deliverTo,

        @Field(
                value = "What happens to mail by its category; one that is not named is routed.",
                oneOf = {"route", "review", "quarantine", "ignore"})
        Given<Map<String, String>> categoryPolicy,

        @Field(
                value = "The spam score from which on mail is quarantined; 5 is probably spam, 15 certainly.",
                min = 0,
                max = 100)
        Given<Double> spamScoreMax,

        @Field(
                value = "How often a day (UTC) one sender's mail gives the agent a turn.",
                min = 0,
                max = EndpointService.MAX_TURNS)
        Given<Integer> maxTurnsPerSenderDay,

        @Field(value = "How often a day (UTC) all mail together does.", min = 0, max = EndpointService.MAX_TURNS)
        Given<Integer> maxTurnsPerDay,

        @Field("Whether mail is taken.") Given<Boolean> enabled) {

    /** @throws CallerFault where it names what is fixed since the endpoint was made */
    Behaviour checkedAndAppliedTo(Behaviour current) {
        if (localpart.isGiven()) {
            throw CallerFault.invalid("/localpart", "fixed", "cannot be changed; make another endpoint");
        }
        if (kind.isGiven()) {
            throw CallerFault.invalid("/kind", "fixed", "cannot be changed");
        }
        return appliedTo(current);
    }

    /** The behaviour that results. */
    Behaviour appliedTo(Behaviour current) {
        Plane resulting = constant(Plane.class, plane).orElse(current.plane());
        return new Behaviour(
                new Behaviour.Handler(
                        resulting,
                        agentId.isGiven() ? agent(agentId.value()) : agentOn(resulting, current),
                        allowEscalation.or(current.allowEscalation()),
                        maxTurnsPerSenderDay.or(current.maxTurnsPerSenderDay()),
                        maxTurnsPerDay.or(current.maxTurnsPerDay())),
                new Behaviour.Admission(
                        constant(SenderPolicy.class, senderPolicy).orElse(current.senderPolicy()),
                        allowPatterns.or(current.allowPatterns()),
                        spamScoreMax.or(current.spamScoreMax())),
                new Behaviour.Answers(
                        constant(ReplyPolicy.class, replyPolicy).orElse(current.replyPolicy()),
                        instructions.or(current.instructions()),
                        defaultReplyLang.isGiven() ? language(defaultReplyLang.value()) : current.defaultReplyLang(),
                        new Behaviour.Sending(
                                sendCapPerDay.orNullable(current.sendCapPerDay()),
                                missedReplyThresholdDays.orNullable(current.missedReplyDays()))),
                categoryPolicy.ifAny().map(EndpointChange::actions).orElse(current.categoryPolicy()),
                deliverTo.ifAny().map(EndpointChange::people).orElse(current.deliverTo()),
                enabled.or(current.enabled()));
    }

    private static <E extends Enum<E>> Optional<E> constant(Class<E> type, Given<String> text) {
        return text.ifAny().map(word -> Enum.valueOf(type, word.toUpperCase(Locale.ROOT)));
    }

    /** The agent that stays where none is named: plane light has none, and there a client does not pass one. */
    private static @Nullable AgentId agentOn(Plane plane, Behaviour current) {
        return plane == Plane.LIGHT ? null : current.agent();
    }

    private static @Nullable AgentId agent(@Nullable String text) {
        return text == null
                ? null
                : AgentId.parse(text)
                        .orElseThrow(() -> CallerFault.invalid("/agent_id", "names no agent of this workspace"));
    }

    private static @Nullable String language(@Nullable String text) {
        return text == null
                ? null
                : LanguageTags.canonical(text)
                        .orElseThrow(() -> CallerFault.invalid(
                                "/default_reply_lang", "must be the tag of a language, such as de or pt-BR"));
    }

    private static List<EmailAddress> people(List<String> texts) {
        List<EmailAddress> people = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            String pointer = "/deliver_to/" + i;
            people.add(EmailAddress.parse(texts.get(i))
                    .orElseThrow(() -> CallerFault.invalid(pointer, "is no e-mail address")));
        }
        return people;
    }

    private static Map<String, CategoryAction> actions(Map<String, String> words) {
        return words.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        entry -> CategoryAction.valueOf(entry.getValue().toUpperCase(Locale.ROOT))));
    }
}
