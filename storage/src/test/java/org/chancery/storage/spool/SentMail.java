package org.chancery.storage.spool;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.chancery.core.id.SpoolId;
import org.chancery.core.mail.Arrival;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.Envelope;
import org.chancery.core.mail.ReversePath;
import org.chancery.core.spool.Incoming;
import org.chancery.core.spool.Spool;
import org.chancery.core.spool.SpooledMail;

/** A mail as a client sends it, to be compared with what the spool hands out. */
final class SentMail {
    private static final String[] SENDERS = {
        "anna@example.org", "jörg@bücher.example", "bounces+msg=42@lists.example.net", "\"odd one\"@example.com"
    };

    private final byte[] body;
    private final Envelope envelope;
    private final Arrival arrival;

    SentMail(byte[] body, Envelope envelope, Arrival arrival) {
        this.body = body;
        this.envelope = envelope;
        this.arrival = arrival;
    }

    static SentMail ofSize(int bytes) {
        return random(new Random(bytes), bytes);
    }

    static SentMail random(Random dice, int bytes) {
        byte[] body = new byte[bytes];
        dice.nextBytes(body);
        ReversePath reversePath = dice.nextInt(4) == 0
                ? ReversePath.NULL
                : ReversePath.of(EmailAddress.of(SENDERS[dice.nextInt(SENDERS.length)]));
        List<EmailAddress> recipients = new ArrayList<>();
        int count = 1 + (dice.nextInt(8) == 0 ? dice.nextInt(100) : 0);
        for (int i = 0; i < count; i++) {
            recipients.add(EmailAddress.of("agent" + i + "-acme@chancery.example"));
        }
        return new SentMail(
                body,
                new Envelope(reversePath, recipients),
                new Arrival(
                        Instant.ofEpochSecond(1_700_000_000L + dice.nextInt(1000), dice.nextInt(1_000_000_000)),
                        address(dice),
                        "mx" + dice.nextInt() + ".example.org",
                        dice.nextBoolean() ? "ESMTPS" : "UTF8SMTPSA"));
    }

    private static InetAddress address(Random dice) {
        byte[] address = new byte[dice.nextBoolean() ? 4 : 16];
        dice.nextBytes(address);
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    byte[] body() {
        return body;
    }

    Envelope envelope() {
        return envelope;
    }

    Arrival arrival() {
        return arrival;
    }

    /** Brings the mail in, in pieces of some size; throws as the spool does. */
    SpoolId bring(Spool spool) {
        try (Incoming incoming = spool.begin()) {
            int piece = 1 + body.length / 3;
            for (int from = 0; from < body.length; from += piece) {
                incoming.write(body, from, Math.min(piece, body.length - from));
            }
            assertEquals(body.length, incoming.size());
            return incoming.commit(envelope, arrival);
        }
    }

    void assertSameAs(SpooledMail mail) throws IOException {
        assertEquals(envelope, mail.envelope());
        assertEquals(
                envelope.recipients().toString(), mail.envelope().recipients().toString(), "to the letter");
        assertEquals(arrival, mail.arrival());
        assertEquals(body.length, mail.size());
        for (int times = 0; times < 2; times++) {
            try (InputStream raw = mail.open()) {
                assertArrayEquals(body, raw.readAllBytes());
            }
        }
    }
}
