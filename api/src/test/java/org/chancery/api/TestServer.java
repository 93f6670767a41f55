package org.chancery.api;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.chancery.api.health.Part;
import org.chancery.api.http.HttpConfig;
import org.chancery.api.triage.TriageParts;
import org.chancery.core.access.AccessRepository;
import org.chancery.core.access.AccessService;
import org.chancery.core.access.AccountService;
import org.chancery.core.access.Agent;
import org.chancery.core.access.AgentService;
import org.chancery.core.access.ApprovalRuleTree;
import org.chancery.core.access.AuthFailures;
import org.chancery.core.access.Grant;
import org.chancery.core.access.IdempotencyService;
import org.chancery.core.access.LastUse;
import org.chancery.core.access.PeopleService;
import org.chancery.core.access.Role;
import org.chancery.core.access.Scope;
import org.chancery.core.access.SecretBox;
import org.chancery.core.access.SignInRepository;
import org.chancery.core.access.SignInService;
import org.chancery.core.access.Token;
import org.chancery.core.access.TokenAuthenticator;
import org.chancery.core.access.TokenRepository;
import org.chancery.core.access.TokenService;
import org.chancery.core.access.TokenSight;
import org.chancery.core.access.User;
import org.chancery.core.access.Workspace;
import org.chancery.core.approval.Approval.Holder;
import org.chancery.core.approval.ApprovalRepository;
import org.chancery.core.approval.ApprovalService;
import org.chancery.core.approval.ApprovalView;
import org.chancery.core.audit.AuditLog;
import org.chancery.core.audit.AuditService;
import org.chancery.core.audit.Journal;
import org.chancery.core.audit.Notes;
import org.chancery.core.audit.RefusedAttempts;
import org.chancery.core.endpoint.EndpointDirectory;
import org.chancery.core.endpoint.EndpointRepository;
import org.chancery.core.endpoint.EndpointService;
import org.chancery.core.endpoint.ReturnPaths;
import org.chancery.core.endpoint.WorkspaceSetup;
import org.chancery.core.endpoint.WorkspaceSetup.NewWorkspace;
import org.chancery.core.event.EventLog;
import org.chancery.core.event.EventReader;
import org.chancery.core.event.EventSignal;
import org.chancery.core.evidence.EvidenceKey;
import org.chancery.core.evidence.EvidenceService;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.SpoolId;
import org.chancery.core.id.TokenId;
import org.chancery.core.id.UserId;
import org.chancery.core.label.LabelRepository;
import org.chancery.core.label.LabelService;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.mail.AuthenticationResultsField;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.MailClassifier;
import org.chancery.core.mail.MessageHeader;
import org.chancery.core.mail.MessageReader;
import org.chancery.core.mail.ReversePath;
import org.chancery.core.mailbox.FolderRepository;
import org.chancery.core.mailbox.HandlerResolver;
import org.chancery.core.mailbox.Handling;
import org.chancery.core.mailbox.Handover;
import org.chancery.core.mailbox.MailboxService;
import org.chancery.core.mailbox.MailboxService.Arrived;
import org.chancery.core.mailbox.MessageRepository;
import org.chancery.core.mailbox.RawMailStore;
import org.chancery.core.mailbox.RawMailStore.Kept;
import org.chancery.core.mailbox.TraceRepository;
import org.chancery.core.mailbox.TraceRepository.Step;
import org.chancery.core.mailbox.Visibility;
import org.chancery.core.quarantine.HeldBackMail;
import org.chancery.core.quarantine.QuarantineDecisions;
import org.chancery.core.quarantine.QuarantineRepository;
import org.chancery.core.quarantine.QuarantineView;
import org.chancery.core.quarantine.Releases;
import org.chancery.core.quarantine.Screening;
import org.chancery.core.queue.MessageOutcomes;
import org.chancery.core.queue.QueueRepository;
import org.chancery.core.report.Unsubscribing;
import org.chancery.core.screening.SpamLearning;
import org.chancery.core.screening.SpamScores;
import org.chancery.core.search.MailIndex;
import org.chancery.core.search.SearchRepository;
import org.chancery.core.send.Dispatch;
import org.chancery.core.send.EndpointRemoval;
import org.chancery.core.send.HeldSends;
import org.chancery.core.send.OutboundPipeline;
import org.chancery.core.send.OutboundPipeline.Outcome;
import org.chancery.core.send.ScheduleRepository;
import org.chancery.core.send.ScheduledSends;
import org.chancery.core.send.SendCaps;
import org.chancery.core.send.SendPolicy.Verdict;
import org.chancery.core.send.SendService;
import org.chancery.core.send.SendService.SendLimits;
import org.chancery.core.subscription.DeliveryRepository;
import org.chancery.core.subscription.Subscriptions;
import org.chancery.core.suppression.Colleagues;
import org.chancery.core.suppression.SuppressionService;
import org.chancery.core.suppression.UnsubscribeLinks;
import org.chancery.core.triage.HandlerChanges;
import org.chancery.core.triage.MailSearch;
import org.chancery.core.triage.MailSight;
import org.chancery.core.triage.MessageLabels;
import org.chancery.core.triage.Presence;
import org.chancery.core.triage.ReviewQueues;
import org.chancery.core.triage.TriageService;
import org.chancery.core.turn.ModelDesk;
import org.chancery.core.turn.TokenShares;
import org.chancery.storage.Database;
import org.chancery.storage.DatabaseConfig;
import org.chancery.storage.access.JooqAccessRepository;
import org.chancery.storage.access.JooqIdempotencyRepository;
import org.chancery.storage.access.JooqSignInRepository;
import org.chancery.storage.access.JooqTokenRepository;
import org.chancery.storage.approval.JooqApprovalRepository;
import org.chancery.storage.audit.JooqAuditLog;
import org.chancery.storage.endpoint.JooqEndpointRepository;
import org.chancery.storage.event.JooqEventCursors;
import org.chancery.storage.event.JooqEventLog;
import org.chancery.storage.label.JooqLabelRepository;
import org.chancery.storage.mailbox.JooqFolderRepository;
import org.chancery.storage.mailbox.JooqMessageRepository;
import org.chancery.storage.mailbox.JooqTraceRepository;
import org.chancery.storage.quarantine.JooqQuarantineRepository;
import org.chancery.storage.queue.JooqAwaitedReplies;
import org.chancery.storage.queue.JooqEarlyReports;
import org.chancery.storage.queue.JooqQueueRepository;
import org.chancery.storage.raw.FileRawMailStore;
import org.chancery.storage.screening.JooqSpamScoreRepository;
import org.chancery.storage.search.JooqSearchRepository;
import org.chancery.storage.send.JooqScheduleRepository;
import org.chancery.storage.send.JooqSendCounts;
import org.chancery.storage.subscription.JooqDeliveryRepository;
import org.chancery.storage.suppression.JooqSuppressionRepository;
import org.chancery.storage.turn.JooqUsageRepository;
import org.chancery.testkit.clock.RunningClock;
import org.chancery.testkit.database.TestDatabase;
import org.jspecify.annotations.Nullable;

