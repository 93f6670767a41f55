package org.chancery.smtpingest;

import static org.chancery.smtpingest.wire.ScriptedSocket.latin1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.chancery.smtpingest.wire.ScriptedSocket;
import org.chancery.testkit.smtp.SmtpClient;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A second mail hidden in the first one's content never becomes a mail, whatever stands before it. */
class SmugglingTest {
    private static final String BEFORE = """
            EHLO client.test
            MAIL FROM:<a@else.test>
            RCPT TO:<agent@ours.test>
            DATA
            Subject: outer

            text""";
    private static final String HIDDEN = """
            MAIL FROM:<admin@ours.test>
            RCPT TO:<agent@ours.test>
            DATA
            Subject: inner

            .
            QUIT
            """;

    static Stream<byte[]> sequences() throws IOException {
        List<byte[]> sequences = new ArrayList<>();
        for (String text : new String[] {
            "\n.\n",
            "\n.\r\n",
            "\r\n.\n",
            "\r.\r",
            "\r.\r\n",
            "\r\n.\r",
            "\n.\r",
            "\r.\n",
            "\r\n\0.\r\n",
            "\r\n.\0\r\n",
            "\0\n.\n",
            "\n\0.\n",
            "\r\0\n.\r\n",
            "\r\n.\r\0\n",
            "\r\r\n.\r\n",
            "\r\n.\r\r\n",
            "\r\n\r.\r\n",
            "\r\n.\n\r\n"
        }) {
            sequences.add(latin1(text));
        }
        sequences.addAll(ofCorpus());
        return sequences.stream();
    }

    private static List<byte[]> ofCorpus() throws IOException {
        String home = System.getProperty("chancery.home", ".");
        String corpus = System.getenv().getOrDefault("CHANCERY_CORPUS", home + "/../shared/corpus");
        Path truth = Path.of(corpus, "ground_truth");
        List<byte[]> sequences = new ArrayList<>();
        if (Files.isDirectory(truth)) {
            try (Stream<Path> files = Files.list(truth)) {
                for (Path file : files.filter(f -> f.getFileName().toString().startsWith("smtp_smuggling."))
                        .toList()) {
                    Matcher hex = Pattern.compile("\"sequence_hex\": *\"([0-9a-f]+)\"")
                            .matcher(Files.readString(file));
                    while (hex.find()) {
                        sequences.add(HexFormat.of().parseHex(hex.group(1)));
                    }
                }
            }
        }
        return sequences;
    }

    private static byte[] conversation(byte[] sequence) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(latin1(BEFORE.replace("\n", "\r\n")));
        all.writeBytes(sequence);
        all.writeBytes(latin1(HIDDEN.replace("\n", "\r\n")));
        return all.toByteArray();
    }

    @ParameterizedTest
    @MethodSource("sequences")
    void nothing_is_smuggled_wherever_packets_end(byte[] sequence) throws IOException {
        byte[] all = conversation(sequence);
        for (int border = 0; border < all.length; border++) {
            ScriptedSession session = new ScriptedSession();
            String said = session.hold(Service.MX, ScriptedSocket.sendingSplit(all, border));
            requireNothingSmuggled(session.spool, said);
        }
    }

    @ParameterizedTest
    @MethodSource("sequences")
    void nothing_is_smuggled_over_a_real_connection(byte[] sequence) throws IOException {
        try (TestServer server = TestServer.start();
                SmtpClient client = SmtpClient.connect(server.mx())) {
            client.send(conversation(sequence));
            client.shutdownOutput();
            requireNothingSmuggled(server.spool, client.untilClosed());
        }
    }

    private static void requireNothingSmuggled(TestSpool spool, String said) {
        assertEquals(1, said.split("250 2.1.0", -1).length - 1, said);
        if (spool.mails.isEmpty()) {
            assertTrue(said.endsWith("554 5.6.0 bare CR or LF (RFC 5321 section 2.3.8)\r\n"), said);
        } else {
            // The sequence was content, and so is what follows it.
            assertEquals(1, spool.mails.size());
            String content = new String(spool.mails.getFirst().raw(), StandardCharsets.ISO_8859_1);
            assertTrue(content.contains("RCPT TO:<agent@ours.test>"), content);
            assertFalse(said.contains("\r\n554 "), said);
        }
    }
}
