package org.chancery.server;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.chancery.api.Api;
import org.chancery.api.health.Part;
import org.chancery.api.triage.TriageParts;
import org.chancery.core.access.IdempotencyService;
import org.chancery.core.approval.ApprovalExpiry;
import org.chancery.core.approval.ApprovalService;
import org.chancery.core.approval.ApprovalView;
import org.chancery.core.dkim.KeySet;
import org.chancery.core.endpoint.OwnNamesDirectory;
import org.chancery.core.endpoint.WorkspaceSetup.Made;
import org.chancery.core.event.EventReader;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.label.LabelService;
import org.chancery.core.mail.AuthenticationResultsField;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mailbox.HandlerResolver;
import org.chancery.core.mailbox.MailboxService;
import org.chancery.core.mailbox.Visibility;
import org.chancery.core.notice.ReviewNotices;
import org.chancery.core.notice.UnreachedPeople;
import org.chancery.core.quarantine.HeldBackMail;
import org.chancery.core.quarantine.QuarantineDecisions;
import org.chancery.core.quarantine.QuarantineService;
import org.chancery.core.quarantine.QuarantineView;
import org.chancery.core.quarantine.Releases;
import org.chancery.core.quarantine.Screening;
import org.chancery.core.queue.Courier;
import org.chancery.core.queue.DeliveryLedger;
import org.chancery.core.queue.MessageOutcomes;
import org.chancery.core.queue.RetryPolicy;
import org.chancery.core.report.MissedReplies;
import org.chancery.core.report.ReturnedReports;
import org.chancery.core.report.Unsubscribing;
import org.chancery.core.screening.SpamScores;
import org.chancery.core.search.MailIndex;
import org.chancery.core.send.DeliveredCopies;
import org.chancery.core.send.Dispatch;
import org.chancery.core.send.EndpointRemoval;
import org.chancery.core.send.HeldSends;
import org.chancery.core.send.OutboundPipeline;
import org.chancery.core.send.OwnMail;
import org.chancery.core.send.ScheduledSends;
import org.chancery.core.send.SendCaps;
import org.chancery.core.send.SendService;
import org.chancery.core.send.SubmissionService;
import org.chancery.core.spool.Admission;
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
import org.chancery.delivery.queue.DeliveryFigures;
import org.chancery.delivery.queue.LedgerJobs;
import org.chancery.delivery.queue.QueueRunner;
import org.chancery.delivery.smtp.DeliveryConfig.MailExchangers;
import org.chancery.delivery.smtp.Tls;
import org.chancery.delivery.sts.PublishedPolicies;
import org.chancery.mailets.authentication.SenderDesk;
import org.chancery.mailets.host.InboundProcessor;
import org.chancery.mailets.host.InboundProcessor.Receipts;
import org.chancery.mailets.host.MailetHost;
import org.chancery.mailets.host.OurMailets;
import org.chancery.mailets.host.OutboundProcessor;
import org.chancery.mailets.host.PipelineSettings;
import org.chancery.mailets.host.SpoolRunner;
import org.chancery.mailets.mailbox.EndedMail;
import org.chancery.server.admin.AdminSocket;
import org.chancery.server.config.Configuration;
import org.chancery.server.config.ConfigurationError;
import org.chancery.server.config.Key;
import org.chancery.server.config.Keys;
import org.chancery.server.data.DataDirectory;
import org.chancery.smtpingest.CorePorts;
import org.chancery.smtpingest.SmtpIngest;
import org.chancery.smtpingest.tls.TlsMaterial;
import org.chancery.storage.report.JooqReportRepository;
import org.chancery.storage.send.JooqSendCounts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The composition root: builds every part, top to bottom, in the order in which they start. Closing tells
 * all of them at once to take nothing new and waits for what is under way; then, in the reverse order, the spool proves storage
 * durable and everything is closed.
 */