/** The whole API on a free port, over real repositories on H2. Mail comes in by a call; none leaves. */
public final class TestServer implements AutoCloseable {
    /** Sealed with a key that is no secret. */
    public static final SecretBox SECRETS = new SecretBox(new byte[32]);

    private static final long MAX_MESSAGE = 4 << 20;

    private final RunningClock clock = new RunningClock();
    private final EventSignal signal = new EventSignal();
    private final EventLog events = new JooqEventLog(signal);
    private final AuditLog audit = new JooqAuditLog();
    private final Journal journal = new Journal(events, audit);
    private final AccessRepository access = new JooqAccessRepository();
    private final EndpointRepository endpointRepository = new JooqEndpointRepository();
    private final FolderRepository folders = new JooqFolderRepository();
    private final MessageRepository messages = new JooqMessageRepository();
    private final TraceRepository traces = new JooqTraceRepository();
    private final QueueRepository queue = new JooqQueueRepository();
    private final ScheduleRepository schedule = new JooqScheduleRepository();
    private final DeliveryRepository deliveries = new JooqDeliveryRepository();
    private final Queue<Runnable> later = new ConcurrentLinkedQueue<>();
    private final AtomicInteger workspaces = new AtomicInteger();
    private final AtomicInteger members = new AtomicInteger();
    private final Map<String, String> troubles = new ConcurrentHashMap<>();
    private final Map<String, CountDownLatch> holds = new ConcurrentHashMap<>();
    private final Map<String, Integer> asked = new ConcurrentHashMap<>();
    private final TokenRepository tokens = new JooqTokenRepository();
    private final SignInRepository signIns = new JooqSignInRepository();
    private final InterruptedPasswords passwords = new InterruptedPasswords();
    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    private volatile AuthenticationResults verdicts = AuthenticationResults.NONE;
    private final Path directory;
    private final Database database;
    private final Outage transactions;
    private final RawMailStore raw;
    private final WorkspaceSetup setup;
    private final MailboxService mailboxes;
    private final HandlerResolver handlers;
    private final AccessService accessService;
    private final IdempotencyService idempotency;
    private final Api api;
    private final Http http;

