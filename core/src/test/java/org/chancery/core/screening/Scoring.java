package org.chancery.core.screening;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.chancery.core.mail.Arrival;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.mail.AuthenticationResults.Arc;
import org.chancery.core.mail.AuthenticationResults.Dmarc;
import org.chancery.core.mail.AuthenticationResults.Policy;
import org.chancery.core.mail.AuthenticationResults.Result;
import org.chancery.core.mail.AuthenticationResults.Signature;
import org.chancery.core.mail.AuthenticationResults.Spf;
import org.chancery.core.mail.AuthenticationResults.SpfIdentity;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.MailClassifier;
import org.chancery.core.mail.MessageHeader;
import org.chancery.core.mail.MessageReader;
import org.chancery.core.mail.ReversePath;

/** Scores a stranger's mail as the built-in scorer does, without anything learned. */
final class Scoring {
    static final Instant ARRIVED = Instant.parse("2026-03-02T09:15:00Z");
    static final AuthenticationResults UNPROVEN = AuthenticationResults.NONE;
    static final AuthenticationResults PROVEN = results(Result.PASS, Result.PASS, Result.PASS);

    private Scoring() {}

    static SpamScore of(byte[] raw, AuthenticationResults authentication) {
        List<Signal> signals = new ArrayList<>(SpamSigns.find(facts(raw, authentication)));
        signals.add(SpamSign.FIRST_CONTACT.found("no mail of this sender was let in before"));
        return SpamScore.of(signals);
    }

    static SpamScore of(String mail) {
        return of(mail.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8), UNPROVEN);
    }

    static SpamFacts facts(byte[] raw, AuthenticationResults authentication) {
        try {
            ReversePath reversePath = ReversePath.of(EmailAddress.of("sender@example.net"));
            MessageHeader header = MessageReader.header(new ByteArrayInputStream(raw));
            return new SpamFacts(
                    new Arrival(ARRIVED, InetAddress.getLoopbackAddress(), "mail.example.net", "ESMTP"),
                    header,
                    MessageReader.content(new ByteArrayInputStream(raw)),
                    MailClassifier.classify(header, reversePath),
                    authentication);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static AuthenticationResults results(Result spf, Result dkim, Result dmarc) {
        return new AuthenticationResults(
                new Spf(spf, SpfIdentity.MAILFROM, "example.net", "192.0.2.25", ""),
                dkim == Result.NONE
                        ? List.of()
                        : List.of(new Signature(dkim, "example.net", "s1", "rsa-sha256", "abc", "")),
                new Dmarc(dmarc, "example.net", "example.net", Policy.NONE, Policy.NONE, ""),
                new Arc(Result.NONE, List.of(), ""));
    }
}
