package org.chancery.mailets.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.phishing.OwnNames;
import org.chancery.core.report.ReturnedReports.Recorded;
import org.chancery.core.screening.AnswerDesk;
import org.chancery.core.send.DeliveredCopies.Copied;
import org.chancery.core.send.OutboundPipeline.Outcome;
import org.chancery.core.send.SendPolicy.Verdict;
import org.chancery.core.turn.CategoryDesk.Sorted;
import org.chancery.mailets.authentication.AuthenticateSender;
import org.chancery.mailets.authentication.SenderAuthentication;
import org.chancery.mailets.authentication.SenderDesk;
import org.chancery.mailets.authentication.dns.Dns;
import org.chancery.mailets.authentication.dns.Lookups;
import org.chancery.mailets.authentication.dns.SlowLane;
import org.chancery.mailets.authentication.dns.ZoneDns;
import org.chancery.mailets.host.MailetHost;
import org.chancery.mailets.host.OurMailets;
import org.chancery.mailets.mail.Classify;
import org.chancery.mailets.mailbox.DeliverToMailbox;
import org.chancery.mailets.mailbox.KeepForOperator;
import org.chancery.mailets.mailbox.ResolveHandler;
import org.chancery.mailets.mailbox.SendCopies;
import org.chancery.mailets.quarantine.Confine;
import org.chancery.mailets.quarantine.Exempt;
import org.chancery.mailets.quarantine.Screen;
import org.chancery.mailets.quarantine.Suspect;
import org.chancery.mailets.report.RecordDeliveryReport;
import org.chancery.mailets.screening.ContentFigures;
import org.chancery.mailets.screening.ContentInspector;
import org.chancery.mailets.screening.HeavyMails;
import org.chancery.mailets.screening.InspectContent;
import org.chancery.mailets.screening.SpamFigures;
import org.chancery.mailets.screening.SpamScore;
import org.chancery.mailets.screening.VirusScan;
import org.chancery.mailets.send.Authorise;
import org.chancery.mailets.send.Enqueue;
import org.chancery.mailets.send.Hold;
import org.chancery.mailets.send.KeepAsDraft;
import org.chancery.mailets.send.NeedsPerson;
import org.chancery.mailets.send.RequiresApproval;
import org.chancery.mailets.turn.DecideByCategory;

/** Writes a {@code mailetcontainer.xml} and loads it. */
public final class TestContainer {
    private static final String REASONS = "<reasons>dangerous_attachment, auth_failed, phishing, unknown_sender,"
            + " spam_threshold</reasons></mailet>";

    /** Nothing is screened. */
    public static final String EXEMPT = "<mailet match=\"All\" class=\"Exempt\">" + REASONS;

    public static final String SCREEN = "<mailet match=\"All\" class=\"Screen\">" + REASONS;

    public static final String ROOT = "<mailet match=\"All\" class=\"Classify\"/>" + EXEMPT
            + "<mailet match=\"All\" class=\"ToProcessor\"><processor>accepted</processor></mailet>";
    public static final String ACCEPTED =
            "<mailet match=\"All\" class=\"ResolveHandler\"/>" + "<mailet match=\"All\" class=\"DeliverToMailbox\"/>";
    public static final String OUTBOUND = "<mailet match=\"All\" class=\"Authorise\"/>"
            + "<mailet match=\"NeedsPerson\" class=\"KeepAsDraft\"/>"
            + "<mailet match=\"All\" class=\"Enqueue\"/>";
    public static final String ERROR = "<mailet match=\"All\" class=\"KeepForOperator\"/>";

    /** Longer than any test takes. */
    private static final Lookups.Bounds PATIENT = new Lookups.Bounds(Duration.ofMinutes(5), Duration.ofMinutes(5), 250);

    private TestContainer() {}

    public static String processor(String state, String lines) {
        return "<processor state=\"" + state + "\">" + lines + "</processor>";
    }

    /** The shipped processors, the given lines at the top of {@code root}. */
    public static String withRoot(String lines) {
        return processors(lines + ROOT, ACCEPTED, OUTBOUND, ERROR);
    }

    public static String processors(String root, String accepted, String outbound, String error) {
        return processor("root", root)
                + processor("accepted", accepted)
                + processor("outbound", outbound)
                + processor("error", error);
    }

