package org.chancery.delivery.spam;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.Envelope;
import org.chancery.core.screening.FailedOnMail;
import org.chancery.core.screening.RawMail;
import org.chancery.core.screening.ScanDesk;
import org.chancery.core.screening.ScanDesk.Lanes;
import org.chancery.core.screening.ScannedMail;
import org.chancery.core.screening.SpamScore;
import org.chancery.core.screening.SpamScorer;
import org.chancery.core.screening.WhenAway;
import org.chancery.delivery.spam.RspamdClient.Answer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has Rspamd score mail, instead of the built-in scorer. It is asked once for a mail, whoever the recipients are. While it is away, mail
 * waits or is held, as the operator says; a mail on which it fails each time is held in the end.
 */
public final class RspamdScorer implements SpamScorer {
    private static final Logger LOG = LoggerFactory.getLogger(RspamdScorer.class);

    /** RFC 5321 §4.5.3.1.4 for a command, which is what these values come from. */
    private static final int MAX_VALUE = 512;

    private static final byte[] HARMLESS =
            "From: postmaster@localhost\r\nSubject: are you well\r\n\r\nHello\r\n".getBytes(StandardCharsets.US_ASCII);

    private final RspamdConfig config;
    private final URI check;
    private final ScanDesk<SpamScore> desk;
    private final AtomicLong failures = new AtomicLong();

    public RspamdScorer(RspamdConfig config, Lanes lanes, Clock clock) {
        this.config = config;
        this.desk = new ScanDesk<>(this::prove, lanes, clock);
        this.check = endpoint(config.scan(), "/checkv2");
    }

    @Override
    public Map<EmailAddress, SpamScore> score(Candidate mail, List<Destination> destinations) {
        SpamScore score = score(mail);
        Map<EmailAddress, SpamScore> scores = new LinkedHashMap<>();
        destinations.forEach(destination -> scores.put(destination.recipient(), score));
        return scores;
    }

    /** How often it gave no answer that could be used. */
    public long failures() {
        return failures.get();
    }

    private SpamScore score(Candidate mail) {
        ScannedMail scanned = mail.scanned();
        try {
            // Of the mail nothing else is kept while it waits for its turn.
            Envelope envelope = mail.envelope();
            return desk.ask(scanned, () -> ask(scanned, envelope));
        } catch (FailedOnMail failed) {
            failures.incrementAndGet();
            LOG.warn("{} was not scored by Rspamd at attempt {}: {}", scanned.id(), scanned.attempt(), failed.what());
            if (config.whenAway() == WhenAway.HOLD || ScanDesk.isLast(scanned.attempt())) {
                return SpamScore.unknown("Rspamd copes with other mails and not with this one: " + failed.what());
            }
            throw failed;
        } catch (Unavailable away) {
            failures.incrementAndGet();
            LOG.warn("{} was not scored by Rspamd: {}", scanned.id(), away.getMessage());
            if (config.whenAway() == WhenAway.HOLD) {
                return SpamScore.unknown("Rspamd gave no answer");
            }
            throw away;
        }
    }

    private SpamScore ask(ScannedMail mail, Envelope envelope) {
        return read(post(config.limits().mail(), mail.size(), mail.raw(), fields -> session(mail, envelope, fields)));
    }

    /**
     * Over a connection of its own: one that was left open may have been given up by the daemon meanwhile, and would break off whatever
     * the mail is.
     */
    private Answer post(Duration limit, long size, RawMail raw, Consumer<BiConsumer<String, String>> fields) {
        try (RspamdClient fresh = new RspamdClient(limit)) {
            return fresh.post(check, size, raw, fields);
        }
    }

    /** @throws Unavailable where it does not score a harmless mail either */
    private void prove() {
        try {
            read(post(
                    config.limits().proof(), HARMLESS.length, () -> new ByteArrayInputStream(HARMLESS), fields -> {}));
        } catch (FailedOnMail unwell) {
            throw new Unavailable("Rspamd scores nothing", unwell);
        }
    }

    private static SpamScore read(Answer answer) {
        if (answer.status() != 200) {
            throw new FailedOnMail("Rspamd answers with status " + answer.status(), null);
        }
        return RspamdAnswer.read(answer.body());
    }

    /** What the SMTP session said, as a mail server tells it (rspamd.com/doc/architecture/protocol.html). */
    private static void session(ScannedMail mail, Envelope envelope, BiConsumer<String, String> fields) {
        fields.accept("Queue-Id", mail.id().text());
        fields.accept("IP", mail.arrival().client().getHostAddress().replaceFirst("%.*", ""));
        fields.accept("Helo", value(mail.arrival().helo()));
        fields.accept(
                "From",
                envelope.reversePath()
                        .mailbox()
                        .map(address -> value(address.toString()))
                        .orElse("<>"));
        for (EmailAddress recipient : envelope.recipients()) {
            fields.accept("Rcpt", value(recipient.toString()));
        }
    }

    /** A stranger's words as the value of a header field: nothing that could end it. */
    private static String value(String text) {
        StringBuilder value = new StringBuilder();
        text.codePoints().limit(MAX_VALUE).forEach(c -> value.append(c > ' ' && c < 0x7f ? (char) c : '?'));
        return value.isEmpty() ? "unknown" : value.toString();
    }

    /** A command of Rspamd below the address that the operator gave. */
    static URI endpoint(URI base, String command) {
        String path = base.getRawPath() == null ? "" : base.getRawPath();
        String trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return base.resolve(trimmed + command);
    }
}
