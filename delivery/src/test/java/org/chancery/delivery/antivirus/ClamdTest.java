package org.chancery.delivery.antivirus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Random;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.screening.Antivirus.Verdict;
import org.chancery.core.screening.FailedOnMail;
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
    private final Clamd clamd = client(LATE);

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
    void any_other_answer_is_no_verdict_on_this_mail_nor_on_a_harmless_one(String answer) {
        peer.says(answer);
        assertThrows(FailedOnMail.class, () -> clamd.scan(of(new byte[10])));
        assertThrows(Unavailable.class, clamd::prove);
    }

    @Test
    void an_answer_without_an_end_is_not_read_to_its_end() {
        peer.says("x".repeat(1 << 20));
        assertThrows(FailedOnMail.class, () -> clamd.scan(of(new byte[10])));
    }

    @Test
    void one_that_hangs_up_fails_and_copes_with_nothing() {
        peer.hangsUp();
        assertThrows(FailedOnMail.class, () -> clamd.scan(of(new byte[10])));
        assertThrows(Unavailable.class, clamd::prove);
    }

    @Test
    void one_that_says_nothing_fails_after_its_time() {
        peer.stalls();
        try (Clamd impatient = client(SOON)) {
            FailedOnMail late = assertThrows(FailedOnMail.class, () -> impatient.scan(of(new byte[10])));
            assertTrue(late.what().contains("took longer"), late::what);
            assertThrows(Unavailable.class, impatient::prove);
        }
    }

    @Test
    void one_that_stops_reading_fails_after_its_time() {
        peer.stalls();
        try (Clamd impatient = client(SOON)) {
            assertThrows(FailedOnMail.class, () -> impatient.scan(of(new byte[30 << 20])));
        }
    }

    @Test
    void none_at_all_is_away() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        try (Clamd nobody = new Clamd(new ClamdConfig(new HostPort("127.0.0.1", port), LATE, LATE))) {
            assertThrows(Unavailable.class, () -> nobody.scan(of(new byte[10])));
            assertThrows(Unavailable.class, nobody::prove);
        }
    }

    @Test
    void one_that_fails_on_a_mail_copes_with_a_harmless_one() {
        peer.hangsUpOn("poison");
        assertThrows(FailedOnMail.class, () -> clamd.scan(of("poison".getBytes())));
        assertDoesNotThrow(clamd::prove);
        peer.stallsOn("poison");
        try (Clamd impatient = client(SOON)) {
            assertThrows(FailedOnMail.class, () -> impatient.scan(of("poison".getBytes())));
        }
        assertDoesNotThrow(clamd::prove);
    }

    @Test
    void a_mail_that_our_own_disk_does_not_give_is_not_held_against_it() {
        RawMail unreadable = () -> {
            throw new Unavailable("our own disk", null);
        };
        assertEquals(
                "our own disk",
                assertThrows(Unavailable.class, () -> clamd.scan(unreadable)).getMessage());
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
        assertThrows(IllegalArgumentException.class, () -> new ClamdConfig(server, LATE, Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> new ClamdConfig(server, Duration.ZERO, LATE));
    }

    private Clamd client(Duration limit) {
        return new Clamd(new ClamdConfig(new HostPort("127.0.0.1", peer.port()), limit, limit));
    }

    private static RawMail of(byte[] mail) {
        return () -> new ByteArrayInputStream(mail);
    }
}
