package org.chancery.core.screening;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.chancery.core.id.WorkspaceId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mail that wants the scorer to fail, to run away, or to forget itself. */
class HostileMailScoreTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String HEADER = "From: a@example.net\nTo: b@example.org\nSubject: x\n";

    static Stream<Arguments> bodies() {
        int size = 4 << 20;
        return Stream.of(
                Arguments.of("one word", "a".repeat(size)),
                Arguments.of("single letters", "v ".repeat(size / 2)),
                Arguments.of("separators", "v.".repeat(size / 2)),
                Arguments.of("links in text", "http://a.example/ ".repeat(size / 18)),
                Arguments.of("schemes without a link", "://".repeat(size / 3)),
                Arguments.of("at signs", "http://" + "@".repeat(size)),
                Arguments.of("beginnings of phrases", "make money make money fast make ".repeat(size / 32)),
                Arguments.of("digits", "$" + "1,".repeat(size / 2)),
                Arguments.of("characters without width", "\u200b".repeat(size / 3)),
                Arguments.of("marks without a letter", "\u0301".repeat(size / 2)),
                Arguments.of("half characters", "\ud83d ".repeat(size / 4)),
                Arguments.of("ideographs", "你好".repeat(size / 6)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bodies")
    void megabytes_of_text_are_scored_soon(String name, String body) {
        assertTimeoutPreemptively(
                SOON, () -> Scoring.of(HEADER + "Content-Type: text/plain; charset=utf-8\n\n" + body));
    }

    static Stream<Arguments> pages() {
        int size = 2 << 20;
        return Stream.of(
                Arguments.of("links", "<a href=\"http://h.example/\">x</a>".repeat(size / 34)),
                Arguments.of("hosts", links(20_000)),
                Arguments.of("depth", "<div style=\"color:red\">".repeat(size / 23)),
                Arguments.of("style", "<p style=\"" + "color:red;font-size:".repeat(size / 20) + "\">x</p>"),
                Arguments.of("pixels", "<img src=\"http://h.example/\" width=\"1\">".repeat(size / 40)),
                Arguments.of("open tags", "<".repeat(size)),
                Arguments.of("address", "<a href=\"http://" + "@".repeat(size) + "\">x</a>"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pages")
    void megabytes_of_html_are_scored_soon(String name, String html) {
        assertTimeoutPreemptively(SOON, () -> Scoring.of(HEADER + "Content-Type: text/html; charset=utf-8\n\n" + html));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void random_octets_are_scored(long seed) {
        Random random = new Random(seed);
        byte[] noise = new byte[200_000];
        random.nextBytes(noise);
        byte[] header = (HEADER + "Content-Type: text/html\n\n").getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(header, 0, noise, 0, seed % 2 == 0 ? header.length : 0);

        assertTrue(Double.isFinite(Scoring.of(noise, Scoring.UNPROVEN).score()));
    }

    @Test
    void a_thousand_addresses_and_ids_are_scored() {
        String many = "From: " + "a@example.net, ".repeat(900) + "\nTo: " + "b@example.org, ".repeat(900)
                + "\nReferences: " + "<x@example.net> ".repeat(900) + "\nReceived: ; ; ;\n".repeat(900) + "\nbody";

        assertTimeoutPreemptively(SOON, () -> Scoring.of(many));
    }

    @Test
    void what_is_learned_of_a_mail_is_bounded() {
        StringBuilder words = new StringBuilder();
        for (int i = 0; i < 200_000; i++) {
            words.append("word").append(Integer.toString(i, 36)).append(' ');
        }
        SpamFacts facts = Scoring.facts((HEADER + "\n" + words).getBytes(StandardCharsets.UTF_8), Scoring.UNPROVEN);

        Map<Long, String> tokens =
                MailTokens.of(facts.header(), facts.content()).hashed(WorkspaceId.at(Scoring.ARRIVED));

        assertTrue(tokens.size() <= MailTokens.MAX_TOKENS);
    }

    private static String links(int count) {
        StringBuilder links = new StringBuilder();
        for (int i = 0; i < count; i++) {
            links.append("<a href=\"http://h").append(i).append(".example/\">x</a>");
        }
        return links.toString();
    }
}
