package org.chancery.mailets.testing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.chancery.core.endpoint.Behaviour.Admission;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.QuarantineId;
import org.chancery.core.id.SpoolId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.Arrival;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mailbox.Handling;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.mailbox.MailboxService.Arrived;
import org.chancery.core.mailbox.MailboxService.Delivered;
import org.chancery.core.mailbox.TraceRepository.Step;
import org.chancery.core.quarantine.QuarantineService.Confined;
import org.chancery.core.quarantine.ScreeningFacts.Addressed;
import org.chancery.core.quarantine.ScreeningFacts.Evidence;
import org.chancery.core.quarantine.Suspicion;
import org.chancery.core.screening.SenderPolicy;
import org.jspecify.annotations.Nullable;

/** Mailboxes in memory, one for each address, with the promises of the real service: a mail is stored once. */
public final class TestMailbox {
    private static final WorkspaceId WORKSPACE = WorkspaceId.at(Instant.EPOCH);
    private static final AgentId AGENT = AgentId.at(Instant.EPOCH);

    /** A stored mail. */
    public record Stored(Arrived mail, HandlingState state, String reason) {}

    private final Map<String, EndpointId> endpoints = new ConcurrentHashMap<>();
    private final Map<String, Stored> stored = new LinkedHashMap<>();
    private final Map<String, Suspicion> confined = new LinkedHashMap<>();
    private final Map<UUID, List<Step>> traces = new LinkedHashMap<>();
    private volatile boolean away;
    private int deliveries;

    /** While it is away, every call throws as the real one does. */
    public void away(boolean isAway) {
        away = isAway;
    }

    public Handling resolve(EmailAddress recipient) {
        requireThere();
        boolean light = recipient.localPart().startsWith("light");
        return new Handling(
                WORKSPACE,
                endpoints.computeIfAbsent(recipient.canonical(), ignored -> EndpointId.at(Instant.EPOCH)),
                "INBOX",
                light ? HandlingState.AWAITING_REVIEW : HandlingState.ROUTED,
                light ? null : AGENT,
                20,
                500,
                light ? "people handle this endpoint" : "agent Bo has the turn");
    }

    public synchronized Delivered deliver(Arrived mail, Handling handling) {
        requireThere();
        deliveries++;
        String key = mail.spool() + " " + mail.recipient().canonical();
        boolean isRepeat = stored.putIfAbsent(key, new Stored(mail, handling.state(), handling.reason())) != null;
        return new Delivered(
                MessageId.at(Instant.EPOCH),
                handling.state(),
                isRepeat ? "delivered before" : handling.reason(),
                isRepeat);
    }

    /** Nobody knows who writes to an address that begins with {@code held}; at others everybody is let in. */
    public static Addressed addressed(EmailAddress recipient, Evidence evidence) {
        boolean isHeld = recipient.localPart().startsWith("held");
        SenderPolicy policy = isHeld ? SenderPolicy.BOUND_USERS_ONLY : SenderPolicy.ANYONE;
        return new Addressed.AtEndpoint(new Admission(policy, List.of(), 5), false);
    }

    public synchronized Confined confine(Arrived mail, Arrival arrival, Handling handling, Suspicion suspicion) {
        requireThere();
        String key = mail.spool() + " " + mail.recipient().canonical();
        boolean isRepeat = confined.putIfAbsent(key, suspicion) != null;
        return new Confined(QuarantineId.at(Instant.EPOCH), suspicion.reason(), isRepeat);
    }

    /** Why a mail is held for a recipient, or null. */
    public synchronized @Nullable Suspicion confined(SpoolId spool, String recipient) {
        return confined.get(spool + " " + recipient);
    }

    public Delivered keepForOperator(Arrived mail, Handling handling, String error) {
        return deliver(
                mail,
                new Handling(
                        handling.workspace(),
                        handling.endpoint(),
                        handling.folder(),
                        HandlingState.ERROR,
                        null,
                        0,
                        0,
                        error));
    }

    public synchronized boolean isProcessed(SpoolId spool) {
        requireThere();
        return traces.containsKey(spool.value());
    }

    public synchronized void finish(SpoolId spool, List<Step> steps) {
        requireThere();
        traces.putIfAbsent(spool.value(), steps);
    }

    public synchronized void trace(MessageId message, List<Step> steps) {
        requireThere();
        traces.put(message.value(), steps);
    }

    private void requireThere() {
        if (away) {
            throw new Unavailable("asking the database", null);
        }
    }

    /** What is stored for a recipient of a mail, or null. */
    public synchronized @Nullable Stored stored(SpoolId spool, String recipient) {
        return stored.get(spool + " " + recipient);
    }

    public synchronized int count() {
        return stored.size();
    }

    /** How often something was to be stored. */
    public synchronized int deliveries() {
        return deliveries;
    }

    /** The kept trace, each step as {@code processor matcher mailet verdict}. */
    public synchronized List<String> trace(UUID mail) {
        List<String> lines = new ArrayList<>();
        for (Step step : traces.getOrDefault(mail, List.of())) {
            lines.add(step.processor() + ' ' + step.matcher() + ' ' + step.mailet() + ' ' + step.verdict());
        }
        return lines;
    }

    public synchronized List<Step> steps(UUID mail) {
        return traces.getOrDefault(mail, List.of());
    }
}
