package org.chancery.server;

import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.chancery.core.access.AccessRepository;
import org.chancery.core.audit.Journal;
import org.chancery.core.endpoint.EndpointDirectory;
import org.chancery.core.endpoint.EndpointRepository;
import org.chancery.core.endpoint.OwnNamesDirectory;
import org.chancery.core.endpoint.ReturnPaths;
import org.chancery.core.event.EventLog;
import org.chancery.core.event.EventSignal;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mailbox.FolderRepository;
import org.chancery.core.mailbox.HandlerResolver;
import org.chancery.core.mailbox.MailboxService;
import org.chancery.core.mailbox.MessageRepository;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.mailbox.RawMailStore;
import org.chancery.core.quarantine.HeldBackMail;
import org.chancery.core.quarantine.QuarantineService;
import org.chancery.core.quarantine.Screening;
import org.chancery.core.queue.MessageOutcomes;
import org.chancery.core.queue.RetryPolicy;
import org.chancery.core.send.Dispatch;
import org.chancery.core.send.HeldSends;
import org.chancery.core.send.SendCaps;
import org.chancery.core.turn.CategoryDesk.Sorted;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;
import org.chancery.delivery.smtp.DeliveryConfig;
import org.chancery.delivery.smtp.DeliveryConfig.MailExchangers;
import org.chancery.mailets.host.MailetHost;
import org.chancery.mailets.host.OurMailets;
import org.chancery.mailets.screening.SpamFigures;
import org.chancery.mailets.screening.SpamScore.Scoring;
import org.chancery.mailets.turn.DecideByCategory;
import org.chancery.server.config.Configuration;
import org.chancery.server.config.Keys;
import org.chancery.storage.access.JooqAccessRepository;
import org.chancery.storage.approval.JooqApprovalRepository;
import org.chancery.storage.audit.JooqAuditLog;
import org.chancery.storage.endpoint.JooqEndpointRepository;
import org.chancery.storage.event.JooqEventLog;
import org.chancery.storage.mailbox.JooqFolderRepository;
import org.chancery.storage.mailbox.JooqMessageRepository;
import org.chancery.storage.mailbox.JooqTraceRepository;
import org.chancery.storage.quarantine.JooqQuarantineRepository;
import org.chancery.storage.queue.JooqAwaitedReplies;
import org.chancery.storage.queue.JooqEarlyReports;
import org.chancery.storage.queue.JooqQueueRepository;
import org.chancery.storage.send.JooqScheduleRepository;
import org.chancery.storage.send.JooqSendCounts;
import org.chancery.storage.suppression.JooqSuppressionRepository;

/** A start up to the point where something would be opened, made or listened on: for {@code check}. */
public final class Rehearsal {
    /** As long as a server's secret; nothing is signed with it. */
    private static final byte[] NO_SECRET = new byte[32];

    private Rehearsal() {}

    /**
     * Builds what the parts are configured with.
     *
     * @throws IllegalArgumentException where a start would be refused; the text names the key
     */
    public static void settings(Configuration configuration) {
        String hostname = hostname(configuration);
        PartSettings.smtpConfig(configuration, hostname, configuration.get(Keys.WORKSPACE_DOMAIN));
        PartSettings.httpConfig(configuration);
        new RetryPolicy(configuration.get(Keys.DELIVERY_RETRY));
        PartSettings.queueLimits(configuration);
        PartSettings.senders(configuration, hostname);
        switch (configuration.get(Keys.DELIVERY_MODE)) {
            case "relay" -> DeliveryConfig.of(PartSettings.relay(configuration), hostname);
            case "mx" ->
                DeliveryConfig.of(
                        MailExchangers.askedOf(configuration.get(Keys.DNS_SERVERS), domain -> false), hostname);
            default -> {
                // The sandbox has no settings.
            }
        }
    }

    /** How the server will call itself. */
    public static String hostname(Configuration configuration) {
        return PartSettings.hostname(configuration);
    }

