package org.chancery.delivery.spam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.chancery.core.screening.ScanDesk.Lanes;
import org.chancery.core.screening.Signal;
import org.chancery.core.screening.SpamLearning.Lesson;
import org.chancery.core.screening.SpamScore;
import org.chancery.core.screening.SpamScorer.Candidate;
import org.chancery.core.screening.WhenAway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real daemon, where it is installed (Debian: {@code rspamd}): an ordinary process on loopback, with two rules of its own, without
 * modules and without a network.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RspamdDaemonTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final String SALE =
            "From: ana@example.net\nTo: office@example.org\nSubject: a winter sale\n\nHello there\n";

    @TempDir
    private static Path directory;

    /** Far more than a program takes to start. */
    private static final int LOOKS = 600;

    private @Nullable Process daemon;
    private int scanPort;
    private int learnPort;

    @BeforeAll
    void start() throws Exception {
        Optional<Path> program = Stream.of("/usr/bin/rspamd", "/usr/sbin/rspamd", "/usr/local/bin/rspamd")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(program.isPresent(), "rspamd is not installed; the scripted peer is the test");
        scanPort = freePort();
        learnPort = freePort();
        Path rules = resource("rules.lua", text -> text);
        Path config = resource(
                "rspamd.conf",
                text -> text.replace("@DIR@", directory.toString())
                        .replace("@SCAN@", String.valueOf(scanPort))
                        .replace("@LEARN@", String.valueOf(learnPort))
                        .replace("@RULES@", rules.toString()));
        String user = System.getProperty("user.name");
        daemon = new ProcessBuilder(
                        program.get().toString(), "-f", "-i", "-u", user, "-g", user, "-c", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("out").toFile())
                .start();
        assumeTrue(listens(scanPort) && listens(learnPort), () -> "rspamd does not start here: " + log());
    }

    @AfterAll
    void stop() throws InterruptedException {
        if (daemon != null) {
            daemon.destroy();
            if (!daemon.waitFor(10, TimeUnit.SECONDS)) {
                daemon.destroyForcibly();
            }
        }
    }

    private RspamdScorer scorer() {
        return new RspamdScorer(
                new RspamdConfig(
                        URI.create("http://127.0.0.1:" + scanPort),
                        WhenAway.DEFER,
                        null,
                        new RspamdConfig.Limits(TIMEOUT, TIMEOUT)),
                Lanes.DIRECT,
                Clock.systemUTC());
    }

    private SpamScore score(Candidate mail) {
        return Candidates.score(scorer(), mail);
    }

    @Test
    void its_symbols_are_the_signals_and_its_score_is_on_our_scale() {
        SpamScore score = score(Candidates.mail(SALE));

        // 7.5 and -0.5 of theirs, between "add header" at 6 and "reject" at 15
        assertEquals(6.11, score.score());
        assertEquals(
                List.of("CHANCERY_TEST_WORD", "CHANCERY_TEST_ENVELOPE"),
                score.signals().stream()
                        .map(Signal::name)
                        .filter(name -> name.startsWith("CHANCERY"))
                        .toList());
    }

    @Test
    void it_is_told_the_envelope() {
        String seen = score(Candidates.mail(SALE)).signals().stream()
                .filter(signal -> signal.name().equals("CHANCERY_TEST_ENVELOPE"))
                .map(Signal::detail)
                .findFirst()
                .orElse("");

        assertEquals("ana@example.net, 192.0.2.25, office@example.org, mail.example.net", seen);
    }

    @Test
    void the_test_text_of_all_filters_is_certainly_spam() {
        SpamScore score = score(Candidates.mail(
                "Subject: x\n\nXJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\n"));

        assertTrue(score.score() >= 15, score::toString);
    }

    @Test
    void an_honest_mail_is_none() {
        assertTrue(score(Candidates.mail("From: ana@example.net\nSubject: hello\n\nHow are you?\n"))
                        .score()
                <= 0);
    }

    @Test
    void megabytes_are_streamed() {
        String big = "From: ana@example.net\nSubject: big\n\n" + "0123456789abcdef\n".repeat(300_000);

        assertTrue(score(Candidates.mail(big)).isKnown());
    }

    @Test
    void it_learns_and_learns_the_same_once() {
        RspamdLearning learning = new RspamdLearning(
                new RspamdConfig.Learning(URI.create("http://127.0.0.1:" + learnPort), "secret of a test"), TIMEOUT);
        try (learning) {
            Candidate mail = Candidates.mail("Message-ID: <l1@example.net>\n" + SALE);
            for (int i = 0; i < 2; i++) {
                learning.learn(
                        Candidates.destinations().getFirst().workspace(),
                        mail.scanned().id(),
                        Lesson.SPAM,
                        mail.scanned().raw());
            }
        }

        assertEquals(0, learning.failures(), this::log);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Whether it listens there; false where its program ends before. */
    private boolean listens(int port) throws InterruptedException {
        for (int looks = 0; looks < LOOKS && daemon != null; looks++) {
            try (Socket ignored = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return true;
            } catch (IOException notYet) {
                if (daemon.waitFor(100, TimeUnit.MILLISECONDS)) {
                    return false;
                }
            }
        }
        return false;
    }

    private String log() {
        try {
            Path log = directory.resolve("log");
            return Files.readString(directory.resolve("out")) + (Files.exists(log) ? Files.readString(log) : "");
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static Path resource(String name, java.util.function.UnaryOperator<String> fill) throws IOException {
        try (InputStream in = RspamdDaemonTest.class.getResourceAsStream("/rspamd/" + name)) {
            if (in == null) {
                throw new IllegalStateException("not on the class path: " + name);
            }
            Path file = directory.resolve(name);
            Files.writeString(file, fill.apply(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
            return file;
        }
    }
}
