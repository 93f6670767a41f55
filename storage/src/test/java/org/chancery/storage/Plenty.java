package org.chancery.storage;

import static org.chancery.testkit.contract.Samples.NOW;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.chancery.core.access.Actor;
import org.chancery.core.access.Agent;
import org.chancery.core.access.ApprovalRule;
import org.chancery.core.access.ApprovalRules;
import org.chancery.core.access.Grant;
import org.chancery.core.access.Role;
import org.chancery.core.access.Scope;
import org.chancery.core.access.Token;
import org.chancery.core.access.TokenSecret;
import org.chancery.core.access.User;
import org.chancery.core.access.Workspace;
import org.chancery.core.approval.Approval;
import org.chancery.core.approval.ApprovalStatus;
import org.chancery.core.audit.AuditEntry;
import org.chancery.core.audit.AuditKind;
import org.chancery.core.audit.Author;
import org.chancery.core.audit.Channel;
import org.chancery.core.dkim.KeySet;
import org.chancery.core.endpoint.Behaviour;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.event.EventType;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.ApprovalId;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.EventDeliveryId;
import org.chancery.core.id.EventId;
import org.chancery.core.id.JobId;
import org.chancery.core.id.LabelId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.QuarantineId;
import org.chancery.core.id.SpoolId;
import org.chancery.core.id.SuppressionId;
import org.chancery.core.id.ThreadId;
import org.chancery.core.id.TokenId;
import org.chancery.core.id.UserId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.label.Label;
import org.chancery.core.mail.Arrival;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.mail.BounceCategory;
import org.chancery.core.mail.Classification;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.InternetMessageId;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.mail.ReversePath;
import org.chancery.core.mailbox.FolderRepository.Flags;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.MessageFacts;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.quarantine.HeldMail;
import org.chancery.core.quarantine.Quarantined.Decision;
import org.chancery.core.quarantine.Quarantined.Pending;
import org.chancery.core.quarantine.Quarantined.Release;
import org.chancery.core.quarantine.Reason;
import org.chancery.core.quarantine.Suspicion;
import org.chancery.core.queue.Attempt;
import org.chancery.core.queue.AwaitedReplies.Awaited;
import org.chancery.core.queue.EarlyReports.Early;
import org.chancery.core.queue.OutgoingJob;
import org.chancery.core.queue.RecipientOutcome.Bounced;
import org.chancery.core.queue.ReportMail;
import org.chancery.core.report.ReportRepository.Complaint;
import org.chancery.core.screening.LessonRepository.Learned;
import org.chancery.core.screening.SpamLearning.Lesson;
import org.chancery.core.search.Term;
import org.chancery.core.send.ScheduleRepository.Scheduled;
import org.chancery.core.sts.KeptPolicy;
import org.chancery.core.sts.StsPolicy;
import org.chancery.core.subscription.DeliveryAttempt;
import org.chancery.core.subscription.EventDelivery;
import org.chancery.core.subscription.EventDelivery.EventFacts;
import org.chancery.core.subscription.Outcome;
import org.chancery.core.subscription.Subscriber;
import org.chancery.core.suppression.Suppression;
import org.chancery.core.turn.UsageRepository.Day;
import org.chancery.core.tx.Tx;
import org.chancery.testkit.contract.Samples;
import org.chancery.testkit.contract.Store;
import org.jspecify.annotations.Nullable;

/**
 * A store with as much of everything as is asked for, all of it where one list shows it, and beside what is shown as much that
 * is over: removed, deleted, revoked, ended. What lists may not stumble over stands where they begin.
 */
final class Plenty {
    static final String STRANGER = "zoe@stranger.example";
    static final String HOLDER = "somebody@elsewhere.example";
    static final String FULL = "full.example";
    static final String FREE = "there.example";
    static final String IDLE = "idle.example";
    static final Author AUTHOR = new Author("user", "usr_anna", "anna@ours.example", Channel.API, "tok_one");
    static final String SUBJECT = "msg_one";
    static final LocalDate DAY = LocalDate.ofInstant(NOW, ZoneOffset.UTC);

    /** Which strangers use for all their mail. */
    static final InternetMessageId USED_AGAIN = new InternetMessageId("again@stranger.example");

    /** When things were made that are still there: behind those that are over, in the order of their ids. */
    private static final Instant LATER = NOW.plus(Duration.ofDays(30));

    /** So much is stored in one transaction. */
    private static final int BATCH = 50;

    private final Store store;
    final Samples samples;
    final WorkspaceId workspace;
    final EndpointId endpoint;
    final ThreadId thread;
    final Agent agent;
    final Label label;
    final UUID subscriber = UUID.randomUUID();
    final UUID lane;
    final Outbound answer;
    final Inbound answered;
    final OutgoingJob job;
    final EventDelivery delivered;
    final String domain;