public final class Server implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Server.class);

    /** How late people may hear that an approval has expired; from its time on nobody can approve it anyway. */
    private static final Duration EXPIRY_EVERY = Duration.ofSeconds(2);
    /** New keys should sign soon after they were published; a question to the name servers costs little. */
    private static final Duration KEYS_EVERY = Duration.ofMinutes(5);

    /** How late it is told that nobody answered a mail: of days, but whoever waits for the news gets it; a look into an index. */
    private static final Duration MISSED_EVERY = Duration.ofSeconds(2);

    /** How much later than asked for a mail may leave. */
    private static final Duration SCHEDULE_EVERY = Duration.ofSeconds(1);

    /** Who searches has the newest mail read at once; the rest is read by then. */
    private static final Duration INDEX_EVERY = Duration.ofSeconds(1);

    /** The version of the API, as its description says. */
    private static final String VERSION = "0.1.0";

    private final Configuration configuration;
    private final Outside outside;
    private final Shutdown shutdown = new Shutdown();
    private final Map<String, Integer> ports = new LinkedHashMap<>();

    private Server(Configuration configuration, Outside outside) {
        this.configuration = configuration;
        this.outside = outside;
    }

    /**
     * Where mail exchangers and the policies of their domains are found; other than on the Internet only for tests.
     *
     * @param mxPort where exchangers listen
     * @param httpsPort where policies are served
     * @param allowPrivateAddresses whether they may be on loopback and private addresses
     * @param tls knows whose certificates are believed
     */
    public record Outside(int mxPort, int httpsPort, boolean allowPrivateAddresses, Supplier<Tls> tls) {
        static final Outside INTERNET =
                new Outside(MailExchangers.SMTP, PublishedPolicies.HTTPS, false, Tls::trustingTheSystem);
    }

    /** Starts a server with the shipped pipeline. */
    public static Server start(Configuration configuration, Clock clock, PrintStream out) {
        return start(configuration, Home.conf(Home.PIPELINE), clock, out);
    }

    /** Starts a server with another pipeline. */
    public static Server start(Configuration configuration, Path pipeline, Clock clock, PrintStream out) {
        return start(configuration, pipeline, Outside.INTERNET, clock, out);
    }

    /**
     * Starts a server; on return everything listens.
     *
     * @param pipeline the mailet container's file
     * @param outside where other servers are found
     * @param out where generated credentials are shown, once
     * @throws ConfigurationError, UnusableDatabase, TlsTrouble or ContainerError naming what is wrong; then nothing was left
     *     running
     */
    public static Server start(
            Configuration configuration, Path pipeline, Outside outside, Clock clock, PrintStream out) {
        Server server = new Server(configuration, outside);
        try {
            server.build(pipeline, clock, out);
            return server;
        } catch (CallerFault mistake) {
            server.close();
            throw new ConfigurationError("the first workspace cannot be made: " + mistake.text());
        } catch (IllegalArgumentException mistake) {
            // Of a record that configures a part; its text names the key.
            server.close();
            log.debug("the start failed", mistake);
            throw new ConfigurationError(String.valueOf(mistake.getMessage()));
        } catch (RuntimeException failed) {
            server.close();
            throw failed;
        }
    }

    private void build(Path pipeline, Clock clock, PrintStream out) {
        Foundation base = Foundation.open(configuration, clock);
        shutdown.closes(base::close);
        base.firstWorkspace().ifPresent(first -> {
            Made made = first.made();
            out.println("made workspace " + made.workspace().name() + " for "
                    + made.workspace().domain());
            if (configuration.get(Keys.ADMIN_TOKEN).isEmpty()) {
                out.println("token of " + made.owner().email() + ", shown only now: "
                        + made.ownerToken().reveal());
            }
            if (configuration.get(Keys.ADMIN_PASSWORD).isEmpty()) {
                out.println("password of " + made.owner().email() + ", shown only now: "
                        + first.password().reveal());
            }
        });
        configuration.warnings().forEach(log::warn);
        String domain = configuration.get(Keys.WORKSPACE_DOMAIN);
        String hostname = PartSettings.hostname(configuration);

        // Out: queue and courier, then the steps that feed them.
        MessageOutcomes outcomes = new MessageOutcomes(
                new MessageOutcomes.Stores(
                        base.messages,
                        base.endpointRepository,
                        base.accessRepository,
                        base.suppressions,
                        base.awaitedReplies,
                        base.earlyReports,
                        base.journal),
                base.directory::hostedWhenRead);
        DeliveryLedger ledger = new DeliveryLedger(
                base.transactions,
                base.queue,
                base.messages,
                outcomes,
                new RetryPolicy(configuration.get(Keys.DELIVERY_RETRY)),
                clock);
        // Apart from other chores, because name servers are waited for.
        Housekeeping chores = new Housekeeping("housekeeping outside");
        Courier courier = new Couriers(configuration, base, outside, shutdown).calling(hostname);
        DeliveryFigures deliveryFigures = new DeliveryFigures();
        QueueRunner queueRunner = new QueueRunner(
                new LedgerJobs(ledger, base.data.serverId()),
                courier,
                PartSettings.queueLimits(configuration),
                deliveryFigures,
                clock);
        SendCaps caps = new SendCaps(
                base.transactions,
                new SendCaps.Stores(new JooqSendCounts(), base.endpointRepository, base.events),
                PartSettings.sendCaps(configuration),
                clock);
        Dispatch.Books books = new Dispatch.Books(
                base.messages,
                base.folders,
                base.endpointRepository,
                base.queue,
                outcomes,
                caps,
                base.approvals,
                base.accessRepository,
                base.events,
                base.audit,
                base.schedule,
                base.returnPaths);
        HeldSends held = new HeldSends(
                books,
                new HeldSends.Bytes(base.raw, base.returnPaths, configuration.get(Keys.SMTP_MAX_MESSAGE)),
                queueRunner::wake,
                clock);
        Dispatch dispatch = new Dispatch(base.transactions, books, held, queueRunner::wake, clock);
        ApprovalService.Stores approvalStores =
                new ApprovalService.Stores(base.approvals, base.accessRepository, base.events, base.notes);
        ApprovalService approvals = new ApprovalService(base.transactions, approvalStores, held, clock);

        ScheduledSends scheduled =
                new ScheduledSends(base.transactions, books, new ScheduledSends.Steps(dispatch, held), base.raw, clock);

        Housekeeping housekeeping = new Housekeeping("housekeeping");
        EndpointRemoval removal = new EndpointRemoval(
                base.transactions,
                base.endpoints,
                new EndpointRemoval.Stores(
                        base.endpointRepository, base.messages, base.approvals, base.accessRepository, base.schedule),
                dispatch,
                housekeeping::soon);

        ReturnedReports reports = new ReturnedReports(
                base.transactions,
                base.directory,
                base.returnPaths,
                new ReturnedReports.Stores(
                        base.messages, base.queue, base.earlyReports, new JooqReportRepository(), base.journal),
                outcomes,
                clock);

        // The pipeline, in and out.
        MailboxService mailbox = new MailboxService(
                base.transactions,
                new MailboxService.Stores(
                        base.messages,
                        base.folders,
                        base.endpointRepository,
                        base.traces,
                        base.accessRepository,
                        new HeldBackMail(base.quarantine)),
                base.events,
                clock);
        HandlerResolver resolver = new HandlerResolver(
                base.transactions, base.directory, base.endpointRepository, base.accessRepository, base.messages);
        Models models = Models.over(base);
        shutdown.closes(models::close);
        ContentScreening content = ContentScreening.of(
                configuration,
                new OwnNamesDirectory(base.transactions, base.directory, base.accessRepository, clock),
                clock);
        shutdown.closes(content::close);
        SpamScreening spam = SpamScreening.over(base);
        shutdown.closes(spam::close);
        Screening screening = new Screening(
                base.transactions, base.directory, base.endpointRepository, base.accessRepository, base.messages);
        QuarantineService quarantine = new QuarantineService(
                base.transactions, base.quarantine, base.messages, base.endpointRepository, base.events, clock);
        AuthenticationResultsField authentication = new AuthenticationResultsField(hostname);
        // What comes in can make something leave: the way out exists before the first mail is taken from the spool.
        CompletableFuture<OutboundPipeline> wayOut = new CompletableFuture<>();
        DeliveredCopies copies = new DeliveredCopies(
                base.transactions,
                new DeliveredCopies.Kept(base.messages, base.endpointRepository, base.raw),
                new DeliveredCopies.Way(
                        passage -> wayOut.join().pass(passage),
                        base.returnPaths,
                        base.directory::hosts,
                        configuration.get(Keys.SMTP_MAX_MESSAGE)),
                authentication,
                clock);
        SenderDesk senders = PartSettings.senders(configuration, hostname);
        shutdown.closes(senders::close);
        MailetHost host = MailetHost.load(
                pipeline,
                OurMailets.delivering(resolver, mailbox)
                        .and(OurMailets.examining(senders))
                        .and(content.mailets())
                        .and(OurMailets.scoring(resolver, spam.scoring()))
                        .and(OurMailets.screening(resolver, screening, quarantine))
                        .and(OurMailets.recording(reports::record))
                        .and(OurMailets.copying(copies::send))
                        .and(OurMailets.sorting(models::mailet))
                        .and(OurMailets.sending(dispatch)),
                EmailAddress.of("postmaster@" + domain),
                base.directory::hosts);
        shutdown.closes(host::close);
        OutboundProcessor outbound = new OutboundProcessor(host, mailbox::trace, clock);
        wayOut.complete(outbound);
        Visibility visibility = new Visibility(base.accessRepository, base.messages);
        UnsubscribeLinks links = new UnsubscribeLinks(
                base.data.secretKey(), configuration.get(Keys.HTTP_PUBLIC_URL).orElse(null), base.directory::hosts);
        Colleagues colleagues = new Colleagues(base.transactions, base.accessRepository, base.directory::hosts);
        SendService sending = new SendService(
                base.transactions,
                new SendService.Stores(base.messages, base.endpointRepository, base.approvals, base.raw),
                base.endpoints,
                visibility,
                new SendService.Ways(base.returnPaths, links, colleagues),
                outbound,
                new SendService.SendLimits(configuration.get(Keys.SMTP_MAX_MESSAGE)),
                clock);
        SubmissionService submission = new SubmissionService(
                base.transactions,
                base.messages,
                base.endpointRepository,
                visibility,
                base.raw,
                base.returnPaths,
                outbound,
                clock);
        MailIndex index = new MailIndex(base.transactions, base.search, base.messages, base.raw);
        TriageParts triage = triage(base, visibility, sending, dispatch, index, spam.scores(), clock);
        ApprovalView approvalView = new ApprovalView(
                base.transactions,
                new ApprovalView.Stores(base.messages, base.endpointRepository, base.accessRepository, base.raw),
                visibility,
                clock);
        OwnMail letters = new OwnMail(outbound, base.returnPaths, base.raw, clock);
        Subscribers.Notices notices = new Subscribers.Notices(
                new ReviewNotices(
                        base.transactions,
                        new ReviewNotices.Stores(
                                base.accessRepository, base.approvals, base.messages, base.endpointRepository),
                        approvalView,
                        letters,
                        base.directory::hosts,
                        clock),
                new UnreachedPeople(
                        base.transactions,
                        new UnreachedPeople.Stores(base.accessRepository, base.messages, base.endpointRepository),
                        letters,
                        base.directory::hosts,
                        clock));
        Subscribers subscribers = Subscribers.over(base, models, sending, triage.handlers()::escalate, notices);
        shutdown.closes(subscribers::close);
        Releases releases = new Releases(
                base.transactions,
                new Releases.Stores(base.quarantine, base.endpointRepository, base.messages, base.traces, base.raw),
                (mail, error) -> mailbox.keepForOperator(mail, resolver.resolve(mail.recipient()), error),
                base.data.serverId(),
                clock);
        QuarantineDecisions decisions = new QuarantineDecisions(
                base.transactions,
                new QuarantineDecisions.Stores(
                        base.quarantine, base.endpointRepository, base.accessRepository, base.messages, base.journal),
                screening,
                new QuarantineDecisions.After(releases, spam.learning(), base.raw),
                clock);
        EndedMail ended = new EndedMail(resolver::resolve, mailbox::deliver);
        PipelineSettings pipelineSettings = PipelineSettings.forBacklogOf(configuration.get(Keys.SPOOL_BACKLOG));
        SpoolRunner spoolRunner = new SpoolRunner(
                base.spool,
                base.spool::backlog,
                new InboundProcessor(base.raw, host, ended, new Receipts(mailbox::isProcessed, mailbox::finish), clock),
                pipelineSettings.withWorkers(configuration.get(Keys.PIPELINE_WORKERS)),
                clock);
        // One worker: what people let out of quarantine one by one does not need more.
        SpoolRunner releaseRunner = new SpoolRunner(
                releases,
                () -> 0,
                new InboundProcessor(
                        base.raw, host, ended, new Receipts(releases::isReleased, releases::finish), clock),
                pipelineSettings.withWorkers(1),
                clock);

        // What stands behind the listeners runs before they do.
        queueRunner.start();
        shutdown.drainsFirst(queueRunner::stop);
        spoolRunner.start();
        shutdown.drainsFirst(time -> stop(spoolRunner, time));
        subscribers.start();
        shutdown.drainsFirst(subscribers::stop);
        releases.takeUp();
        releaseRunner.start();
        shutdown.drainsFirst(time -> stop(releaseRunner, time));

        SmtpIngest smtp = new SmtpIngest(
                PartSettings.smtpConfig(configuration, hostname, domain),
                tls(base.data, hostname, clock),
                new CorePorts(base.directory, base.spool, base.authenticator, submission),
                clock);
        listen(smtp::start, Keys.SMTP_BIND, Keys.SMTP_PORT, Keys.SUBMISSION_PORT, Keys.SUBMISSIONS_PORT);
        shutdown.drainsFirst(smtp::stop);
        ports.put("smtp", smtp.mxPort());
        smtp.submissionPort().ifPresent(port -> ports.put("submission", port));
        smtp.submissionsPort().ifPresent(port -> ports.put("submissions", port));

        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Metrics.bind(
                meters, smtp.figures(), base.spool::figures, spoolRunner.figures(), deliveryFigures, ledger::waiting);
        Metrics.bindAccess(meters, base.authFailures);
        subscribers.bind(meters);
        Metrics.bindContent(meters, content.figures);
        spam.bind(meters);
        models.bind(meters);
        shutdown.closes(meters::close);

        LabelService labels = new LabelService(base.transactions, base.labels, housekeeping::soon, clock);
        EventReader events = new EventReader(base.transactions, base.events, base.eventSignal);
        IdempotencyService idempotency =
                new IdempotencyService(base.transactions, base.idempotency, base.data.serverId(), clock);
        idempotency.takeBack();
        Api http = new Api(
                PartSettings.httpConfig(configuration),
                new Api.Services(
                        base.tokens,
                        new Api.People(base.people, base.signInService, base.accounts),
                        base.endpoints,
                        removal,
                        new Api.Sending(sending, scheduled),
                        new Api.Suppressions(
                                new SuppressionService(
                                        base.transactions,
                                        new SuppressionService.Stores(base.suppressions, base.audit),
                                        colleagues,
                                        clock),
                                new Unsubscribing(
                                        base.transactions,
                                        new Unsubscribing.Stores(base.messages, base.suppressions, base.events),
                                        colleagues,
                                        outcomes,
                                        links,
                                        clock)),
                        labels,
                        triage,
                        authentication,
                        events,
                        new Api.Agents(subscribers.agents(), subscribers.subscriptions(), models.desk()),
                        new Api.Quarantine(
                                new QuarantineView(
                                        base.transactions,
                                        base.quarantine,
                                        base.endpointRepository,
                                        base.traces,
                                        base.raw),
                                decisions),
                        new Api.Approvals(approvals, approvalView),
                        new Api.Books(base.auditService, base.evidence())),
                new Api.Gate(base.authenticator, idempotency, base.secrets, clock),
                new Api.Watch(parts(base, queueRunner, subscribers, smtp), meters, VERSION));
        listen(http::start, Keys.HTTP_BIND, Keys.HTTP_PORT);
        shutdown.drainsFirst(http::stop);
        ports.put("http", http.port());

        housekeeping.start(() -> {
            idempotency.sweep();
            sending.forgetRepeats();
            base.endpoints.sweepTurns();
            subscribers.sweep();
            base.signInService.sweep();
            base.domainKeys.forgetRetired();
            removal.sweep();
            labels.sweep();
            reports.sweep();
            caps.sweep();
        });
        housekeeping.start(new ApprovalExpiry(base.transactions, approvalStores, clock)::expireDue, EXPIRY_EVERY);
        MissedReplies missed = new MissedReplies(
                base.transactions,
                new MissedReplies.Stores(base.awaitedReplies, base.messages, base.endpointRepository, base.events),
                clock);
        housekeeping.start(missed::sweep, MISSED_EVERY);
        housekeeping.start(scheduled::sendDue, SCHEDULE_EVERY);
        // Another server on the database may have added a workspace.
        housekeeping.often(base.directory::refresh);
        shutdown.drainsFirst(housekeeping::stop);
        chores.start(() -> activatePublished(base), KEYS_EVERY);
        shutdown.drainsFirst(chores::stop);
        // Apart from other chores: after an update all mail that is stored has to be read.
        Housekeeping indexing = new Housekeeping("search index");
        indexing.start(index::run, INDEX_EVERY);
        shutdown.drainsFirst(time -> {
            index.stop();
            indexing.stop(time);
        });
        AdminSocket admin = AdminSocket.open(base.data.keys(), base.adminCommands());
        shutdown.drainsFirst(admin::stop);
        base.data.writePorts(ports);
    }

    private static void activatePublished(Foundation base) {
        List<KeySet.Active> activated = base.domainKeys.activatePublished();
        if (!activated.isEmpty()) {
            base.keyRing.forget();
        }
        activated.forEach(set -> log.info(
                "mail of {} is signed with {} from now on, which the DNS shows",
                set.pair().domain(),
                set.pair().selectors()));
    }

    private static TriageParts triage(
            Foundation base,
            Visibility visibility,
            SendService sending,
            Dispatch dispatch,
            MailIndex index,
            SpamScores scores,
            Clock clock) {
        MailSight sight = new MailSight(base.messages, base.endpointRepository, base.endpoints, visibility);
        return new TriageParts(
                new TriageService(base.transactions, sight, base.messages, base.traces, base.raw, sending, dispatch),
                new MailSearch(base.transactions, sight, index, base.search),
                new MessageLabels(base.transactions, sight, base.messages, base.labels, base.events, clock),
                new ReviewQueues(base.transactions, sight),
                new HandlerChanges(
                        base.transactions,
                        sight,
                        new HandlerChanges.Books(base.messages, base.endpointRepository, base.journal),
                        base.accessRepository,
                        dispatch,
                        clock),
                new Presence(clock),
                scores);
    }

    /** Starts a listener; one that cannot listen is the operator's to mend, by these keys. */
    private static void listen(Runnable start, Key<?>... keys) {
        try {
            start.run();
        } catch (IllegalStateException cannotListen) {
            log.debug("cannot listen", cannotListen);
            throw new ConfigurationError(Arrays.stream(keys).map(Key::name).collect(Collectors.joining(", ")) + ": "
                    + cannotListen.getMessage() + " Stop it, or choose other ports.");
        }
    }

    private static List<Part> parts(
            Foundation base, QueueRunner queueRunner, Subscribers subscribers, SmtpIngest smtp) {
        return List.of(
                new Part("database", () -> {
                    base.transactions.in(tx -> true);
                    return Optional.empty();
                }),
                new Part("delivery", queueRunner::trouble),
                new Part("subscribers", subscribers::trouble),
                new Part(
                        "smtp",
                        () -> smtp.isListening()
                                ? Optional.empty()
                                : Optional.of("a port has stopped taking connections; restart the server")),
                // The reason may name paths: it goes to the log, not to whoever asks.
                new Part(
                        "spool",
                        () -> base.spool.admission() instanceof Admission.Refused refused
                                ? Optional.of("takes no mail: " + refused.reason())
                                : Optional.empty()));
    }

    /** The real ports of what is served, by the names of {@code ports.json}. */
    public Map<String, Integer> ports() {
        return Map.copyOf(ports);
    }

    /** The ports, as the ready line shows them. */
    public String readyLine() {
        return ports.entrySet().stream()
                .map(port -> port.getKey() + "=" + port.getValue())
                .collect(Collectors.joining(" "));
    }

    /** Waits until somebody has closed the server. */
    public void awaitClose() throws InterruptedException {
        shutdown.await();
    }

    @Override
    public void close() {
        shutdown.run();
    }

    private static void stop(SpoolRunner runner, Duration within) {
        if (!runner.stop(within)) {
            log.warn("mails are still being processed; they are handed out again at the next start");
        }
    }

    private TlsMaterial tls(DataDirectory data, String hostname, Clock clock) {
        Optional<Path> certificate = configuration.get(Keys.TLS_CERTIFICATE);
        Optional<Path> key = configuration.get(Keys.TLS_KEY);
        return certificate.isPresent()
                ? TlsMaterial.load(certificate.get(), key.orElseThrow(), clock)
                : TlsMaterial.selfSigned(data.keys(), hostname, clock);
    }
}