    public static Path write(Path directory, String processors) {
        try {
            return Files.writeString(
                    directory.resolve("mailetcontainer.xml"),
                    "<mailetcontainer><processors>" + processors + "</processors></mailetcontainer>");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static MailetHost load(Path file, OurMailets ours) {
        return MailetHost.load(file, ours, EmailAddress.of("postmaster@here.test"), "here.test"::equals);
    }

    /** Our mailets over the scripted mailbox; the outbound ones let everything go. */
    public static OurMailets over(TestMailbox mailbox) {
        return over(mailbox, senders(new ZoneDns(), Duration.ofMinutes(1)));
    }

    /** The same with senders judged there. */
    public static OurMailets over(TestMailbox mailbox, SenderDesk senders) {
        return over(
                mailbox,
                senders,
                new Authorise(candidate -> new Verdict.Allowed("a person sends it")),
                new KeepAsDraft((candidate, reason) -> new Outcome.Denied("unexpected", "")),
                new Enqueue((candidate, envelope) -> new Outcome.Queued()));
    }

    public static OurMailets over(TestMailbox mailbox, Authorise authorise, KeepAsDraft draft, Enqueue enqueue) {
        return over(mailbox, senders(new ZoneDns(), Duration.ofMinutes(1)), authorise, draft, enqueue);
    }

    /** A desk whose verdicts are waited for that long. */
    public static SenderDesk senders(Dns dns, Duration moment) {
        return new SenderDesk(new SenderAuthentication(dns, PATIENT, new SlowLane(2), "here.test"), 2, moment);
    }

    private static OurMailets over(
            TestMailbox mailbox, SenderDesk senders, Authorise authorise, KeepAsDraft draft, Enqueue enqueue) {
        return new OurMailets(
                List.of(
                        new OurMailets.Factory<>(AuthenticateSender.class, () -> new AuthenticateSender(senders)),
                        new OurMailets.Factory<>(Classify.class, Classify::new),
                        new OurMailets.Factory<>(
                                InspectContent.class,
                                () -> new InspectContent(
                                        new ContentInspector(
                                                TestContainer::nothingOwn,
                                                VirusScan.NONE,
                                                new HeavyMails(
                                                        Runnable::run, AnswerDesk.Limits.DEFAULT, Clock.systemUTC())),
                                        new ContentFigures())),
                        new OurMailets.Factory<>(
                                SpamScore.class,
                                () -> new SpamScore(
                                        new SpamScore.Scoring(
                                                (mail, destinations) -> Map.of(),
                                                (mail, scores) -> {},
                                                new SpamFigures()),
                                        mailbox::resolve)),
                        new OurMailets.Factory<>(Exempt.class, Exempt::new),
                        new OurMailets.Factory<>(Screen.class, () -> new Screen(TestMailbox::addressed)),
                        new OurMailets.Factory<>(Confine.class, () -> new Confine(mailbox::resolve, mailbox::confine)),
                        new OurMailets.Factory<>(ResolveHandler.class, () -> new ResolveHandler(mailbox::resolve)),
                        new OurMailets.Factory<>(
                                DecideByCategory.class,
                                () -> new DecideByCategory(
                                        handling -> Optional.empty(),
                                        (spool, endpoint, letter, text) -> new Sorted.Unknown("no model"),
                                        digest -> InputStream.nullInputStream())),
                        new OurMailets.Factory<>(
                                RecordDeliveryReport.class,
                                () -> new RecordDeliveryReport((came, report) ->
                                        new Recorded.Nothing("about no mail of ours that can be told"))),
                        new OurMailets.Factory<>(DeliverToMailbox.class, () -> new DeliverToMailbox(mailbox::deliver)),
                        new OurMailets.Factory<>(
                                SendCopies.class,
                                () -> new SendCopies((workspace, endpoint, delivered) ->
                                        new Copied.NotSent("the endpoint names nobody"))),
                        new OurMailets.Factory<>(
                                KeepForOperator.class,
                                () -> new KeepForOperator(mailbox::resolve, mailbox::keepForOperator)),
                        new OurMailets.Factory<>(Authorise.class, () -> authorise),
                        new OurMailets.Factory<>(KeepAsDraft.class, () -> draft),
                        new OurMailets.Factory<>(
                                Hold.class,
                                () -> new Hold((candidate, envelope) -> new Outcome.Denied("unexpected", ""))),
                        new OurMailets.Factory<>(Enqueue.class, () -> enqueue)),
                List.of(
                        new OurMailets.Factory<>(Suspect.class, Suspect::new),
                        new OurMailets.Factory<>(NeedsPerson.class, NeedsPerson::new),
                        new OurMailets.Factory<>(RequiresApproval.class, RequiresApproval::new)));
    }

    private static Map<EmailAddress, OwnNames> nothingOwn(Collection<EmailAddress> recipients) {
        return recipients.stream().collect(Collectors.toMap(recipient -> recipient, recipient -> OwnNames.NONE));
    }
}