    public static TestServer start() {
        return start(config -> config);
    }

    public static TestServer start(UnaryOperator<HttpConfig> change) {
        return new TestServer(change.apply(HttpConfig.of("127.0.0.1", 0, MAX_MESSAGE, 512 << 20)));
    }

    private TestServer(HttpConfig config) {
        directory = newDirectory();
        TestDatabase place = TestDatabase.h2InMemory();
        database = Database.open(new DatabaseConfig(
                place.url(),
                place.user(),
                new DatabaseConfig.Password(place.password()),
                DatabaseConfig.DEFAULT_CONNECTIONS));
        transactions = new Outage(database.transactions());
        raw = FileRawMailStore.open(directory);
        ReturnPaths returnPaths = new ReturnPaths(new byte[32]);
        EndpointDirectory addresses = new EndpointDirectory(transactions, endpointRepository, access, returnPaths);
        EndpointService endpoints =
                new EndpointService(transactions, endpointRepository, access, folders::create, addresses, audit, clock);
        setup = new WorkspaceSetup(transactions, access, signIns, endpoints, addresses, audit, clock);
        mailboxes = new MailboxService(
                transactions,
                new MailboxService.Stores(
                        messages,
                        folders,
                        endpointRepository,
                        traces,
                        access,
                        new HeldBackMail(new JooqQuarantineRepository())),
                events,
                clock);
        handlers = new HandlerResolver(transactions, addresses, endpointRepository, access, messages);
        accessService = new AccessService(transactions, access, audit, clock);
        idempotency = new IdempotencyService(transactions, new JooqIdempotencyRepository(), "test", clock);
        ApprovalRepository approvals = new JooqApprovalRepository();
        MessageOutcomes outcomes = new MessageOutcomes(
                new MessageOutcomes.Stores(
                        messages,
                        endpointRepository,
                        access,
                        new JooqSuppressionRepository(),
                        new JooqAwaitedReplies(),
                        new JooqEarlyReports(),
                        new Journal(events, audit)),
                addresses::hostedWhenRead);
        Dispatch.Books books = new Dispatch.Books(
                messages,
                folders,
                endpointRepository,
                queue,
                outcomes,
                new SendCaps(
                        transactions,
                        new SendCaps.Stores(new JooqSendCounts(), endpointRepository, events),
                        new SendCaps.Config(0, List.of()),
                        clock),
                approvals,
                access,
                events,
                audit,
                schedule,
                returnPaths);
        HeldSends held = new HeldSends(books, new HeldSends.Bytes(raw, returnPaths, MAX_MESSAGE), () -> {}, clock);
        Dispatch dispatch = new Dispatch(transactions, books, held, () -> {}, clock);
        Visibility visibility = new Visibility(access, messages);
        UnsubscribeLinks links = new UnsubscribeLinks(new byte[32], null, addresses::hosts);
        Colleagues colleagues = new Colleagues(transactions, access, addresses::hosts);
        SendService sending = new SendService(
                transactions,
                new SendService.Stores(messages, endpointRepository, approvals, raw),
                endpoints,
                visibility,
                new SendService.Ways(returnPaths, links, colleagues),
                pipeline(dispatch),
                new SendLimits(MAX_MESSAGE),
                clock);
        SearchRepository search = new JooqSearchRepository();
        LabelRepository labels = new JooqLabelRepository();
        MailSight sight = new MailSight(messages, endpointRepository, endpoints, visibility);
        TriageParts triage = new TriageParts(
                new TriageService(transactions, sight, messages, traces, raw, sending, dispatch),
                new MailSearch(transactions, sight, new MailIndex(transactions, search, messages, raw), search),
                new MessageLabels(transactions, sight, messages, labels, events, clock),
                new ReviewQueues(transactions, sight),
                new HandlerChanges(
                        transactions,
                        sight,
                        new HandlerChanges.Books(messages, endpointRepository, journal),
                        access,
                        dispatch,
                        clock),
                new Presence(clock),
                new SpamScores(transactions, new JooqSpamScoreRepository()));
        Handover handover = new Handover(messages, endpointRepository, events, clock);
        AgentService agents = new AgentService(
                transactions,
                access,
                new AgentService.Surroundings(
                        url -> url.contains("private") ? Optional.of("is private") : Optional.empty(),
                        (tx, workspace, agent) -> !endpointRepository
                                .ofAgent(tx, workspace, agent, 1)
                                .isEmpty(),
                        (tx, agent, limit) -> handover.toPeople(
                                tx, agent.workspace(), agent.id(), limit, "agent " + agent.name() + " was deleted")),
                SECRETS,
                audit,
                clock);
        Subscriptions subscriptions = new Subscriptions(
                transactions, events, new JooqEventCursors(), deliveries, List.of(), clock, new Random());
        api = new Api(
                config,
                new Api.Services(
                        new TokenService(transactions, access, tokens, notes(), clock),
                        people(),
                        endpoints,
                        new EndpointRemoval(
                                transactions,
                                endpoints,
                                new EndpointRemoval.Stores(endpointRepository, messages, approvals, access, schedule),
                                dispatch,
                                later::add),
                        new Api.Sending(
                                sending,
                                new ScheduledSends(
                                        transactions, books, new ScheduledSends.Steps(dispatch, held), raw, clock)),
                        new Api.Suppressions(
                                new SuppressionService(
                                        transactions,
                                        new SuppressionService.Stores(
                                                new JooqSuppressionRepository(), new JooqAuditLog()),
                                        colleagues,
                                        clock),
                                new Unsubscribing(
                                        transactions,
                                        new Unsubscribing.Stores(messages, new JooqSuppressionRepository(), events),
                                        colleagues,
                                        outcomes,
                                        links,
                                        clock)),
                        new LabelService(transactions, labels, later::add, clock),
                        triage,
                        new AuthenticationResultsField("mail.acme.example"),
                        new EventReader(transactions, events, signal),
                        new Api.Agents(
                                agents,
                                subscriptions,
                                new ModelDesk(
                                        transactions, new JooqUsageRepository(), null, new TokenShares(0, 0), clock)),
                        quarantine(addresses),
                        new Api.Approvals(
                                new ApprovalService(
                                        transactions,
                                        new ApprovalService.Stores(approvals, access, events, notes()),
                                        held,
                                        clock),
                                new ApprovalView(
                                        transactions,
                                        new ApprovalView.Stores(messages, endpointRepository, access, raw),
                                        visibility,
                                        clock)),
                        new Api.Books(new AuditService(transactions, audit), evidence(returnPaths))),
                new Api.Gate(
                        new TokenAuthenticator(
                                transactions, access, new LastUse(transactions, tokens), authFailures(), clock),
                        idempotency,
                        SECRETS,
                        clock),
                new Api.Watch(List.of(part("database"), part("spool")), meters, "test"));
        api.start();
        http = new Http(api.port());
    }

