package org.chancery.api.endpoint;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.chancery.api.http.Field;
import org.chancery.core.endpoint.Behaviour;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.endpoint.EndpointCounters;
import org.chancery.core.endpoint.EndpointService.Shown;
import org.chancery.core.mail.EmailAddress;
import org.jspecify.annotations.Nullable;

/** An endpoint as admins see it, with what happened there. */
public record EndpointJson(
        String id,
        String localpart,
        String address,
        String kind,
        String plane,
        @Nullable String agentId,
        String instructions,
        boolean allowEscalation,
        @Nullable String defaultReplyLang,
        @Nullable Integer missedReplyThresholdDays,
        @Nullable Integer sendCapPerDay,
        List<String> deliverTo,
        Map<String, String> categoryPolicy,
        double spamScoreMax,
        int maxTurnsPerSenderDay,
        int maxTurnsPerDay,
        String senderPolicy,
        String replyPolicy,
        List<String> allowPatterns,
        boolean enabled,
        boolean isSystem,
        Instant createdAt,
        Instant updatedAt,
        @Field("Mails ever delivered to it.") long received,
        @Field("Replies ever sent from it.") long replied,
        @Field("Mails that wait for a person now.") long awaitingReview,
        @Field("Mails without a handler now.") long unrouted,
        @Field("Mails in quarantine now.") long quarantined,
        @Field("Mails ever handed to a person by an agent.") long escalated,

        @Field("When the last mail came or went.") @Nullable Instant lastOccurredAt) {

    static EndpointJson of(Shown shown) {
        Endpoint endpoint = shown.endpoint();
        Behaviour behaviour = endpoint.behaviour();
        EndpointCounters counters = shown.counters();
        return new EndpointJson(
                endpoint.id().text(),
                endpoint.localPart(),
                endpoint.address(),
                endpoint.kind().text(),
                endpoint.plane().text(),
                endpoint.agent() == null ? null : endpoint.agent().text(),
                behaviour.instructions(),
                behaviour.allowEscalation(),
                behaviour.defaultReplyLang(),
                behaviour.missedReplyDays(),
                behaviour.sendCapPerDay(),
                behaviour.deliverTo().stream().map(EmailAddress::toString).toList(),
                actions(behaviour),
                behaviour.spamScoreMax(),
                endpoint.maxTurnsPerSenderDay(),
                endpoint.maxTurnsPerDay(),
                behaviour.senderPolicy().text(),
                endpoint.replyPolicy().text(),
                behaviour.allowPatterns(),
                endpoint.enabled(),
                endpoint.isSystem(),
                endpoint.createdAt(),
                endpoint.updatedAt(),
                counters.received(),
                counters.replied(),
                counters.awaitingReview(),
                counters.unrouted(),
                counters.quarantined(),
                counters.escalated(),
                counters.lastOccurredAt());
    }

    private static Map<String, String> actions(Behaviour behaviour) {
        Map<String, String> actions = new TreeMap<>();
        behaviour.categoryPolicy().forEach((category, action) -> actions.put(category, action.text()));
        return actions;
    }
}
