package org.chancery.delivery.smtp;

import static org.chancery.delivery.smtp.Couriers.PATIENCE;
import static org.chancery.delivery.smtp.Couriers.deliver;
import static org.chancery.delivery.smtp.Couriers.delivered;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.testkit.peer.ReceivedMail;
import org.chancery.testkit.peer.ScriptedSmtpPeer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was approved is what is sent. */
class ExactBytesTest {
    private static final byte[] CRLF = {'\r', '\n'};

    private final ScriptedSmtpPeer peer = ScriptedSmtpPeer.start();
    private final Couriers couriers = new Couriers();

    @AfterEach
    void stop() {
        peer.close();
        assertEquals(List.of(), peer.violations());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".\r\n",
                "..\r\n",
                ".a\r\n..b\r\n...\r\n",
                "a\r\n.\r\nb\r\n",
                "a\r\n.\r\n",
                "\r\n.\r\n\r\n",
                "a..\r\n",
                "a\r\n\r\n"
            })
    void dots_and_empty_lines_arrive_as_they_were(String text) {
        delivered(deliver(couriers.relay(peer), couriers.job(couriers.mails.add(text), "alice@example.com")));
        assertEquals(text, peer.awaitMail(1, PATIENCE).getFirst().content().text());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a\r\n.", "a\r\n.b"})
    void a_last_line_without_end_gets_one(String text) {
        deliver(couriers.relay(peer), couriers.job(couriers.mails.add(text), "alice@example.com"));
        assertEquals(
                text + "\r\n", peer.awaitMail(1, PATIENCE).getFirst().content().text());
    }

    @Test
    void any_bytes_arrive_as_they_were() {
        Random random = new Random(20260301);
        for (int i = 1; i <= 150; i++) {
            byte[] raw = mail(random);
            deliver(couriers.relay(peer), couriers.job(couriers.mails.add(raw), "alice@example.com"));
            List<ReceivedMail> mails = peer.awaitMail(i, PATIENCE);
            assertArrayEquals(raw, mails.getLast().content().bytes(), "mail " + i);
        }
    }

    /** Lines of any bytes, many with dots in front, short and long, some longer than any buffer on the way. */
    private static byte[] mail(Random random) {
        ByteArrayOutputStream mail = new ByteArrayOutputStream();
        int lines = random.nextInt(60);
        for (int i = 0; i < lines; i++) {
            byte[] line = new byte[random.nextInt(20) == 0 ? random.nextInt(100_000) : random.nextInt(90)];
            random.nextBytes(line);
            for (int at = 0; at < line.length; at++) {
                boolean dot = at < 3 && random.nextBoolean();
                line[at] = dot || line[at] == '\r' || line[at] == '\n' ? (byte) '.' : line[at];
            }
            mail.writeBytes(line);
            mail.writeBytes(CRLF);
        }
        return mail.toByteArray();
    }

    @Test
    void a_big_mail_is_never_on_the_heap_as_a_whole() {
        long size = 25L << 20;
        peer.keepingOnlyDigests();
        RawDigest digest = couriers.mails.add(digestOf(new Lines(size)), () -> new Lines(size));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        // The first mail of a JVM loads classes and reads the trusted certificates.
        delivered(deliver(couriers.relay(peer), couriers.job("alice@example.com")));
        SmtpCourier courier = couriers.relay(peer);

        long before = threads.getCurrentThreadAllocatedBytes();
        delivered(deliver(courier, couriers.job(digest, "alice@example.com")));
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        ReceivedMail mail = peer.awaitMail(2, PATIENCE).getLast();
        assertEquals(digest.hex(), mail.content().sha256());
        assertEquals(size, mail.content().size());
        assertTrue(allocated < 4 << 20, "allocated " + allocated + " bytes, in all, to send " + size);
    }

    private static RawDigest digestOf(Lines lines) {
        var sha256 = RawDigest.algorithm();
        byte[] block = new byte[8_192];
        for (int length = lines.read(block); length >= 0; length = lines.read(block)) {
            sha256.update(block, 0, length);
        }
        return RawDigest.finish(sha256.digest());
    }

    /** So many octets of lines, every second of which begins with a dot. */
    private static final class Lines extends InputStream {
        private static final byte[] PATTERN =
                (".".repeat(3) + "x".repeat(59) + "\r\n" + "y".repeat(62) + "\r\n").getBytes(StandardCharsets.US_ASCII);

        private final long size;
        private long at;

        Lines(long size) {
            this.size = size;
        }

        @Override
        public int read() {
            return at == size ? -1 : PATTERN[(int) (at++ % PATTERN.length)];
        }

        @Override
        public int read(byte[] block) {
            return read(block, 0, block.length);
        }

        @Override
        public int read(byte[] block, int from, int most) {
            if (at == size) {
                return -1;
            }
            int length = 0;
            while (length < most && at < size) {
                block[from + length++] = (byte) read();
            }
            return length;
        }
    }
}
