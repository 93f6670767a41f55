package org.chancery.server;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.chancery.core.access.AccessRepository;
import org.chancery.core.access.AccessService;
import org.chancery.core.access.AccountService;
import org.chancery.core.access.AuthFailures;
import org.chancery.core.access.IdempotencyRepository;
import org.chancery.core.access.LastUse;
import org.chancery.core.access.Password;
import org.chancery.core.access.Passwords;
import org.chancery.core.access.PeopleService;
import org.chancery.core.access.SecretBox;
import org.chancery.core.access.SignInRepository;
import org.chancery.core.access.SignInService;
import org.chancery.core.access.TokenAuthenticator;
import org.chancery.core.access.TokenRepository;
import org.chancery.core.access.TokenSecret;
import org.chancery.core.access.TokenService;
import org.chancery.core.approval.ApprovalRepository;
import org.chancery.core.audit.AuditLog;
import org.chancery.core.audit.AuditService;
import org.chancery.core.audit.Journal;
import org.chancery.core.audit.Notes;
import org.chancery.core.audit.RefusedAttempts;
import org.chancery.core.dkim.DomainKeys;
import org.chancery.core.dkim.KeyRing;
import org.chancery.core.endpoint.EndpointDirectory;
import org.chancery.core.endpoint.EndpointRepository;
import org.chancery.core.endpoint.EndpointService;
import org.chancery.core.endpoint.ReturnPaths;
import org.chancery.core.endpoint.WorkspaceSetup;
import org.chancery.core.endpoint.WorkspaceSetup.Made;
import org.chancery.core.endpoint.WorkspaceSetup.NewWorkspace;
import org.chancery.core.event.EventCursors;
import org.chancery.core.event.EventLog;
import org.chancery.core.event.EventSignal;
import org.chancery.core.evidence.EvidenceKey;
import org.chancery.core.evidence.EvidenceService;
import org.chancery.core.label.LabelRepository;
import org.chancery.core.mailbox.FolderRepository;
import org.chancery.core.mailbox.MessageRepository;
import org.chancery.core.mailbox.TraceRepository;
import org.chancery.core.quarantine.QuarantineRepository;
import org.chancery.core.queue.AwaitedReplies;
import org.chancery.core.queue.EarlyReports;
import org.chancery.core.queue.QueueRepository;
import org.chancery.core.search.SearchRepository;
import org.chancery.core.send.ScheduleRepository;
import org.chancery.core.subscription.DeliveryRepository;
import org.chancery.core.suppression.SuppressionRepository;
import org.chancery.core.turn.UsageRepository;
import org.chancery.core.tx.Transactions;
import org.chancery.delivery.dkim.PublishedRecords;
import org.chancery.server.admin.AdminCommands;
import org.chancery.server.admin.DkimCommands;
import org.chancery.server.config.Configuration;
import org.chancery.server.config.Keys;
import org.chancery.server.data.DataDirectory;
import org.chancery.storage.Database;
import org.chancery.storage.DatabaseConfig;
import org.chancery.storage.access.Argon2idPasswords;
import org.chancery.storage.access.JooqAccessRepository;
import org.chancery.storage.access.JooqIdempotencyRepository;
import org.chancery.storage.access.JooqSignInRepository;
import org.chancery.storage.access.JooqTokenRepository;
import org.chancery.storage.approval.JooqApprovalRepository;
import org.chancery.storage.audit.JooqAuditLog;
import org.chancery.storage.dkim.JooqKeySetRepository;
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
import org.chancery.storage.search.JooqSearchRepository;
import org.chancery.storage.send.JooqScheduleRepository;
import org.chancery.storage.spool.SegmentedSpool;
import org.chancery.storage.spool.SpoolConfig;
import org.chancery.storage.subscription.JooqDeliveryRepository;
import org.chancery.storage.suppression.JooqSuppressionRepository;
import org.chancery.storage.turn.JooqUsageRepository;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What stands before anything is served: data directory, database, raw mail, spool, and the services that need no more. An
 * operator's command works on this alone where no server runs.
 */
