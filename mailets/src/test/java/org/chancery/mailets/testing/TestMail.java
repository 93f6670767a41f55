package org.chancery.mailets.testing;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.chancery.core.id.SpoolId;
import org.chancery.core.mail.Arrival;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.Envelope;
import org.chancery.core.mail.ReversePath;
import org.chancery.core.spool.SpooledMail;

/** A mail in the scripted spool. */
public record TestMail(
        SpoolId id, Envelope envelope, Arrival arrival, long size, int attempt, Supplier<InputStream> bytes)
        implements SpooledMail {
    private static final Instant ARRIVED = Instant.parse("2026-03-01T11:59:00Z");

    /** An ordinary mail from {@code ann@elsewhere.test}. */
    public static TestMail to(String... recipients) {
        return of("""
                From: Ann <ann@elsewhere.test>
                To: sales@here.test
                Subject: An offer
                Message-ID: <1@elsewhere.test>

                Hello
                """, recipients);
    }

    public static TestMail of(String text, String... recipients) {
        byte[] raw = text.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
        return of(raw.length, () -> new ByteArrayInputStream(raw), recipients);
    }

    public static TestMail of(long size, Supplier<InputStream> bytes, String... recipients) {
        return new TestMail(
                SpoolId.at(ARRIVED),
                new Envelope(
                        ReversePath.of(EmailAddress.of("ann@elsewhere.test")),
                        Stream.of(recipients).map(EmailAddress::of).toList()),
                new Arrival(ARRIVED, InetAddress.getLoopbackAddress(), "mx.elsewhere.test", "ESMTP"),
                size,
                1,
                bytes);
    }

    public TestMail withAttempt(int number) {
        return new TestMail(id, envelope, arrival, size, number, bytes);
    }

    public TestMail withReversePath(ReversePath reversePath) {
        return new TestMail(
                id, new Envelope(reversePath, List.copyOf(envelope.recipients())), arrival, size, attempt, bytes);
    }

    @Override
    public InputStream open() {
        return bytes.get();
    }
}
