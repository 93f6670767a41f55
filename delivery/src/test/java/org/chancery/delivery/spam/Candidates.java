package org.chancery.delivery.spam;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.SpoolId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.Arrival;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.mail.Classification;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.Envelope;
import org.chancery.core.mail.MessageReader;
import org.chancery.core.mail.ReversePath;
import org.chancery.core.screening.ContentFindings;
import org.chancery.core.screening.ScannedMail;
import org.chancery.core.screening.SpamScore;
import org.chancery.core.screening.SpamScorer.Candidate;
import org.chancery.core.screening.SpamScorer.Destination;

/** Mails to be scored by Rspamd. */
final class Candidates {
    static final Instant NOW = Instant.parse("2026-03-02T09:15:00Z");
    static final EmailAddress OFFICE = EmailAddress.of("office@example.org");
    static final EmailAddress SALES = EmailAddress.of("sales@example.org");

    private Candidates() {}

    static Candidate mail(String text) {
        return mail(text, "mail.example.net", ReversePath.of(EmailAddress.of("ana@example.net")));
    }

    static Candidate mail(String text, String helo, ReversePath reversePath) {
        byte[] raw = text.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
        try {
            return new Candidate(
                    new ScannedMail(
                            SpoolId.at(NOW),
                            1,
                            new Arrival(NOW, InetAddress.getByName("192.0.2.25"), helo, "ESMTP"),
                            raw.length,
                            () -> new ByteArrayInputStream(raw)),
                    new Envelope(reversePath, List.of(OFFICE, SALES)),
                    MessageReader.header(new ByteArrayInputStream(raw)),
                    () -> {
                        throw new AssertionError("Rspamd reads the mail itself");
                    },
                    Classification.HUMAN,
                    AuthenticationResults.NONE);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same at a later try. */
    static Candidate again(Candidate mail, int attempt) {
        ScannedMail first = mail.scanned();
        return new Candidate(
                new ScannedMail(first.id(), attempt, first.arrival(), first.size(), first.raw()),
                mail.envelope(),
                mail.header(),
                mail.content(),
                mail.classification(),
                mail.authentication());
    }

    /** What the first recipient is told. */
    static SpamScore score(RspamdScorer scorer, Candidate mail) {
        return Objects.requireNonNull(scorer.score(mail, destinations()).get(OFFICE));
    }

    static List<Destination> destinations() {
        return List.of(
                new Destination(OFFICE, WorkspaceId.at(NOW), EndpointId.at(NOW), ContentFindings.NONE),
                new Destination(SALES, WorkspaceId.at(NOW), EndpointId.at(NOW), ContentFindings.NONE));
    }
}
