package org.chancery.core.screening;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.screening.LessonRepository.Counts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BayesTest {
    private final Map<Long, String> tokens = new HashMap<>();
    private final Map<Long, Counts> met = new HashMap<>();

    private BayesTest token(String token, int ham, int spam) {
        long hash = token.hashCode();
        tokens.put(hash, token);
        met.put(hash, new Counts(ham, spam));
        return this;
    }

    private Optional<Signal> judge(int ham, int spam) {
        return Bayes.judge(tokens, met, new Counts(ham, spam));
    }

    @ParameterizedTest
    @CsvSource({
        // lessons of ham and spam; the score of a mail that is all spam
        "4, 100, 0.0",
        "100, 4, 0.0",
        "5, 100, 1.0",
        "10, 10, 2.0",
        "20, 20, 4.0",
        "1000, 1000, 4.0"
    })
    void the_weight_grows_with_the_lessons_and_has_an_end(int ham, int spam, double most) {
        for (int i = 0; i < 40; i++) {
            token("pill" + i, 0, spam);
        }

        double score = judge(ham, spam).map(Signal::score).orElse(0.0);

        assertEquals(most, score, 0.01);
    }

    @Test
    void what_was_only_accepted_speaks_for_a_mail() {
        for (int i = 0; i < 40; i++) {
            token("garden" + i, 30, 0);
        }

        Signal signal = judge(30, 30).orElseThrow();

        assertEquals("bayes", signal.name());
        assertEquals(SpamSign.BAYES_HAM.weight(), signal.score(), 0.01);
    }

    @Test
    void a_mail_with_strong_signs_of_both_says_nothing() {
        for (int i = 0; i < 20; i++) {
            token("garden" + i, 30, 0).token("pill" + i, 0, 30);
        }

        assertEquals(Optional.empty(), judge(30, 30));
    }

    @Test
    void what_stands_in_all_mail_or_was_never_met_says_nothing() {
        token("the", 30, 30);
        tokens.put(1L, "never");

        assertEquals(Optional.empty(), judge(30, 30));
    }

    @Test
    void a_few_words_say_nothing() {
        token("rare", 0, 30).token("seldom", 0, 30).token("scarce", 0, 30);

        assertEquals(Optional.empty(), judge(50, 50));
    }

    @Test
    void the_strongest_words_are_named_and_how_much_was_learned() {
        token("viagra", 0, 30)
                .token("subject:pills", 0, 29)
                .token("hello", 3, 20)
                .token("garden", 4, 0);

        String detail = judge(25, 30).orElseThrow().detail();

        assertTrue(detail.contains("\"viagra\", \"subject:pills\""), detail);
        assertTrue(detail.contains("25 accepted and 30 rejected"), detail);
        assertFalse(detail.contains("garden"), detail);
    }

    @Test
    void counts_that_an_update_left_odd_do_no_harm() {
        token("odd", -1, 0).token("zero", 0, 0).token("more", 0, 100);

        judge(10, 10).ifPresent(signal -> assertTrue(Double.isFinite(signal.score())));
    }

    @Test
    void a_workspace_has_hashes_of_its_own() {
        MailTokens mail = new MailTokens(Set.of("from:ana@example.net"), Set.of("garden", "fence"));
        WorkspaceId one = WorkspaceId.at(Scoring.ARRIVED);
        WorkspaceId other = WorkspaceId.at(Scoring.ARRIVED);

        assertEquals(mail.hashed(one), mail.hashed(one));
        assertNotEquals(mail.hashed(one).keySet(), mail.hashed(other).keySet());
    }

    @Test
    void words_sender_links_and_files_are_learned() {
        String mail = """
                From: Ana <Ana@Example.net>
                Subject: Größe 42
                X-Mailer: Mulberry 4
                Content-Type: text/html; charset=utf-8

                <p>Schöne Gärten, 你好吗</p><a href="https://www.garten.example/a?b">hier</a>
                """;
        SpamFacts facts = Scoring.facts(mail.getBytes(StandardCharsets.UTF_8), Scoring.UNPROVEN);

        MailTokens tokensOfMail = MailTokens.of(facts.header(), facts.content());

        assertEquals(
                Set.of("from:ana@example.net", "from:example.net", "mailer:mulberry", "link:www.garten.example"),
                tokensOfMail.marks());
        assertTrue(
                tokensOfMail.words().containsAll(Set.of("subject:große", "schone", "garten", "hier", "你好", "好吗")),
                () -> tokensOfMail.words().toString());
        assertFalse(tokensOfMail.words().contains("subject:42"));
    }
}