    private final UUID laneKey = UUID.randomUUID();
    private int stored;

    Plenty(Store store) {
        this.store = store;
        this.samples = Samples.in(store);
        this.workspace = samples.workspace.id();
        this.endpoint = samples.endpoint.id();
        this.domain = samples.workspace.domain();
        this.thread = samples.keptThread();
        this.agent = samples.keptAgent("the one");
        this.label = new Label(LabelId.at(NOW), workspace, "the one", null, NOW);
        this.answered = samples.keptInbound();
        this.answer = samples.keep(samples.outbound(
                answered.facts().thread(), OutboundStatus.DRAFT, answered.id(), "client@stranger.example"));
        this.job = samples.job(answer, FREE);
        this.delivered = delivery(0);
        store.transactions().run(tx -> {
            store.labels().add(tx, label);
            store.queue().add(tx, job, NOW.plus(Duration.ofDays(9)));
            store.deliveries().add(tx, delivered, laneKey, FREE, NOW);
            store.endpoints().add(tx, mailbox());
            store.signingKeys().add(tx, new KeySet.Active(pair(1_000_000), NOW));
            store.signingKeys().add(tx, new KeySet.Waiting(pair(1_000_001)));
        });
        this.lane = store.transactions().in(tx -> {
            UUID first = store.deliveries()
                    .claim(tx, "we", NOW, NOW, 1, Set.of())
                    .getFirst()
                    .id();
            store.deliveries()
                    .addAttempt(
                            tx, delivered.id(), new DeliveryAttempt(NOW, NOW, new Outcome.Delivered(200, "thank you")));
            store.deliveries().settle(tx, delivered.id(), EventDelivery.Status.DELIVERED, NOW);
            store.deliveries().release(tx, first, NOW);
            return first;
        });
    }

    private Endpoint mailbox() {
        Endpoint plain = samples.newEndpoint("mail");
        return new Endpoint(
                plain.id(),
                workspace,
                plain.localPart(),
                plain.address(),
                Endpoint.Kind.MAILBOX,
                true,
                Behaviour.DEFAULT,
                NOW,
                NOW);
    }

    /** So many of each. */
    void fill(int number) {
        while (stored < number) {
            int end = Math.min(number, stored + BATCH);
            int begin = stored;
            store.transactions().run(tx -> {
                for (int i = begin; i < end; i++) {
                    mail(tx, at(i));
                    sent(tx, at(i));
                    quarantined(tx, at(i));
                    returned(tx, at(i), i);
                    people(tx, i);
                    endpoints(tx, i);
                    tokens(tx, i);
                    labels(tx, i);
                    records(tx, i);
                    deliveries(tx, i);
                }
            });
            stored = end;
        }
        passOver();
        idle();
    }

    /** When the one of that number happened. */
    static Instant at(int i) {
        return NOW.plusSeconds(i);
    }

    /** The middle of all there is. */
    Instant middle() {
        return at(stored / 2);
    }

    int stored() {
        return stored;
    }

    private void mail(Tx tx, Instant at) {
        MessageFacts facts = samples.facts(thread, null, STRANGER, "A question", at);
        Inbound mail = samples.inbound(new MessageFacts(
                facts.id(),
                workspace,
                endpoint,
                thread,
                facts.from(),
                facts.to(),
                facts.cc(),
                List.of(),
                facts.subject(),
                USED_AGAIN,
                facts.raw(),
                facts.size(),
                at));
        store.messages().add(tx, mail);
        store.search().put(tx, mail, Term.asked(Term.Place.ANYWHERE, "common"));
        store.folders().append(tx, endpoint, "INBOX", mail.id(), Flags.NONE);
        store.labels().put(tx, label.id(), mail.id(), at, NOW);
    }

    /** Each waits for its time and for people, as none does in earnest; and one for people only, for ever. */
    private void sent(Tx tx, Instant at) {
        Outbound patient = samples.outbound(thread, OutboundStatus.HELD, null, "client@stranger.example");
        store.messages().add(tx, patient);
        store.approvals().add(tx, approval(patient, at, null));
        Outbound mail = samples.outbound(thread, OutboundStatus.HELD, null, "client@stranger.example");
        store.messages().add(tx, mail);
        store.approvals().add(tx, approval(mail, at, at));
        store.schedule().add(tx, new Scheduled(mail.id(), workspace, endpoint, null, at));
        store.awaitedReplies().await(tx, new Awaited(mail.id(), workspace, at));
        store.queue().add(tx, job(mail, FREE), at);
        store.queue().add(tx, job(mail, FULL), at);
        store.queue().addAttempt(tx, job.id(), new Attempt(at, at, null, null, List.of()));
    }

