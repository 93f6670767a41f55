package org.chancery.delivery.antivirus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.screening.Antivirus.Verdict;
import org.chancery.delivery.smtp.HostPort;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the real daemon where it is installed (Debian's {@code clamav-daemon}), with a signature of our own. */
class RealClamdTest {
    private static final List<Path> PLACES = List.of(Path.of("/usr/sbin/clamd"), Path.of("/usr/local/sbin/clamd"));
    private static final String SAMPLE = "this-is-what-our-own-signature-finds";

    @TempDir
    private Path directory;

    /** Far more than a program takes to start. */
    private static final int LOOKS = 1_200;

    private @Nullable Process daemon;

    @AfterEach
    void stop() throws InterruptedException {
        if (daemon != null) {
            daemon.destroy();
            daemon.waitFor(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void the_real_daemon_is_understood() throws Exception {
        Path program = PLACES.stream().filter(Files::isExecutable).findFirst().orElse(null);
        assumeTrue(program != null, "clamd is not installed: only the scripted one was asked");
        try (Clamd clamd = new Clamd(ClamdConfig.of(new HostPort("127.0.0.1", start(String.valueOf(program)))))) {
            assertTrue(awaitVersion(clamd).startsWith("ClamAV "));
            assertInstanceOf(Verdict.Clean.class, clamd.scan(() -> mail("Hello")));
            String encoded = Base64.getMimeEncoder().encodeToString(SAMPLE.getBytes(StandardCharsets.US_ASCII));
            assertEquals(
                    new Verdict.Infected("Own.Test.Signature.UNOFFICIAL"),
                    clamd.scan(() -> mail("\r\n--b\r\nContent-Type: application/octet-stream; name=a.bin\r\n"
                            + "Content-Transfer-Encoding: base64\r\n\r\n" + encoded + "\r\n--b--\r\n")));
            assertInstanceOf(Verdict.Refused.class, clamd.scan(() -> mail("x".repeat(3 << 20))));
        }
    }

    private int start(String program) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path database = Files.createDirectory(directory.resolve("db"));
        String hex = HexFormat.of().formatHex(SAMPLE.getBytes(StandardCharsets.US_ASCII));
        Files.writeString(database.resolve("own.ndb"), "Own.Test.Signature:0:*:" + hex + "\n");
        Path config = directory.resolve("clamd.conf");
        Files.writeString(
                config,
                "Foreground yes\nTCPAddr 127.0.0.1\nTCPSocket " + port + "\nDatabaseDirectory " + database
                        + "\nTemporaryDirectory " + directory + "\nStreamMaxLength 1M\n");
        daemon = new ProcessBuilder(program, "--config-file=" + config)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("clamd.log").toFile())
                .start();
        return port;
    }

    /** Asks until it answers, or its program ends. */
    private String awaitVersion(Clamd clamd) throws InterruptedException, IOException {
        Process program = Objects.requireNonNull(daemon);
        for (int looks = 0; looks < LOOKS; looks++) {
            try {
                return clamd.version();
            } catch (Unavailable notYet) {
                boolean hasEnded = program.waitFor(50, TimeUnit.MILLISECONDS);
                assertFalse(hasEnded, "clamd did not start: " + Files.readString(directory.resolve("clamd.log")));
            }
        }
        throw new AssertionError("clamd does not answer: " + Files.readString(directory.resolve("clamd.log")));
    }

    private static ByteArrayInputStream mail(String body) {
        String mail =
                "From: a@b.example\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
                        + body;
        return new ByteArrayInputStream(mail.getBytes(StandardCharsets.US_ASCII));
    }
}