final class Foundation implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Foundation.class);

    private static final int MAX_UNTOLD = 1_000;

    final Configuration configuration;
    final Clock clock;
    final DataDirectory data;
    final Database database;
    final Transactions transactions;
    final FileRawMailStore raw;
    final SegmentedSpool spool;

    /** Tells of failed tries, one after the other; what is too much of them is not told. */
    private final ExecutorService telling = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_UNTOLD),
            Thread.ofPlatform().daemon().name("auth failures").factory(),
            new ThreadPoolExecutor.DiscardPolicy());

    final EventSignal eventSignal = new EventSignal();
    final AccessRepository accessRepository = new JooqAccessRepository();
    final SignInRepository signIns = new JooqSignInRepository();
    final Passwords passwords = new Argon2idPasswords();
    final IdempotencyRepository idempotency = new JooqIdempotencyRepository();
    final EndpointRepository endpointRepository = new JooqEndpointRepository();
    final MessageRepository messages = new JooqMessageRepository();
    final FolderRepository folders = new JooqFolderRepository();
    final TraceRepository traces = new JooqTraceRepository();
    final ApprovalRepository approvals = new JooqApprovalRepository();
    final QuarantineRepository quarantine = new JooqQuarantineRepository();
    final QueueRepository queue = new JooqQueueRepository();
    final AwaitedReplies awaitedReplies = new JooqAwaitedReplies();
    final EarlyReports earlyReports = new JooqEarlyReports();
    final SuppressionRepository suppressions = new JooqSuppressionRepository();
    final ScheduleRepository schedule = new JooqScheduleRepository();
    final SearchRepository search = new JooqSearchRepository();
    final LabelRepository labels = new JooqLabelRepository();
    final EventLog events = new JooqEventLog(eventSignal);
    final EventCursors cursors = new JooqEventCursors();
    final AuditLog audit = new JooqAuditLog();
    final Journal journal = new Journal(events, audit);
    final DeliveryRepository deliveries = new JooqDeliveryRepository();
    final UsageRepository modelUsage = new JooqUsageRepository();

    final AuditService auditService;
    final Notes notes;
    final DomainKeys domainKeys;
    final KeyRing keyRing;
    final EvidenceKey evidenceKey;
    final ReturnPaths returnPaths;
    final SecretBox secrets;
    final EndpointDirectory directory;
    final EndpointService endpoints;
    final AuthFailures authFailures;
    final AccessService access;
    final TokenService tokens;
    final TokenAuthenticator authenticator;
    final WorkspaceSetup workspaces;
    final PeopleService people;
    final SignInService signInService;
    final AccountService accounts;

    private Foundation(Configuration configuration, Clock clock, DataDirectory data, Opened opened) {
        this.configuration = configuration;
        this.clock = clock;
        this.data = data;
        this.database = opened.database();
        this.transactions = database.transactions();
        this.raw = opened.raw();
        this.spool = opened.spool();
        this.notes = new Notes(audit, new RefusedAttempts(transactions, audit, clock));
        this.auditService = new AuditService(transactions, audit);
        this.evidenceKey = data.evidenceKey();
        this.returnPaths = new ReturnPaths(data.secretKey());
        this.secrets = new SecretBox(data.secretKey());
        this.domainKeys = new DomainKeys(
                transactions,
                new DomainKeys.Stores(new JooqKeySetRepository(), accessRepository, audit),
                secrets,
                new PublishedRecords(configuration.get(Keys.DNS_SERVERS)),
                clock);
        this.keyRing = new KeyRing(domainKeys, secrets, clock);
        this.directory = new EndpointDirectory(transactions, endpointRepository, accessRepository, returnPaths);
        this.endpoints = new EndpointService(
                transactions, endpointRepository, accessRepository, folders::create, directory, audit, clock);
        this.authFailures = new AuthFailures(transactions, accessRepository, events, telling, clock);
        TokenRepository tokenRepository = new JooqTokenRepository();
        this.access = new AccessService(transactions, accessRepository, audit, clock);
        this.tokens = new TokenService(transactions, accessRepository, tokenRepository, notes, clock);
        this.authenticator = new TokenAuthenticator(
                transactions, accessRepository, new LastUse(transactions, tokenRepository), authFailures, clock);
        this.workspaces =
                new WorkspaceSetup(transactions, accessRepository, signIns, endpoints, directory, audit, clock);
        this.people = new PeopleService(transactions, accessRepository, signIns, passwords, notes, clock);
        this.signInService = new SignInService(
                transactions,
                accessRepository,
                signIns,
                passwords,
                new SignInService.Notes(audit, authFailures),
                clock);
        this.accounts = new AccountService(
                transactions,
                accessRepository,
                new AccountService.SignIns(signIns, passwords, signInService),
                audit,
                clock);
    }

    private record Opened(Database database, FileRawMailStore raw, SegmentedSpool spool) {}

    /** Takes the data directory and opens what is in it; whatever was opened before a failure is closed again. */
    static Foundation open(Configuration configuration, Clock clock) {
        DataDirectory data = DataDirectory.take(configuration.get(Keys.DATA_DIRECTORY));
        Database database = null;
        SegmentedSpool spool = null;
        try {
            database = Database.open(databaseConfig(configuration, data.root()));
            FileRawMailStore raw = FileRawMailStore.open(data.raw());
            Transactions transactions = database.transactions();
            spool = SegmentedSpool.open(
                    spoolConfig(configuration, data),
                    () -> {
                        raw.force();
                        transactions.force();
                    },
                    clock);
            Foundation foundation = new Foundation(configuration, clock, data, new Opened(database, raw, spool));
            foundation.directory.refresh();
            return foundation;
        } catch (RuntimeException failed) {
            close(spool, database, data);
            throw failed;
        }
    }

    /**
     * The first workspace.
     *
     * @param password the owner's, which is shown here and never again where it was generated
     */
    record First(Made made, Password password) {}

    /** Makes the first workspace where there is none; tells what was made. */
    Optional<First> firstWorkspace() {
        if (!workspaces.isFirstToCome()) {
            return Optional.empty();
        }
        Password password = Password.presented(configuration
                .get(Keys.ADMIN_PASSWORD)
                .orElseGet(() -> TokenSecret.generate().reveal()));
        Optional<Made> made = workspaces.first(new NewWorkspace(
                configuration.get(Keys.WORKSPACE_NAME),
                configuration.get(Keys.WORKSPACE_DOMAIN),
                configuration.get(Keys.WORKSPACE_SLUG),
                configuration.get(Keys.ADMIN_EMAIL),
                configuration.get(Keys.ADMIN_TOKEN).map(TokenSecret::of).orElse(null),
                passwords.hash(password)));
        directory.refresh();
        return made.map(first -> new First(first, password));
    }

    EvidenceService evidence() {
        return new EvidenceService(
                transactions,
                new EvidenceService.Stores(
                        audit, messages, endpointRepository, traces, quarantine, approvals, queue, returnPaths),
                raw,
                evidenceKey,
                clock);
    }

    AdminCommands adminCommands() {
        return new AdminCommands(
                workspaces,
                access,
                new AdminCommands.Books(auditService, evidenceKey.fingerprint()),
                new DkimCommands(domainKeys, keyRing),
                spool,
                clock);
    }

    @Override
    public void close() {
        close(telling, spool, database, data);
    }

    /** One after the other, each also where the one before fails: the directory must be given back. */
    private static void close(@Nullable AutoCloseable... parts) {
        for (AutoCloseable part : parts) {
            try {
                if (part != null) {
                    part.close();
                }
            } catch (Exception broken) {
                log.error("{} did not close as it should", part.getClass().getSimpleName(), broken);
            }
        }
    }

    static DatabaseConfig databaseConfig(Configuration configuration, Path root) {
        String url = configuration.get(Keys.DATABASE_URL);
        return url.isEmpty()
                ? DatabaseConfig.embedded(root)
                : new DatabaseConfig(
                        url,
                        configuration.get(Keys.DATABASE_USER),
                        new DatabaseConfig.Password(configuration.get(Keys.DATABASE_PASSWORD)),
                        DatabaseConfig.DEFAULT_CONNECTIONS);
    }

    private static SpoolConfig spoolConfig(Configuration configuration, DataDirectory data) {
        SpoolConfig defaults = SpoolConfig.in(data.spool());
        return new SpoolConfig(
                defaults.directory(),
                defaults.segmentBytes(),
                defaults.inlineBytes(),
                defaults.memoryBytes(),
                configuration.get(Keys.SPOOL_BACKLOG),
                configuration.get(Keys.SPOOL_MINIMUM_FREE),
                defaults.spareSegments(),
                defaults.checkpointEvery());
    }
}