    private OutgoingJob job(Outbound mail, String destination) {
        return new OutgoingJob(
                JobId.at(NOW),
                workspace,
                mail.id(),
                destination,
                ReversePath.of(EmailAddress.of("return@" + domain)),
                List.of(EmailAddress.of("bob@" + destination)),
                mail.facts().raw(),
                mail.facts().size(),
                0,
                NOW);
    }

    private Approval approval(Outbound mail, Instant at, @Nullable Instant end) {
        return new Approval(
                ApprovalId.at(at),
                new Approval.Held(workspace, endpoint, mail.id(), mail.facts().raw(), "A mail"),
                new Approval.Requester(
                        new Actor.Program(agent.id(), agent.name()), TokenId.at(NOW), samples.person.id(), endpoint),
                new ApprovalRule(ApprovalRule.EMAIL_SEND, ApprovalRule.When.ALWAYS, 1, Duration.ofDays(1)),
                Approval.Holder.TOKEN,
                ApprovalStatus.PENDING,
                "",
                NOW,
                end);
    }

    /** Marks the jobs of the full destination, as the first claims do. */
    private void passOver() {
        store.transactions().run(tx -> {
            store.queue().claim(tx, "we", at(stored), at(stored), stored, Set.of(FULL));
            store.queue().releaseLeases(tx, "we", NOW);
        });
    }

    /** Lets go of the lanes in which nothing waits any more. */
    private void idle() {
        store.transactions()
                .run(tx -> store.deliveries()
                        .claim(tx, "we", at(stored), at(stored), stored, Set.of(FREE))
                        .forEach(empty -> store.deliveries().release(tx, empty.id(), NOW)));
    }

    private void quarantined(Tx tx, Instant at) {
        store.quarantine().add(tx, held(at));
        HeldMail released = held(at);
        store.quarantine().add(tx, released);
        Decision decision = new Decision(
                UUID.randomUUID(), new Actor.Person(samples.person.id(), samples.person.email()), at, "", null);
        store.quarantine().accept(tx, new Pending(released).accept(decision, new Release.Due()));
    }

    private HeldMail held(Instant at) {
        QuarantineId id = QuarantineId.at(at);
        return new HeldMail(
                id,
                workspace,
                endpoint,
                new Suspicion(Reason.UNKNOWN_SENDER, null, List.of()),
                new HeldMail.Passage(
                        SpoolId.at(at),
                        new Arrival(at, InetAddress.getLoopbackAddress(), "mail.stranger.example", "ESMTPS"),
                        ReversePath.of(EmailAddress.of(STRANGER)),
                        EmailAddress.of(samples.endpoint.address()),
                        Classification.HUMAN,
                        AuthenticationResults.NONE),
                new HeldMail.Shown(List.of(new Mailbox(null, STRANGER)), List.of(), "A question"),
                new HeldMail.Raw(RawDigest.of(id.text().getBytes(StandardCharsets.US_ASCII)), 2345));
    }

    private void returned(Tx tx, Instant at, int i) {
        MessageId message = MessageId.at(at);
        store.reports().remember(tx, SpoolId.at(NOW), message, at);
        store.reports().remember(tx, new Complaint(message, null, true), at);
        store.earlyReports()
                .keep(
                        tx,
                        new Early(
                                message,
                                new Bounced(EmailAddress.of("bob@there.example"), "550 no", BounceCategory.HARD, true),
                                new ReportMail(SpoolId.at(NOW), answered.facts().raw(), 17),
                                at));
        store.suppressions()
                .add(
                        tx,
                        new Suppression(
                                SuppressionId.at(NOW),
                                workspace,
                                EmailAddress.of("a" + i + "@gone.example"),
                                Suppression.Cause.HARD_BOUNCE,
                                "",
                                null,
                                Suppression.OURSELVES,
                                at));
    }

    /** In this workspace, and one of the same address in another one. */
    private void people(Tx tx, int i) {
        store.access().add(tx, samples.user("user" + i + '@' + domain, Role.MEMBER));
        Workspace other = new Workspace(WorkspaceId.at(NOW), "Another", "w" + i + '.' + domain, "", NOW);
        store.access().add(tx, other);
        store.access()
                .add(tx, new User(UserId.at(NOW), other.id(), HOLDER, "Somebody", Role.MEMBER, List.of(HOLDER), NOW));
    }

