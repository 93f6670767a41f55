package org.chancery.delivery.antivirus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.screening.Antivirus.Verdict;
import org.chancery.core.screening.RawMail;
import org.chancery.delivery.smtp.HostPort;
import org.chancery.testkit.peer.ScriptedClamd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClamdTest {
    private static final Duration SOON = Duration.ofMillis(300);
    private static final Duration LATE = Duration.ofSeconds(30);

    private final ScriptedClamd peer = ScriptedClamd.start();
    private final Clamd clamd = client(LATE, 4);

    @AfterEach
    void close() {
        clamd.close();
        peer.close();
    }

    @Test
    void the_mail_arrives_octet_by_octet_and_is_clean() {
        byte[] mail = new byte[300_001]; // several chunks, the last one short
        new Random(1).nextBytes(mail);
        assertInstanceOf(Verdict.Clean.class, clamd.scan(of(mail)));
        assertArrayEquals(mail, peer.scanned().getFirst());
    }

    @Test
    void an_empty_mail_is_scanned() {
        assertInstanceOf(Verdict.Clean.class, clamd.scan(of(new byte[0])));
    }

    @Test
    void a_virus_is_told_by_its_name() {
        peer.finds("sample", "Test.Virus-1");
        assertEquals(new Verdict.Infected("Test.Virus-1"), clamd.scan(of("a sample".getBytes())));
    }

    @Test
    void a_mail_larger_than_it_takes_is_refused_though_it_hangs_up_meanwhile() {
        peer.takesAtMost(100_000);
        assertEquals(new Verdict.Refused("larger than clamd takes"), clamd.scan(of(new byte[120_000])));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"stream: Can't allocate memory ERROR", "COMMAND READ TIMED OUT", "what?", "stream: \u0007 ERROR"
            })
    void any_other_answer_counts_as_away(String answer) {
        peer.says(answer);
        assertThrows(Unavailable.class, () -> clamd.scan(of(new byte[10])));
    }

    @Test
    void an_answer_without_an_end_is_not_read_to_its_end() {
        peer.says("x".repeat(1 << 20));
        assertThrows(Unavailable.class, () -> clamd.scan(of(new byte[10])));
    }

    @Test
    void one_that_hangs_up_is_away() {
        peer.hangsUp();
        assertThrows(Unavailable.class, () -> clamd.scan(of(new byte[10])));
    }

    @Test
    void one_that_says_nothing_is_away_after_its_time() {
        peer.stalls();
        try (Clamd impatient = client(SOON, 4)) {
            Unavailable away = assertThrows(Unavailable.class, () -> impatient.scan(of(new byte[10])));
            assertTrue(String.valueOf(away.getMessage()).contains("took longer"), away::toString);
        }
    }

    @Test
    void one_that_stops_reading_is_away_after_its_time() {
        peer.stalls();
        try (Clamd impatient = client(SOON, 4)) {
            assertThrows(Unavailable.class, () -> impatient.scan(of(new byte[30 << 20])));
        }
    }

    @Test
    void none_at_all_is_away() {
        peer.close();
        assertThrows(Unavailable.class, () -> clamd.scan(of(new byte[10])));
    }

    @Test
    void it_is_asked_no_oftener_at_once_than_configured() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        ClamdConfig config = new ClamdConfig(new HostPort("127.0.0.1", peer.port()), LATE, LATE, SOON, 1);
        try (Clamd single = new Clamd(config);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Verdict> first = threads.submit(() -> single.scan(() -> {
                entered.countDown();
                try {
                    leave.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return new ByteArrayInputStream(new byte[10]);
            }));
            entered.await();
            Unavailable busy = assertThrows(Unavailable.class, () -> single.scan(of(new byte[10])));
            assertTrue(String.valueOf(busy.getMessage()).contains("busy"), busy::toString);
            leave.countDown();
            assertInstanceOf(Verdict.Clean.class, first.get());
            assertInstanceOf(Verdict.Clean.class, single.scan(of(new byte[10])));
        }
    }

    @Test
    void it_tells_its_version() {
        assertTrue(clamd.version().startsWith("ClamAV 1.4.3"));
        peer.hangsUp();
        assertThrows(Unavailable.class, clamd::version);
    }

    @Test
    void limits_have_to_make_sense() {
        HostPort server = new HostPort("127.0.0.1", 1);
        assertThrows(IllegalArgumentException.class, () -> new ClamdConfig(server, LATE, Duration.ZERO, LATE, 1));
        assertThrows(IllegalArgumentException.class, () -> new ClamdConfig(server, LATE, LATE, LATE, 0));
    }

    private Clamd client(Duration scan, int atOnce) {
        return new Clamd(new ClamdConfig(new HostPort("127.0.0.1", peer.port()), LATE, scan, LATE, atOnce));
    }

    private static RawMail of(byte[] mail) {
        return () -> new ByteArrayInputStream(mail);
    }
}
