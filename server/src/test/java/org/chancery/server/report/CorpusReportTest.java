package org.chancery.server.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusReportTest {
    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void makeCorpus() throws IOException {
        Files.createDirectories(folder.resolve("home/docs"));
        write(
                "corpus/mail/reply.txt",
                "Approved.\n\nOn 5 Mar 2024, at 09:15, Bob <bob@example.com> wrote:\n> May I?\n");
        write("corpus/mail/long.txt", "Not like this.\n\n> May I?\n");
        write(
                "corpus/ground_truth/reply_extraction.dev.jsonl",
                "{\"id\": \"r-1\", \"set\": \"ours\", \"input\": \"mail/reply.txt\", \"input_kind\": \"text\", \"expected\": \"Approved.\","
                        + " \"signature\": \"stripped\", \"match\": \"ws\"}\n"
                        + "{\"id\": \"r-2\", \"set\": \"theirs\", \"input\": \"mail/long.txt\", \"input_kind\": \"text\", \"expected\": \"Like this.\","
                        + " \"signature\": \"stripped\", \"match\": \"ws\"}\n");
    }

    @Test
    void figures_are_printed_for_each_file_of_expected_results() throws IOException {
        write(
                "corpus/ground_truth/reply_extraction.held-out.jsonl",
                "{\"id\": \"r-3\", \"set\": \"ours\", \"input\": \"mail/reply.txt\", \"input_kind\": \"text\","
                        + " \"match\": \"contains_regex\", \"must_match\": [\"App.*d\"]}\n");
        assertEquals(0, run());
        assertRow("reply_extraction.dev (2 items)");
        assertRow("exact 0.500 1/2 new");
        assertRow("leak 0.500 1/2 new");
        assertRow("reply_extraction.held-out (1 items)");
        assertRow("exact 1.000 1/1 new");
    }

    @Test
    void every_capability_is_measured() throws IOException {
        write(
                "corpus/mail/away.eml",
                "From: jane@example.com\nAuto-Submitted: auto-replied\nSubject: Away\n\nI am away.\n");
        write(
                "corpus/mail/bounce.eml",
                "From: MAILER-DAEMON@example.net\nSubject: failure notice\n\nI wasn't able to deliver your message.\n\n"
                        + "<bob@example.org>:\n550 5.1.1 User unknown\n");
        write(
                "corpus/mail/forward.txt",
                "See below.\n\n---------- Forwarded message ---------\nFrom: Bob <bob@example.com>\nSubject: Fence\n\nBroken.\n");
        truth(
                "signature",
                "\"input\": \"mail/reply.txt\", \"expected_text\": \"Approved.\", \"expected_signature\": \"\"");
        truth(
                "forward",
                "\"input\": \"mail/forward.txt\", \"is_forward\": true, \"message\": \"See below.\", \"forwarded_from\": \"bob@example.com\","
                        + " \"forwarded_subject\": \"Fence\"");
        truth("auto_reply", "\"input\": \"mail/away.eml\", \"label\": \"auto_reply\"");
        truth(
                "bounce",
                "\"input\": \"mail/bounce.eml\", \"bounce_class\": \"hard\", \"expected\": [], \"recipients\": [\"bob@example.org\"]");
        truth(
                "mime_parse",
                "\"input\": \"mail/away.eml\", \"subject\": \"Away\", \"from\": [\"jane@example.com\"], \"attachments\": []");
        truth(
                "spf",
                "\"helo\": \"h.example\", \"ip\": \"192.0.2.1\", \"mailfrom\": \"a@d.example\", \"expected\": [\"fail\"],"
                        + " \"explanation\": \"No.\", \"zonedata\": {\"d.example\": [{\"SPF\": \"v=spf1 exp=e.example -all\"}],"
                        + " \"e.example\": [{\"TXT\": [\"N\", \"o.\"]}], \"away.example\": [\"TIMEOUT\"]}");
        write("corpus/keys.txt", "# keys\ns._domainkey.d.example  p=\n");
        truth("dkim", "\"input\": \"mail/away.eml\", \"expected\": \"no_dkim_signature\", \"dns\": \"keys.txt\"");
        truth(
                "arc",
                "\"message\": \"From: a@d.example\\n\\nHello\\n\", \"cv\": \"None\", \"txt_records\": {\"x\": \"p=\"}");
        truth("phrases", "\"text\": \"yes\", \"label\": \"approve\"");
        assertEquals(0, run());
        for (String row : List.of(
                "text 1.000 1/1 new",
                "f1 1.000 2/2 new",
                "sender 1.000 1/1 new",
                "message 1.000 1/1 new",
                "recall auto_reply 1.000 1/1 new",
                "hard precision 1.000 1/1 new",
                "recipients 1.000 1/1 new",
                "attachments 1.000 1/1 new",
                "explanation 1.000 1/1 new",
                "unsigned known 1.000 1/1 new",
                "accuracy 1.000 1/1 new",
                "not measured: phrases.dev.jsonl")) {
            assertRow(row);
        }
    }

    @Test
    void changes_against_the_committed_figures_are_shown() throws IOException {
        assertEquals(0, run("--write"));
        out.reset();
        assertEquals(0, run());
        assertRow("exact 0.500 1/2 =");
        write("corpus/mail/long.txt", "Like this.\n");
        out.reset();
        assertEquals(0, run());
        assertRow("exact 1.000 2/2 +0.500 (was 1/2)");
        assertRow("leak 0.000 0/2 -0.500 (was 1/2)");
    }

    @Test
    void the_figures_are_written_as_json_too() throws IOException {
        Path json = folder.resolve("figures.json");
        assertEquals(0, run("--json", json.toString()));
        JsonNode section =
                new ObjectMapper().readTree(json.toFile()).path("measured").path(0);
        assertEquals("reply_extraction", section.path("capability").asText());
        assertEquals("dev", section.path("split").asText());
        assertEquals(0.5, section.path("figures").path("exact").path("value").asDouble());
        assertEquals(2, section.path("figures").path("exact").path("of").asInt());
        assertTrue(section.path("missed").has("r-2"));
    }

    @Test
    void a_corpus_that_is_not_there_is_told() throws IOException {
        assertEquals(66, run(folder.resolve("nowhere").toString()));
        assertTrue(err().contains("CHANCERY_CORPUS"), err());
    }

    @Test
    void what_cannot_be_read_is_told_and_the_rest_is_measured() throws IOException {
        String readable = Files.readString(folder.resolve("corpus/ground_truth/reply_extraction.dev.jsonl"));
        write(
                "corpus/ground_truth/reply_extraction.dev.jsonl",
                "no json\n\n[1]\n{\"id\": \"r-0\", \"input\": \"mail/missing.txt\"}\n" + readable);
        assertEquals(65, run());
        assertRow("exact 0.500 1/2 new");
        assertTrue(err().contains("reply_extraction.dev.jsonl:1: no JSON"), err());
        assertTrue(err().contains("reply_extraction.dev.jsonl:3: no JSON object"), err());
        assertTrue(err().contains("reply_extraction.dev.jsonl:4: java.nio.file.NoSuchFileException"), err());
    }

    @Test
    void unknown_words_are_refused() throws IOException {
        assertEquals(64, run("--jsn"));
        assertEquals(64, run("--json"));
        assertTrue(err().contains("usage: corpus-report"), err());
    }

    /** The goals, on the corpus beside the project: who falls below one has made something worse. */
    @Test
    void the_goals_are_reached_on_the_corpus() throws IOException {
        String variable = System.getenv("CHANCERY_CORPUS");
        Path checkout = Path.of(System.getProperty("chancery.home", "..")).toAbsolutePath();
        Path corpus = variable == null ? checkout.resolve("../shared/corpus").normalize() : Path.of(variable);
        Assumptions.assumeTrue(
                Files.isDirectory(corpus.resolve("ground_truth")), "no corpus: set CHANCERY_CORPUS to one");
        Path json = folder.resolve("figures.json");
        assertEquals(0, run(corpus.toString(), "--json", json.toString()));
        JsonNode measured = new ObjectMapper().readTree(json.toFile()).path("measured");
        assertTrue(value(measured, "reply_extraction", "exact") >= 0.80);
        assertTrue(value(measured, "reply_extraction", "leak") <= 0.08);
        assertEquals(1.0, value(measured, "reply_extraction", "human"));
        assertTrue(value(measured, "forward", "f1") >= 0.97);
        assertEquals(1.0, value(measured, "forward", "human"));
        assertEquals(1.0, value(measured, "auto_reply", "recall human"));
        assertEquals(1.0, value(measured, "auto_reply", "recall auto_reply"));
        assertTrue(value(measured, "bounce", "recall") >= 0.98);
        assertTrue(value(measured, "mime_parse", "subject") >= 0.98);
        assertTrue(value(measured, "mime_parse", "from") >= 0.98);
        assertTrue(value(measured, "mime_parse", "attachments") >= 0.90);
        measured.forEach(section -> assertEquals(
                0,
                section.path("figures").path("crashes").path("passed").asInt(),
                section.path("capability").asText()));
    }

    private static double value(JsonNode measured, String capability, String figure) {
        for (JsonNode section : measured) {
            if (section.path("capability").asText().equals(capability)) {
                return section.path("figures").path(figure).path("value").asDouble();
            }
        }
        throw new AssertionError("not measured: " + capability);
    }

    private int run(String... words) throws IOException {
        boolean place = words.length > 0 && !words[0].startsWith("--");
        String corpus = place ? words[0] : folder.resolve("corpus").toString();
        return run(corpus, List.of(words).subList(place ? 1 : 0, words.length));
    }

    private int run(@Nullable String corpus, List<String> words) throws IOException {
        PrintStream printed = new PrintStream(out, true, StandardCharsets.UTF_8);
        PrintStream told = new PrintStream(err, true, StandardCharsets.UTF_8);
        return new CorpusReport(folder.resolve("home"), printed, told).run(words, corpus);
    }

    private void assertRow(String row) {
        String printed = out.toString(StandardCharsets.UTF_8);
        assertTrue(
                printed.lines()
                        .map(line -> line.strip().replaceAll("\\s+", " "))
                        .anyMatch(line -> line.equals(row)),
                () -> row + " is not in\n" + printed);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private void truth(String capability, String fields) throws IOException {
        write(
                "corpus/ground_truth/" + capability + ".dev.jsonl",
                "{\"id\": \"" + capability + "-1\", \"set\": \"ours\", " + fields + "}\n");
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.writeString(file, text);
    }
}