    private void endpoints(Tx tx, int i) {
        Endpoint removed = samples.newEndpoint("again");
        store.endpoints().add(tx, removed);
        store.endpoints().remove(tx, removed.id(), samples.person.id(), at(i));
        Agent deleted = samples.agent("over");
        store.access().add(tx, deleted, "sealed");
        store.access().delete(tx, deleted.id(), at(i));
        Endpoint sample = samples.newEndpoint("endpoint" + i, agent.id());
        store.endpoints()
                .add(
                        tx,
                        new Endpoint(
                                EndpointId.at(LATER),
                                workspace,
                                sample.localPart(),
                                sample.address(),
                                sample.kind(),
                                false,
                                sample.behaviour(),
                                NOW,
                                NOW));
        store.access()
                .add(
                        tx,
                        new Agent(
                                AgentId.at(LATER),
                                workspace,
                                "agent",
                                "",
                                Agent.Status.ACTIVE,
                                Agent.ExecutionMode.EXTERNAL,
                                samples.person.id(),
                                null,
                                NOW,
                                NOW),
                        "sealed");
    }

    private void tokens(Tx tx, int i) {
        for (EndpointId inbox : Arrays.asList(null, endpoint)) {
            for (AgentId handler : Arrays.asList(null, agent.id())) {
                Token revoked = token(NOW, samples.person, inbox, handler, null);
                store.access().add(tx, revoked, hash());
                store.tokens().revoke(tx, revoked.id(), at(i));
                store.access().add(tx, token(LATER, samples.person, inbox, handler, null), hash());
            }
        }
        Token session = token(NOW, samples.person, null, null, LATER.plusSeconds(i));
        store.signIns().open(tx, session, hash());
        User another = samples.user("another" + i + '@' + domain, Role.MEMBER);
        store.access().add(tx, another);
        store.signIns().open(tx, token(NOW, another, null, null, at(i)), hash());
    }

    private Token token(
            Instant made, User maker, @Nullable EndpointId inbox, @Nullable AgentId handler, @Nullable Instant end) {
        return new Token(
                TokenId.at(made),
                workspace,
                "token",
                new Grant(EnumSet.of(Scope.EMAIL_READ), ApprovalRules.NONE, end),
                inbox,
                handler,
                maker.id(),
                NOW);
    }

    private static String hash() {
        return TokenSecret.generate().hash();
    }

    private void labels(Tx tx, int i) {
        // One beside the other: what is removed is cleared and gone in a while.
        Label removed = new Label(LabelId.at(at(i)), workspace, "over " + i, null, NOW);
        store.labels().add(tx, removed);
        store.labels().remove(tx, workspace, removed.id(), at(i));
        store.labels().add(tx, new Label(LabelId.at(at(i)), workspace, "label " + i, null, NOW));
    }

    private void records(Tx tx, int i) {
        store.audit().append(tx, new AuditEntry(workspace, at(i), AuditKind.MESSAGE_QUEUED, AUTHOR, SUBJECT, Map.of()));
        store.events().append(tx, samples.event(EventType.MESSAGE_ROUTED));
        store.modelUsage().add(tx, workspace, Day.unused(DAY.plusDays(i)));
        store.signingKeys().add(tx, new KeySet.Retired(pair(i), at(i)));
        store.lessons().lock(tx, workspace);
        store.lessons().add(tx, workspace, new Learned(SpoolId.at(NOW), Lesson.SPAM, List.of(7L), at(i)));
        StsPolicy policy = new StsPolicy(StsPolicy.Mode.ENFORCE, List.of("mx.example"), Duration.ofDays(7));
        store.stsPolicies().keep(tx, new KeptPolicy("d" + i + '.' + domain, "id", policy, NOW, at(i), NOW));
    }

    private KeySet.Pair pair(int number) {
        KeySet.Kept kept = new KeySet.Kept("public", "sealed");
        return new KeySet.Pair(domain, number, "c-" + number, NOW, kept, kept);
    }

    /** One that is over and one that waits in the same lane, one in a lane of its own, and a lane in which nothing waits. */
    private void deliveries(Tx tx, int i) {
        EventDelivery over = delivery(i + 1);
        store.deliveries().add(tx, over, laneKey, FREE, NOW);
        store.deliveries().settle(tx, over.id(), EventDelivery.Status.DELIVERED, at(i));
        store.deliveries().add(tx, delivery(1_000_000 + i), laneKey, FREE, NOW);
        store.deliveries().add(tx, delivery(i), UUID.randomUUID(), FREE, at(i));
        EventDelivery last = delivery(i);
        store.deliveries().add(tx, last, UUID.randomUUID(), IDLE, NOW);
        store.deliveries().settle(tx, last.id(), EventDelivery.Status.DELIVERED, at(i));
    }

    private EventDelivery delivery(long position) {
        return EventDelivery.of(
                new Subscriber(Subscriber.Kind.WEBHOOK, subscriber),
                EventDeliveryId.at(NOW.plusMillis(position)),
                new EventFacts(workspace, EventId.at(NOW), position, EventType.MESSAGE_ROUTED),
                NOW);
    }
}
