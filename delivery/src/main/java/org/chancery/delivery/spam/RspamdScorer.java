package org.chancery.delivery.spam;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.screening.SpamScore;
import org.chancery.core.screening.SpamScorer;
import org.chancery.delivery.spam.RspamdClient.Answer;
import org.chancery.delivery.spam.RspamdConfig.WhenAway;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has Rspamd score mail, instead of the built-in scorer. It is asked once for a mail, whoever the recipients are. While it is away, mail
 * waits or is held, as the operator says.
 */
public final class RspamdScorer implements SpamScorer, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RspamdScorer.class);

    /** RFC 5321 §4.5.3.1.4 for a command, which is what these values come from. */
    private static final int MAX_VALUE = 512;

    private final RspamdConfig config;
    private final RspamdClient client;
    private final URI check;
    private final AtomicLong failures = new AtomicLong();

    public RspamdScorer(RspamdConfig config) {
        this.config = config;
        this.client = new RspamdClient(config.timeout());
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
        try {
            Answer answer = client.post(check, mail.size(), mail.raw(), fields -> envelope(mail, fields));
            if (answer.status() != 200) {
                throw new RspamdAway("status " + answer.status(), null);
            }
            return RspamdAnswer.read(answer.body());
        } catch (RspamdAway away) {
            failures.incrementAndGet();
            LOG.warn("{} was not scored by Rspamd: {}", mail.id(), away.getMessage(), away.getCause());
            if (config.whenAway() == WhenAway.HOLD) {
                return SpamScore.unknown("Rspamd gave no answer");
            }
            throw new Unavailable("asking Rspamd about " + mail.id(), away);
        }
    }

    /** What the SMTP session said, as a mail server tells it (rspamd.com/doc/architecture/protocol.html). */
    private static void envelope(Candidate mail, BiConsumer<String, String> fields) {
        fields.accept("Queue-Id", mail.id().text());
        fields.accept("IP", mail.arrival().client().getHostAddress().replaceFirst("%.*", ""));
        fields.accept("Helo", value(mail.arrival().helo()));
        fields.accept(
                "From",
                mail.envelope()
                        .reversePath()
                        .mailbox()
                        .map(address -> value(address.toString()))
                        .orElse("<>"));
        for (EmailAddress recipient : mail.envelope().recipients()) {
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

    @Override
    public void close() {
        client.close();
    }
}
