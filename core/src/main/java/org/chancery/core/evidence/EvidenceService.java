package org.chancery.core.evidence;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.chancery.core.access.Principal;
import org.chancery.core.approval.Approval;
import org.chancery.core.approval.ApprovalRepository;
import org.chancery.core.approval.Decision;
import org.chancery.core.audit.AuditLog;
import org.chancery.core.audit.Author;
import org.chancery.core.audit.CanonicalJson;
import org.chancery.core.audit.ChainedEntry;
import org.chancery.core.endpoint.EndpointRepository;
import org.chancery.core.endpoint.ReturnPaths;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.ApprovalId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.Envelope;
import org.chancery.core.mail.ReversePath;
import org.chancery.core.mailbox.Entrance;
import org.chancery.core.mailbox.Message;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.Message.RecipientStatus;
import org.chancery.core.mailbox.MessageRepository;
import org.chancery.core.mailbox.RawMailStore;
import org.chancery.core.mailbox.TraceRepository;
import org.chancery.core.quarantine.QuarantineRepository;
import org.chancery.core.quarantine.Quarantined;
import org.chancery.core.queue.AttemptRecord;
import org.chancery.core.queue.QueueRepository;
import org.chancery.core.send.SendRecord;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;

/**
 * Makes bundles of evidence: a mail with what it answers or what answered it, its verdicts, decisions and attempts, and the
 * reports on it that came back.
 */
public final class EvidenceService {
    /** More attempts are not shown; a job makes some tens. */
    private static final int MAX_ATTEMPTS = 1_000;

    /** Something happens to a mail a few times in its life, each time in a moment. */
    private static final int MAX_TRIES = 10;

    private final Transactions transactions;
    private final Stores stores;
    private final RawMailStore raw;
    private final EvidenceKey key;
    private final Clock clock;

    /**
     * Where it is found.
     *
     * @param returnPaths makes the reverse-path of a sent mail once more
     */
    public record Stores(
            AuditLog audit,
            MessageRepository messages,
            EndpointRepository endpoints,
            TraceRepository traces,
            QuarantineRepository quarantine,
            ApprovalRepository approvals,
            QueueRepository queue,
            ReturnPaths returnPaths) {}

    public EvidenceService(Transactions transactions, Stores stores, RawMailStore raw, EvidenceKey key, Clock clock) {
        this.transactions = transactions;
        this.stores = stores;
        this.raw = raw;
        this.key = key;
        this.clock = clock;
    }

    /** All about a mail of the caller's workspace; for its admins. */
    public Evidence ofMessage(Principal by, MessageId id) {
        return gathered(by, id.text(), (tx, gathering) -> {
            Message message =
                    stores.messages().find(tx, by.workspace(), id).orElseThrow(() -> CallerFault.notFound("message"));
            add(tx, gathering, message);
            related(tx, gathering, message);
        });
    }

    /** All about an approval of the caller's workspace, with the mail that it held; for its admins. */
    public Evidence ofApproval(Principal by, ApprovalId id) {
        return gathered(by, id.text(), (tx, gathering) -> {
            Approval approval =
                    stores.approvals().find(tx, by.workspace(), id).orElseThrow(() -> CallerFault.notFound("approval"));
            Message message =
                    find(tx, by.workspace(), approval.held().message()).orElseThrow();
            add(tx, gathering, message);
            related(tx, gathering, message);
        });
    }

