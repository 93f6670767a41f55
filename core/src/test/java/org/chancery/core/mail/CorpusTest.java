package org.chancery.core.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Reads the mail that others gathered, and does not fall below what was reached once. The bounds are that, less a
 * mail or two: who makes it better raises them.
 */
class CorpusTest {
    private static final ReversePath SOMEBODY = ReversePath.of(EmailAddress.of("somebody@example.com"));

    private final Optional<CorpusFiles> found = CorpusFiles.find();

    @BeforeEach
    void skipWithoutCorpus() {
        Assumptions.assumeTrue(
                found.isPresent(), "no corpus: neither CHANCERY_CORPUS nor ../shared/corpus leads to one");
    }

    private CorpusFiles corpus() {
        return found.orElseThrow();
    }

    @Test
    void every_file_is_read() throws IOException {
        for (Path file : corpus().all()) {
            byte[] raw = Files.readAllBytes(file);
            MessageHeader header = MessageReader.header(new ByteArrayInputStream(raw));
            MailClassifier.judge(header, SOMEBODY);
            MessageContent content = MessageReader.content(new ByteArrayInputStream(raw));
            NewestText.of(content.text());
            NewestText.of(new String(raw, StandardCharsets.UTF_8));
        }
    }

    @Test
    void subjects_are_read() throws IOException {
        atLeast(0.98, "mime_parse", has("subject"), item -> {
            String expected =
                    item.get("subject") == null ? "" : text(item, "subject").strip();
            return expected.equals(header(item).subject());
        });
    }

    @Test
    void originators_are_read() throws IOException {
        atLeast(0.99, "mime_parse", has("from"), item -> {
            Object expected = Objects.requireNonNullElse(item.get("from"), List.of());
            return expected.equals(
                    header(item).from().stream().map(Mailbox::address).toList());
        });
    }

    @Test
    void attachments_are_found() throws IOException {
        atLeast(0.90, "mime_parse", has("attachments"), item -> {
            List<String> expected = list(item.get("attachments")).stream()
                    .map(one -> ((Map<?, ?>) one).get("filename") + " " + ((Map<?, ?>) one).get("type"))
                    .toList();
            return expected.equals(content(item).attachments().stream()
                    .map(one -> one.filename() + " " + one.contentType())
                    .toList());
        });
    }

    @Test
    void automatic_mail_is_told_from_human() throws IOException {
        atLeast(0.98, "auto_reply", item -> true, item -> {
            Classification found = MailClassifier.classify(header(item), SOMEBODY);
            return switch (text(item, "label")) {
                case "human" -> found == Classification.HUMAN;
                case "auto_reply" -> found == Classification.AUTO_REPLY;
                case "feedback_report" -> found == Classification.COMPLAINT;
                default -> found == Classification.BOUNCE;
            };
        });
    }

    @Test
    void no_answer_of_a_person_is_taken_for_automatic() throws IOException {
        atLeast(
                1.0,
                "reply_extraction",
                item -> text(item, "input_kind").equals("eml"),
                item -> MailClassifier.classify(header(item), SOMEBODY) == Classification.HUMAN);
    }

    @Test
    void new_text_is_found() throws IOException {
        atLeast(0.94, "reply_extraction", item -> true, item -> {
            String found = newest(item);
            String expected = (String) item.get("expected");
            return switch (text(item, "match")) {
                case "contains_regex" ->
                    list(item.get("must_match")).stream()
                            .allMatch(regex -> Pattern.compile(String.valueOf(regex))
                                    .matcher(found)
                                    .find());
                case "nows" ->
                    found.replaceAll("\\s", "").equals(text(item, "expected").replaceAll("\\s", ""));
                default -> words(found).equals(words(Objects.requireNonNull(expected)));
            };
        });
    }

    @Test
    void no_quoted_text_gets_through() throws IOException {
        atLeast(0.98, "reply_extraction", has("expected"), item -> {
            String expected = Objects.toString(item.get("expected"), null);
            if (expected == null) {
                return true;
            }
            String letters = expected.replaceAll("\\s", "");
            return newest(item).lines().allMatch(line -> letters.contains(line.replaceAll("\\s", "")));
        });
    }

    private interface Check {
        boolean passes(Map<String, @Nullable Object> item) throws IOException;
    }

    private void atLeast(double bound, String truth, Predicate<Map<String, @Nullable Object>> counts, Check check)
            throws IOException {
        int all = 0;
        int passed = 0;
        for (Map<String, @Nullable Object> item : corpus().truth(truth)) {
            if (counts.test(item)) {
                all++;
                passed += check.passes(item) ? 1 : 0;
            }
        }
        assertTrue(all > 0 && passed >= bound * all, passed + " of " + all + " in " + truth + ", less than " + bound);
    }

    private static Predicate<Map<String, @Nullable Object>> has(String key) {
        return item -> item.containsKey(key);
    }

    private MessageHeader header(Map<String, @Nullable Object> item) throws IOException {
        return MessageReader.header(new ByteArrayInputStream(corpus().read(item.get("input"))));
    }

    private MessageContent content(Map<String, @Nullable Object> item) throws IOException {
        return MessageReader.content(new ByteArrayInputStream(corpus().read(item.get("input"))));
    }

    private String newest(Map<String, @Nullable Object> item) throws IOException {
        String file = new String(corpus().read(item.get("input")), StandardCharsets.UTF_8);
        String text = switch (text(item, "input_kind")) {
            case "eml" -> content(item).text();
            case "html" -> HtmlText.of(file, MessageReader.MAX_TEXT);
            default -> BodyText.clean(file);
        };
        return "kept".equals(item.get("signature")) ? NewestText.withSignature(text) : NewestText.of(text);
    }

    private static List<?> list(@Nullable Object value) {
        return value instanceof List<?> list ? list : List.of();
    }

    private static String text(Map<String, @Nullable Object> item, String key) {
        return String.valueOf(item.get(key));
    }

    private static String words(String text) {
        return text.strip().replaceAll("\\s+", " ");
    }

    @Test
    void the_reader_of_the_records_reads_them() throws IOException {
        assertEquals("mime_parse-00000", corpus().truth("mime_parse").getFirst().get("id"));
    }
}