    private EvidenceService evidence(ReturnPaths returnPaths) {
        return new EvidenceService(
                transactions,
                new EvidenceService.Stores(
                        audit,
                        messages,
                        endpointRepository,
                        traces,
                        new JooqQuarantineRepository(),
                        new JooqApprovalRepository(),
                        queue,
                        returnPaths),
                raw,
                EvidenceKey.of(EvidenceKey.generate()),
                clock);
    }

    private Notes notes() {
        return new Notes(audit, new RefusedAttempts(transactions, audit, clock));
    }

    private Api.People people() {
        SignInService service = new SignInService(
                transactions, access, signIns, passwords, new SignInService.Notes(audit, authFailures()), clock);
        return new Api.People(
                new PeopleService(transactions, access, signIns, passwords, notes(), clock),
                service,
                new AccountService(
                        transactions, access, new AccountService.SignIns(signIns, passwords, service), audit, clock));
    }

    /** Without the pipeline: what is accepted is due, and stays so. */
    private Api.Quarantine quarantine(EndpointDirectory addresses) {
        QuarantineRepository held = new JooqQuarantineRepository();
        Releases releases = new Releases(
                transactions,
                new Releases.Stores(held, endpointRepository, messages, traces, raw),
                (mail, error) -> {},
                "test",
                clock);
        return new Api.Quarantine(
                new QuarantineView(transactions, held, endpointRepository, traces, raw),
                new QuarantineDecisions(
                        transactions,
                        new QuarantineDecisions.Stores(held, endpointRepository, access, messages, journal),
                        new Screening(transactions, addresses, endpointRepository, access, messages),
                        new QuarantineDecisions.After(releases, SpamLearning.NONE, raw),
                        clock));
    }