    /**
     * Loads the pipeline and lets it go.
     *
     * @throws org.chancery.mailets.host.ContainerError where a start would be refused
     */
    public static void pipeline(Path file, Configuration configuration, Clock clock) {
        Transactions nowhere = new Nowhere();
        AccessRepository access = new JooqAccessRepository();
        EndpointRepository endpoints = new JooqEndpointRepository();
        MessageRepository messages = new JooqMessageRepository();
        FolderRepository folders = new JooqFolderRepository();
        EventLog events = new JooqEventLog(new EventSignal());
        ReturnPaths returnPaths = new ReturnPaths(NO_SECRET);
        EndpointDirectory directory = new EndpointDirectory(nowhere, endpoints, access, returnPaths);
        Dispatch.Books books = new Dispatch.Books(
                messages,
                folders,
                endpoints,
                new JooqQueueRepository(),
                new MessageOutcomes(
                        new MessageOutcomes.Stores(
                                messages,
                                endpoints,
                                access,
                                new JooqSuppressionRepository(),
                                new JooqAwaitedReplies(),
                                new JooqEarlyReports(),
                                new Journal(events, new JooqAuditLog())),
                        directory::hostedWhenRead),
                new SendCaps(
                        nowhere,
                        new SendCaps.Stores(new JooqSendCounts(), endpoints, events),
                        PartSettings.sendCaps(configuration),
                        clock),
                new JooqApprovalRepository(),
                access,
                events,
                new JooqAuditLog(),
                new JooqScheduleRepository(),
                returnPaths);
        HandlerResolver resolver = new HandlerResolver(nowhere, directory, endpoints, access, messages);
        OurMailets ours = OurMailets.delivering(
                        resolver,
                        new MailboxService(
                                nowhere,
                                new MailboxService.Stores(
                                        messages,
                                        folders,
                                        endpoints,
                                        new JooqTraceRepository(),
                                        access,
                                        new HeldBackMail(new JooqQuarantineRepository())),
                                events,
                                clock))
                .and(OurMailets.examining(PartSettings.senders(configuration, hostname(configuration))))
                .and(OurMailets.scoring(
                        resolver,
                        new Scoring((mail, destinations) -> Map.of(), (mail, scores) -> {}, new SpamFigures())))
                .and(OurMailets.screening(
                        resolver,
                        new Screening(nowhere, directory, endpoints, access, messages),
                        new QuarantineService(
                                nowhere, new JooqQuarantineRepository(), messages, endpoints, events, clock)))
                .and(OurMailets.recording((came, report) -> {
                    throw new UnsupportedOperationException("there is no mail here");
                }))
                .and(OurMailets.copying((workspace, endpoint, delivered) -> {
                    throw new UnsupportedOperationException("there is no mail here");
                }))
                .and(OurMailets.sorting(() -> new DecideByCategory(
                        handling -> Optional.empty(),
                        (spool, endpoint, letter, text) -> new Sorted.Unknown("a rehearsal"),
                        digest -> InputStream.nullInputStream())))
                .and(OurMailets.sending(dispatch(nowhere, books, clock)));
        ContentScreening content =
                ContentScreening.of(configuration, new OwnNamesDirectory(nowhere, directory, access, clock), clock);
        EmailAddress postmaster = EmailAddress.of("postmaster@" + configuration.get(Keys.WORKSPACE_DOMAIN));
        try (content) {
            MailetHost.load(file, ours.and(content.mailets()), postmaster, domain -> false)
                    .close();
        }
    }

    private static Dispatch dispatch(Transactions nowhere, Dispatch.Books books, Clock clock) {
        HeldSends held =
                new HeldSends(books, new HeldSends.Bytes(new NoMail(), books.returnPaths(), 0), () -> {}, clock);
        return new Dispatch(nowhere, books, held, () -> {}, clock);
    }

    /** A pipeline that processes no mail reads and keeps none. */
    private static final class NoMail implements RawMailStore {
        @Override
        public Kept put(InputStream raw) {
            throw new UnsupportedOperationException("there is no mail here");
        }

        @Override
        public Kept putDurably(InputStream raw) {
            throw new UnsupportedOperationException("there is no mail here");
        }

        @Override
        public InputStream open(RawDigest digest) {
            throw new UnsupportedOperationException("there is no mail here");
        }

        @Override
        public void force() {}
    }

    /** A pipeline that processes no mail asks for no transaction. */
    private static final class Nowhere implements Transactions {
        @Override
        public <T> T in(Function<Tx, T> work) {
            throw new UnsupportedOperationException("there is no database here");
        }

        @Override
        public <T> T durably(Function<Tx, T> work) {
            throw new UnsupportedOperationException("there is no database here");
        }

        @Override
        public void force() {
            throw new UnsupportedOperationException("there is no database here");
        }
    }
}
