package org.chancery.core.evidence;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.chancery.core.access.ApprovalRuleTree;
import org.chancery.core.access.ApprovalRules;
import org.chancery.core.approval.Approval;
import org.chancery.core.approval.Decision;
import org.chancery.core.audit.CanonicalJson;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.mailbox.Message;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.MessageFacts;
import org.chancery.core.mailbox.TraceRepository.Step;
import org.chancery.core.quarantine.HeldMail;
import org.chancery.core.quarantine.Quarantined;
import org.jspecify.annotations.Nullable;

/** Mails and what was found and decided about them, as documents of a bundle; with the API's field names. */
final class MailDocuments {
    private MailDocuments() {}

    static String message(Message message) {
        Map<String, Object> tree = facts(message.facts());
        switch (message) {
            case Inbound inbound -> {
                tree.put("direction", "inbound");
                tree.put("handling_state", inbound.state().text());
                tree.put("reason", inbound.stateReason());
                tree.put("recipient", inbound.recipient().toString());
                tree.put("reverse_path", inbound.reversePath().toString());
                tree.put("classification", inbound.classification().text());
                tree.put("authentication", authentication(inbound.authentication()));
                if (inbound.agent() != null) {
                    tree.put("agent_id", inbound.agent().text());
                }
            }
            case Outbound outbound -> {
                tree.put("direction", "outbound");
                tree.put("status", outbound.status().text());
                tree.put("automatic", outbound.automatic());
                tree.put(
                        "author",
                        Map.of(
                                "kind", outbound.author().kind(),
                                "id", outbound.author().idText(),
                                "label", outbound.author().label()));
                if (outbound.inReplyTo() != null) {
                    tree.put("in_reply_to_message_id", outbound.inReplyTo().text());
                }
                Message.Rejection rejection = outbound.rejection();
                if (rejection != null) {
                    tree.put(
                            "rejection",
                            Map.of(
                                    "reason", rejection.reason(),
                                    "by", rejection.by(),
                                    "at", rejection.at().toString()));
                }
                tree.put(
                        "deliveries",
                        outbound.recipients().stream()
                                .map(MailDocuments::delivery)
                                .toList());
            }
        }
        return CanonicalJson.write(tree);
    }

    private static Map<String, Object> facts(MessageFacts facts) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("message_id", facts.id().text());
        tree.put("thread_id", facts.thread().text());
        tree.put("inbox_id", facts.endpoint().text());
        tree.put("from", facts.from().address());
        tree.put("to", addresses(facts.to()));
        tree.put("cc", addresses(facts.cc()));
        tree.put("bcc", addresses(facts.bcc()));
        tree.put("subject", facts.subject());
        if (facts.internetId() != null) {
            tree.put("internet_message_id", facts.internetId().value());
        }
        tree.put("raw_digest", facts.raw().hex());
        tree.put("size", facts.size());
        tree.put("occurred_at", facts.occurredAt().toString());
        return tree;
    }

    private static List<String> addresses(List<Mailbox> mailboxes) {
        return mailboxes.stream().map(Mailbox::address).toList();
    }

    private static Map<String, Object> delivery(Message.RecipientStatus recipient) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("address", recipient.address().toString());
        tree.put("status", recipient.progress().name().toLowerCase(Locale.ROOT));
        put(tree, "smtp_reply", recipient.smtpReply());
        put(tree, "tls", recipient.security().tls());
        put(tree, "certificate", recipient.security().certificate());
        put(tree, "mta_sts", recipient.security().sts());
        put(tree, "at", recipient.at());
        return tree;
    }

    private static Map<String, Object> authentication(AuthenticationResults results) {
        Map<String, Object> tree = new LinkedHashMap<>(results.words());
        tree.put("client", results.spf().client());
        tree.put("spf_domain", results.spf().domain());
        tree.put("dmarc_domain", results.dmarc().fromDomain());
        tree.put("dmarc_policy", results.dmarc().published().text());
        tree.put(
                "signatures",
                results.signatures().stream()
                        .map(signature -> Map.of(
                                "result", signature.result().text(),
                                "domain", signature.domain(),
                                "selector", signature.selector(),
                                "reason", signature.reason()))
                        .toList());
        tree.put("sealers", results.arc().sealers());
        return tree;
    }

    static String trace(List<Step> steps) {
        return CanonicalJson.write(Map.of(
                "steps",
                steps.stream()
                        .map(step -> Map.of(
                                "at", step.at().toString(),
                                "processor", step.processor(),
                                "matcher", step.matcher(),
                                "mailet", step.mailet(),
                                "verdict", step.verdict(),
                                "reason", step.reason()))
                        .toList()));
    }

    static String approval(Approval approval, List<Decision> decisions) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("approval_id", approval.id().text());
        tree.put("action_type", approval.actionType());
        tree.put("status", approval.status().text());
        tree.put("reason", approval.standing());
        tree.put("message_id", approval.held().message().text());
        tree.put("raw_digest", approval.held().digest().hex());
        tree.put("created_at", approval.createdAt().toString());
        put(tree, "expires_at", approval.expiresAt());
        tree.put(
                "requested_by",
                Map.of(
                        "kind", approval.requestedBy().actor().kind(),
                        "id", approval.requestedBy().actor().idText(),
                        "label", approval.requestedBy().actor().label(),
                        "token_id", approval.requestedBy().token().text()));
        tree.put("rule", ApprovalRuleTree.write(new ApprovalRules(List.of(approval.rule()))));
        tree.put("decisions", decisions.stream().map(MailDocuments::decision).toList());
        return CanonicalJson.write(tree);
    }

    private static Map<String, Object> decision(Decision decision) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("by", decision.by().label());
        tree.put("by_id", decision.by().idText());
        tree.put("channel", decision.channel().text());
        tree.put("decision", decision.kind().text());
        tree.put("note", decision.note());
        tree.put("at", decision.at().toString());
        tree.put("raw_digest", decision.digest().hex());
        if (decision.edited() != null) {
            tree.put("edited_digest", decision.edited().hex());
        }
        return tree;
    }

    static String quarantine(Quarantined item) {
        HeldMail mail = item.mail();
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("quarantine_id", mail.id().text());
        tree.put("state", item.state());
        tree.put("reason", mail.suspicion().reason().text());
        tree.put("from", mail.from().address());
        tree.put("to", mail.passage().recipient().toString());
        tree.put("subject", mail.shown().subject());
        tree.put("raw_digest", mail.raw().digest().hex());
        tree.put("authentication", authentication(mail.passage().authentication()));
        Quarantined.Decision decision = decision(item);
        if (decision != null) {
            tree.put("by", decision.by().label());
            tree.put("at", decision.at().toString());
            tree.put("note", decision.note());
        }
        return CanonicalJson.write(tree);
    }

    static Quarantined.@Nullable Decision decision(Quarantined item) {
        return switch (item) {
            case Quarantined.Pending ignored -> null;
            case Quarantined.Accepted accepted -> accepted.decision();
            case Quarantined.Rejected rejected -> rejected.decision();
        };
    }

    private static void put(Map<String, Object> tree, String name, @Nullable Object value) {
        if (value != null) {
            tree.put(name, value instanceof Instant at ? at.toString() : value);
        }
    }
}