    /** The outbound processor without the mailets: the steps in the order that the shipped configuration has. */
    private static OutboundPipeline pipeline(Dispatch dispatch) {
        return passage -> switch (dispatch.authorise(passage.candidate())) {
            case Verdict.Denied denied -> new Outcome.Denied(denied.code(), denied.reason());
            case Verdict.NeedsApproval waits ->
                waits.holder() == Holder.TOKEN
                        ? dispatch.hold(passage.candidate(), passage.envelope())
                        : dispatch.enqueue(passage.candidate(), passage.envelope());
            case Verdict.NeedsPerson waits -> dispatch.keepAsDraft(passage.candidate(), waits.reason());
            case Verdict.Allowed ignored -> dispatch.enqueue(passage.candidate(), passage.envelope());
        };
    }

    private Part part(String name) {
        return new Part(name, () -> {
            asked.merge(name, 1, Integer::sum);
            CountDownLatch hold = holds.get(name);
            if (hold != null) {
                awaitQuietly(hold);
            }
            return Optional.ofNullable(troubles.get(name));
        });
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Has a part give no answer until the latch opens. */
    public void hold(String part, CountDownLatch latch) {
        holds.put(part, latch);
    }

    /** How often a part was looked at. */
    public int asked(String part) {
        return asked.getOrDefault(part, 0);
    }

    /** Waits until somebody waits for events of the workspace. */
    public void awaitReader(Tenant tenant) {
        while (!signal.isAwaited(tenant.workspace().id())) {
            Thread.onSpinWait();
        }
    }

    /** Does what was put off until after the answer. */
    public void doLater() {
        for (Runnable next = later.poll(); next != null; next = later.poll()) {
            next.run();
        }
    }

    /** Adds an agent that is not active; its id. */
    public String addAgent(Tenant tenant, Agent.Status status) {
        Agent agent = new Agent(
                AgentId.at(clock.instant()),
                tenant.workspace().id(),
                status.text(),
                "",
                status,
                Agent.ExecutionMode.EXTERNAL,
                null,
                null,
                clock.instant(),
                clock.instant());
        transactions.run(tx -> access.add(tx, agent, "sealed"));
        return agent.id().text();
    }

    /** Has something happen while the next password is hashed. */
    public void whileHashing(Runnable what) {
        passwords.meanwhile(what);
    }

    /** Has something happen when the next call has looked at all, and is about to change something. */
    public void beforeNextChange(Runnable what) {
        transactions.beforeDurable(what);
    }

    /** Has something happen when the next call has changed something that nobody else sees yet. */
    public void withinNextChange(Runnable what) {
        transactions.withinDurable(what);
    }

    /** What {@code /health/ready} hears of a part from now on. */
    public void trouble(String part, String trouble) {
        troubles.put(part, trouble);
    }

    public Api api() {
        return api;
    }

    public Http http() {
        return http;
    }

    public RunningClock clock() {
        return clock;
    }

    Outage transactions() {
        return transactions;
    }

    public void takeDatabaseAway() {
        transactions.begin();
    }

    public void giveDatabaseBack() {
        transactions.end();
    }

    /** Lets so many durable transactions happen, and has every further one fail as a bug would. */
    public void failAfter(int durable) {
        transactions.failAfter(durable);
    }

    /** Has every durable transaction fail as one does where the virtual machine is in trouble. */
    public void breakDown() {
        transactions.breakDown();
    }

    public void failNoMore() {
        transactions.failNoMore();
    }

    public IdempotencyService idempotency() {
        return idempotency;
    }

    /** A workspace of its own domain. */
    public Tenant newWorkspace() {
        return newWorkspace(newDomain(), "");
    }

    /** A domain that no workspace has. */
    public String newDomain() {
        return "w" + workspaces.incrementAndGet() + ".example";
    }

    public Tenant newWorkspace(String domain, String slug) {
        WorkspaceSetup.Made made = setup.add(new NewWorkspace(domain, domain, slug, "owner@" + domain, null, null));
        return new Tenant(
                this, made.workspace(), made.owner(), made.ownerToken().reveal());
    }

    /** Has the mail of a token wait for people, in whatever way the rules say. */
    public void restrict(Tenant tenant, String token, Object... rules) {
        TokenSight all = new TokenSight.All(tenant.workspace().id());
        TokenId id = TokenId.parse(token).orElseThrow();
        transactions.run(tx -> {
            Token free = tokens.token(tx, all, id).orElseThrow().token();
            Grant grant = new Grant(
                    free.grant().scopes(),
                    ApprovalRuleTree.read(List.of(rules), ""),
                    free.grant().expiresAt());
            tokens.change(
                    tx,
                    new Token(
                            id,
                            free.workspace(),
                            free.label(),
                            grant,
                            free.endpoint(),
                            free.agent(),
                            free.maker(),
                            free.createdAt()));
        });
    }

    private AuthFailures authFailures() {
        return new AuthFailures(transactions, access, events, Runnable::run, clock);
    }

    /** Adds a member who sees the mail from the given address; a personal token of theirs. */
    public String addMember(Tenant tenant, String boundAddress, String... scopes) {
        Workspace workspace = tenant.workspace();
        User member = new User(
                UserId.at(clock.instant()),
                workspace.id(),
                "member" + members.incrementAndGet() + "@" + workspace.domain(),
                "member",
                Role.MEMBER,
                List.of(boundAddress),
                clock.instant());
        transactions.run(tx -> access.add(tx, member));
        Set<Scope> given = Arrays.stream(scopes)
                .map(Scope::parse)
                .map(Optional::orElseThrow)
                .collect(Collectors.toSet());
        return accessService
                .issueToken(workspace.domain(), workspace.slug(), member.email(), "test", given)
                .secret()
                .reveal();
    }

    /** What is found out about the senders of mail from now on. */
    public void find(AuthenticationResults verdicts) {
        this.verdicts = verdicts;
    }

    /** Stores a mail as the pipeline does; returns its id. */
    public MessageId deliver(String recipient, String mail) {
        return deliver(recipient, mail, null);
    }

    /** Stores a mail as one that the pipeline gave up. */
    public MessageId giveUp(String recipient, String mail) {
        return deliver(recipient, mail, "a mailet failed three times");
    }

    /** Loses the bytes of all mail that is kept. */
    public void loseRawMail() {
        try (var files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(file -> file.getFileName().toString().matches("[0-9a-f]{64}"))
                    .toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private MessageId deliver(String recipient, String mail, @Nullable String error) {
        byte[] bytes = mail.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
        try {
            Kept kept = raw.put(new ByteArrayInputStream(bytes));
            MessageHeader header = MessageReader.header(new ByteArrayInputStream(bytes));
            Instant now = clock.instant();
            SpoolId spool = SpoolId.at(now);
            ReversePath path = ReversePath.of(EmailAddress.of("stranger@elsewhere.example"));
            Arrived arrived = new Arrived(
                    spool,
                    now,
                    path,
                    EmailAddress.of(recipient),
                    header,
                    MailClassifier.classify(header, path),
                    verdicts,
                    kept.digest(),
                    kept.size());
            Handling handling = handlers.resolve(EmailAddress.of(recipient));
            mailboxes.finish(
                    spool, List.of(new Step(now, "root", "All", "Classify", "human", "no sign of a program", 42)));
            return error == null
                    ? mailboxes.deliver(arrived, handling).message()
                    : mailboxes.keepForOperator(arrived, handling, error).message();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A plain mail. */
    public static String mail(String from, String subject, String text) {
        return "From: " + from + "\nTo: Somebody <desk@example.org>\nCc: third@elsewhere.example\nSubject: " + subject
                + "\nMessage-ID: <" + Integer.toHexString(subject.hashCode()) + "@elsewhere.example>\n\n" + text + "\n";
    }

    private static Path newDirectory() {
        try {
            return Files.createTempDirectory("chancery-api-test");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        http.close();
        api.stop(Duration.ofSeconds(8));
        database.close();
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