    /** Gathers, once more where something happened to it meanwhile. */
    private Evidence gathered(Principal by, String about, BiConsumer<Tx, Gathering> gather) {
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            Optional<Evidence> evidence = transactions.in(tx -> {
                Gathering gathering =
                        new Gathering(by.workspace(), stores.audit().head(tx, by.workspace()));
                gather.accept(tx, gathering);
                return gathering.finish(tx, stores.audit(), about, manifest(by));
            });
            if (evidence.isPresent()) {
                return evidence.get();
            }
        }
        throw new Unavailable("gathering evidence about " + about + ", to which something happens all the time", null);
    }

    /** Writes a bundle as it goes, and signs it at its end. */
    public void write(Evidence evidence, OutputStream out) throws IOException {
        evidence.write(out, raw, key);
    }

    private Map<String, Object> manifest(Principal by) {
        Author author = by.author();
        Map<String, Object> manifest = new LinkedHashMap<>();
        manifest.put("workspace_id", by.workspace().text());
        manifest.put("exported_at", clock.instant().toString());
        manifest.put("exported_by", Map.of("kind", author.kind(), "id", author.id(), "label", author.label()));
        return manifest;
    }

    /** What a mail answers; for a mail that came in, what answered it. */
    private void related(Tx tx, Gathering gathering, Message message) {
        switch (message) {
            case Outbound outbound -> {
                suppressions(tx, gathering);
                MessageId answered = outbound.inReplyTo();
                if (answered != null) {
                    find(tx, message.facts().workspace(), answered).ifPresent(mail -> add(tx, gathering, mail));
                }
            }
            case Inbound ignored -> {
                for (ChainedEntry entry : gathering.entries(tx, stores.audit())) {
                    if (entry.detailsTree().get("answer_message_id") instanceof String answer) {
                        MessageId.parse(answer)
                                .flatMap(id -> find(tx, message.facts().workspace(), id))
                                .ifPresent(mail -> add(tx, gathering, mail));
                    }
                }
            }
        }
    }

    /** What people did later about addresses that are suppressed for what became of the mail. */
    private void suppressions(Tx tx, Gathering gathering) {
        for (ChainedEntry entry : gathering.entries(tx, stores.audit())) {
            if (entry.detailsTree().get("suppression_id") instanceof String suppression) {
                gathering.about(suppression);
            }
        }
    }

    private Optional<Message> find(Tx tx, WorkspaceId workspace, MessageId id) {
        return stores.messages().find(tx, workspace, id);
    }

    private void add(Tx tx, Gathering gathering, Message message) {
        String id = message.id().text();
        gathering.about(id);
        gathering.mail(message.facts());
        gathering.document("messages/" + id + ".json", MailDocuments.message(message));
        switch (message) {
            case Inbound inbound -> {
                stores.traces()
                        .find(tx, inbound.spool().value())
                        .ifPresent(steps -> gathering.document(
                                "traces/" + id + ".json",
                                MailDocuments.trace(steps.stream()
                                        // One spooled mail may have gone to several workspaces.
                                        .filter(step -> step.concerns(inbound.recipient()))
                                        .toList())));
                stores.quarantine()
                        .confined(
                                tx, inbound.spool(), Entrance.of(inbound.facts().endpoint(), inbound.recipient()))
                        .ifPresent(item -> add(gathering, item));
            }
            case Outbound outbound -> {
                stores.traces()
                        .find(tx, outbound.id().value())
                        .ifPresent(steps -> gathering.document("traces/" + id + ".json", MailDocuments.trace(steps)));
                stores.queue()
                        .attempts(tx, outbound.id(), MAX_ATTEMPTS)
                        .forEach(attempt ->
                                gathering.named("attempts", ".json", CanonicalJson.write(AttemptRecord.tree(attempt))));
                envelope(tx, gathering, outbound);
                stores.approvals()
                        .ofMessage(tx, outbound.facts().workspace(), outbound.id())
                        .ifPresent(approval ->
                                add(gathering, approval, stores.approvals().decisions(tx, approval.id())));
                Message.Rejection rejection = outbound.rejection();
                if (rejection != null) {
                    gathering.named("texts", ".txt", rejection.reason());
                }
            }
        }
    }

    private void envelope(Tx tx, Gathering gathering, Outbound message) {
        stores.endpoints()
                .kept(tx, message.facts().workspace(), message.facts().endpoint())
                .ifPresent(endpoint -> {
                    String domain = EmailAddress.of(endpoint.address()).domain();
                    EmailAddress path = stores.returnPaths().address(message.id(), domain);
                    Envelope envelope = new Envelope(
                            ReversePath.of(path),
                            message.recipients().stream()
                                    .map(RecipientStatus::address)
                                    .toList());
                    gathering.named("envelopes", ".json", CanonicalJson.write(SendRecord.envelope(envelope)));
                });
    }

    private static void add(Gathering gathering, Approval approval, List<Decision> decisions) {
        String id = approval.id().text();
        gathering.about(id);
        gathering.document("approvals/" + id + ".json", MailDocuments.approval(approval, decisions));
        decisions.forEach(decision -> {
            gathering.named("texts", ".txt", decision.note());
            gathering.mail(decision.digest().hex());
            if (decision.edited() != null) {
                gathering.mail(decision.edited().hex());
            }
        });
    }

    private static void add(Gathering gathering, Quarantined item) {
        String id = item.mail().id().text();
        gathering.about(id);
        gathering.mail(item.mail().raw().digest().hex(), item.mail().raw().size());
        gathering.document("quarantine/" + id + ".json", MailDocuments.quarantine(item));
        Quarantined.Decision decision = MailDocuments.decision(item);
        if (decision != null) {
            gathering.named("texts", ".txt", decision.note());
        }
    }
}
