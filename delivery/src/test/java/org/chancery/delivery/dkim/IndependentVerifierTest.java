package org.chancery.delivery.dkim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody else's verifier says of our signatures: Debian's python3-dkim with python3-nacl. Skipped where they are not. */
class IndependentVerifierTest {
    private static final Path SCRIPT = Path.of("src", "test", "resources", "dkim", "verify.py");

    private final TestKeys keys = new TestKeys();

    /** Debian's own, and one that stands before it in the path. */
    private static final List<String> PYTHONS = List.of("/usr/bin/python3", "python3");

    private String python = "";

    @BeforeEach
    void findPython() throws InterruptedException {
        for (String candidate : PYTHONS) {
            if (python.isEmpty() && hasPackages(candidate)) {
                python = candidate;
            }
        }
        assumeTrue(!python.isEmpty(), "python3-dkim and python3-nacl are not installed: nobody else was asked");
    }

    private static boolean hasPackages(String candidate) throws InterruptedException {
        try {
            return new ProcessBuilder(candidate, "-c", "import dkim, nacl")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException noPython) {
            return false;
        }
    }

    @Test
    void both_signatures_of_every_mail_pass(@TempDir Path directory) throws IOException, InterruptedException {
        Map<String, byte[]> mails = HardMails.all();
        for (Map.Entry<String, byte[]> mail : mails.entrySet()) {
            Files.write(directory.resolve(mail.getKey() + ".eml"), keys.signed(mail.getValue()));
        }
        Map<String, String> expected = new TreeMap<>();
        mails.keySet().forEach(name -> expected.put(name + ".eml", "pass pass"));
        assertEquals(expected, verdicts(directory));
    }

    @Test
    void nothing_that_is_covered_can_be_changed_or_added(@TempDir Path directory)
            throws IOException, InterruptedException {
        String mail = new String(keys.signed(HardMails.named("everything")), StandardCharsets.UTF_8);
        int signaturesEnd = mail.indexOf("From: Ann");
        List<String> additions = List.of(
                "From: eve@sender.test",
                "Subject: other",
                "Reply-To: eve@example.com",
                "Cc: eve@example.com",
                "Content-Type: text/html",
                "List-Unsubscribe: <https://evil.test/>");
        Map<String, String> expected = new TreeMap<>();
        for (int i = 0; i < additions.size(); i++) {
            String changed =
                    mail.substring(0, signaturesEnd) + additions.get(i) + "\r\n" + mail.substring(signaturesEnd);
            Files.writeString(directory.resolve("added-" + i + ".eml"), changed);
            expected.put("added-" + i + ".eml", "fail fail");
        }
        Files.writeString(directory.resolve("body.eml"), mail + "One more line.\r\n");
        expected.put("body.eml", "ValidationError ValidationError");
        Files.writeString(directory.resolve("changed.eml"), mail.replace("desk@", "dusk@"));
        expected.put("changed.eml", "fail fail");
        assertEquals(expected, verdicts(directory));
    }

    private Map<String, String> verdicts(Path directory) throws IOException, InterruptedException {
        Files.writeString(
                directory.resolve("keys.txt"),
                keys.records().stream()
                        .map(record -> record.name() + " " + record.text())
                        .collect(Collectors.joining("\n", "", "\n")));
        Process verifier = new ProcessBuilder(python, SCRIPT.toString(), directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(verifier.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, verifier.waitFor(), said);
        return said.lines()
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.indexOf(' ')),
                        line -> line.substring(line.indexOf(' ') + 1),
                        (one, other) -> one,
                        TreeMap::new));
    }
}
