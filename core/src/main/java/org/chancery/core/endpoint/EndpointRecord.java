package org.chancery.core.endpoint;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.chancery.core.audit.AuditEntry;
import org.chancery.core.audit.AuditKind;
import org.chancery.core.audit.Author;
import org.chancery.core.audit.Digests;
import org.chancery.core.mail.EmailAddress;
import org.jspecify.annotations.Nullable;

/** What the record tells of endpoints: settings by their value, and whatever may name a correspondent by its digest. */
final class EndpointRecord {
    private EndpointRecord() {}

    static AuditEntry created(Endpoint endpoint, Author by) {
        Map<String, Object> details = new LinkedHashMap<>(Map.of("address", endpoint.address()));
        details.put("behaviour", tree(endpoint.behaviour()));
        return entry(AuditKind.ENDPOINT_CREATED, endpoint, by, details, endpoint.createdAt());
    }

    /** Only what is another thing than before. */
    static AuditEntry changed(Endpoint before, Endpoint after, Author by) {
        Map<String, Object> was = tree(before.behaviour());
        Map<String, Object> is = tree(after.behaviour());
        was.put("address", before.address());
        is.put("address", after.address());
        Map<String, Object> old = new TreeMap<>();
        Map<String, Object> fresh = new TreeMap<>();
        was.forEach((name, value) -> {
            if (!Objects.equals(value, is.get(name))) {
                old.put(name, value);
                fresh.put(name, Objects.requireNonNull(is.get(name)));
            }
        });
        return entry(AuditKind.ENDPOINT_CHANGED, after, by, Map.of("before", old, "after", fresh), after.updatedAt());
    }

    static AuditEntry removed(Endpoint endpoint, Author by, Instant now) {
        return entry(AuditKind.ENDPOINT_REMOVED, endpoint, by, Map.of("address", endpoint.address()), now);
    }

    private static AuditEntry entry(
            AuditKind kind, Endpoint endpoint, Author by, Map<String, Object> details, Instant now) {
        return new AuditEntry(endpoint.workspace(), now, kind, by, endpoint.id().text(), details);
    }

    private static Map<String, Object> tree(Behaviour behaviour) {
        Map<String, Object> tree = new TreeMap<>();
        tree.put("plane", behaviour.plane().text());
        tree.put("agent_id", behaviour.agent() == null ? "" : behaviour.agent().text());
        tree.put("allow_escalation", behaviour.allowEscalation());
        tree.put("max_turns_per_sender_day", behaviour.maxTurnsPerSenderDay());
        tree.put("max_turns_per_day", behaviour.maxTurnsPerDay());
        tree.put("sender_policy", behaviour.senderPolicy().text());
        tree.put("allow_patterns_digest", Digests.ofTree(behaviour.allowPatterns()));
        // As text: the canonical JSON of the record has no fractions.
        tree.put("spam_score_max", Double.toString(behaviour.spamScoreMax()));
        tree.put("reply_policy", behaviour.replyPolicy().text());
        tree.put("instructions_digest", Digests.ofText(behaviour.instructions()));
        tree.put("default_reply_lang", Objects.requireNonNullElse(behaviour.defaultReplyLang(), ""));
        tree.put("missed_reply_threshold_days", orNone(behaviour.missedReplyDays()));
        tree.put("send_cap_per_day", orNone(behaviour.sendCapPerDay()));
        Map<String, Object> categories = new TreeMap<>();
        behaviour.categoryPolicy().forEach((category, action) -> categories.put(category, action.text()));
        tree.put("category_policy", categories);
        tree.put(
                "deliver_to_digest",
                Digests.ofTree(behaviour.deliverTo().stream()
                        .map(EmailAddress::toString)
                        .toList()));
        tree.put("enabled", behaviour.enabled());
        return tree;
    }

    private static Object orNone(@Nullable Integer number) {
        return number == null ? "" : number;
    }
}
