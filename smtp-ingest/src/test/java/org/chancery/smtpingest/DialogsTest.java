package org.chancery.smtpingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.chancery.testkit.log.Quiet;
import org.chancery.testkit.smtp.SmtpDialog;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Plays every file of {@code dialogs/}: as written, and an octet at a time. */
class DialogsTest {
    @RegisterExtension
    static final Quiet QUIET = Quiet.of("org.chancery.smtpingest");

    @TestFactory
    Stream<DynamicTest> dialogs_go_as_written() throws IOException, URISyntaxException {
        return files().stream().map(file -> dynamicTest(name(file), () -> play(file, Integer.MAX_VALUE)));
    }

    @TestFactory
    Stream<DynamicTest> dialogs_go_the_same_an_octet_at_a_time() throws IOException, URISyntaxException {
        return files().stream().map(file -> dynamicTest(name(file), () -> play(file, 1)));
    }

    private static List<Path> files() throws IOException, URISyntaxException {
        var folder = Objects.requireNonNull(DialogsTest.class.getResource("/dialogs"));
        try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
            return files.sorted().toList();
        }
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    private static void play(Path file, int piece) throws IOException {
        try (TestServer server = TestServer.start()) {
            SmtpDialog.of(name(file), Files.readString(file)).play(new Stage(server), piece);
        }
    }

    private record Stage(TestServer server) implements SmtpDialog.Stage {
        @Override
        public Map<String, Integer> ports() {
            return server.ports();
        }

        @Override
        public void check(String claim) {
            String[] parts = claim.split(" ", 2);
            String expected = parts.length > 1 ? parts[1] : "";
            switch (parts[0]) {
                case "accepted" -> Await.until(() -> server.spool.mails.size() == Integer.parseInt(expected));
                case "submitted" -> Await.until(() -> server.core.submitted.size() == Integer.parseInt(expected));
                case "reverse-path" ->
                    assertEquals(expected, last().envelope().reversePath().toString());
                case "recipients" ->
                    assertEquals(expected, last().envelope().recipients().toString());
                case "protocol" -> assertEquals(expected, last().arrival().protocol());
                case "helo" -> assertEquals(expected, last().arrival().helo());
                case "content" -> assertEquals(expected, printable(last().raw()));
                case "submission-protocol" ->
                    assertEquals(
                            expected, server.core.submitted.getLast().arrival().protocol());
                default -> throw new IllegalArgumentException("no such claim: " + claim);
            }
        }

        private TestSpool.Mail last() {
            return server.spool.mails.getLast();
        }

        private static String printable(byte[] raw) {
            StringBuilder out = new StringBuilder();
            for (byte octet : raw) {
                switch (octet) {
                    case '\r' -> out.append("\\r");
                    case '\n' -> out.append("\\n");
                    default ->
                        out.append(octet >= ' ' && octet <= '~' ? (char) octet : String.format("\\x%02x", octet));
                }
            }
            return out.toString();
        }
    }
}
