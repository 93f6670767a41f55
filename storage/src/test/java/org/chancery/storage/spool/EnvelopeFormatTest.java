package org.chancery.storage.spool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.chancery.core.mail.Arrival;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.Envelope;
import org.chancery.core.mail.ReversePath;
import org.junit.jupiter.api.Test;

class EnvelopeFormatTest {
    private static final EmailAddress RECIPIENT = EmailAddress.of("agent-acme@chancery.example");

    @Test
    void what_is_written_is_read() throws Exception {
        Random dice = new Random(1);
        for (int i = 0; i < 1000; i++) {
            SentMail mail = SentMail.random(dice, 0);
            assertSame(mail.envelope(), mail.arrival());
        }
    }

    @Test
    void the_null_reverse_path_is_told_from_all_others() throws Exception {
        Arrival arrival = arrival("");
        assertSame(new Envelope(ReversePath.NULL, List.of(RECIPIENT)), arrival);
        assertSame(new Envelope(ReversePath.of(RECIPIENT), List.of(RECIPIENT)), arrival);
    }

    @Test
    void addresses_keep_their_letters() throws Exception {
        List<EmailAddress> recipients = List.of(
                EmailAddress.of("Jörg.Müller+Tag@bücher.example"), EmailAddress.of("\"a b\\\"c@d\"@example.org"));
        EnvelopeFormat.Decoded read = decode(
                EnvelopeFormat.encode(new Envelope(ReversePath.NULL, recipients), arrival("[IPv6:2001:db8::1]")));
        assertEquals(recipients.toString(), read.envelope().recipients().toString());
    }

    @Test
    void a_thousand_recipients_fit() throws Exception {
        List<EmailAddress> many = IntStream.range(0, 1000)
                .mapToObj(i -> EmailAddress.of("x".repeat(60) + i + "@" + "sub.".repeat(44) + "example"))
                .toList();
        assertSame(new Envelope(ReversePath.NULL, many), arrival("mx"));
    }

    @Test
    void more_than_the_log_has_room_for_is_refused_before_anything_is_written() {
        List<EmailAddress> tooMany = IntStream.range(0, 2500)
                .mapToObj(i -> EmailAddress.of("x".repeat(60) + i + "@" + "sub.".repeat(44) + "example"))
                .toList();
        Envelope envelope = new Envelope(ReversePath.NULL, tooMany);
        assertThrows(IllegalArgumentException.class, () -> EnvelopeFormat.encode(envelope, arrival("mx")));
        Arrival longWinded = arrival("x".repeat(0x10000));
        Envelope small = new Envelope(ReversePath.NULL, List.of(RECIPIENT));
        assertThrows(IllegalArgumentException.class, () -> EnvelopeFormat.encode(small, longWinded));
    }

    @Test
    void what_breaks_off_or_is_spoiled_is_damage_and_nothing_else() throws Exception {
        Random dice = new Random(3);
        byte[] whole = EnvelopeFormat.encode(
                new Envelope(ReversePath.of(EmailAddress.of("a@example.org")), List.of(RECIPIENT, RECIPIENT)),
                arrival("mx.example.org"));
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThrows(DamagedRecord.class, () -> decode(cut));
        }
        for (int i = 0; i < 20_000; i++) {
            byte[] spoiled = whole.clone();
            for (int flips = 0; flips <= i % 4; flips++) {
                spoiled[dice.nextInt(spoiled.length)] = (byte) dice.nextInt();
            }
            try {
                decode(spoiled);
            } catch (DamagedRecord asItShould) {
                // Its checksum finds what still makes sense.
            }
        }
    }

    private static void assertSame(Envelope envelope, Arrival arrival) throws DamagedRecord {
        EnvelopeFormat.Decoded read = decode(EnvelopeFormat.encode(envelope, arrival));
        assertEquals(envelope, read.envelope());
        assertEquals(arrival, read.arrival());
    }

    private static EnvelopeFormat.Decoded decode(byte[] octets) throws DamagedRecord {
        return EnvelopeFormat.decode(ByteBuffer.wrap(octets));
    }

    private static Arrival arrival(String helo) {
        return new Arrival(Instant.ofEpochSecond(1, 999_999_999), InetAddress.getLoopbackAddress(), helo, "ESMTP");
    }
}
