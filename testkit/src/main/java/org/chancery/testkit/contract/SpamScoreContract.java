package org.chancery.testkit.contract;

import static org.chancery.testkit.contract.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.SpoolId;
import org.chancery.core.screening.Signal;
import org.chancery.core.screening.SpamScore;
import org.chancery.core.screening.SpamScoreRepository;
import org.junit.jupiter.api.Test;

/** What a {@link SpamScoreRepository} has to do. */
public interface SpamScoreContract {
    SpamScore SCORE = SpamScore.of(List.of(
            new Signal("bayes", 3.21, "like mail that was rejected: \"größer\", \"\uD83D\uDE00\""),
            new Signal("R_SPF_ALLOW", -0.2, "")));

    Store store();

    private void keep(SpoolId mail, EndpointId endpoint, SpamScore score) {
        store().transactions().run(tx -> store().spamScores().keep(tx, mail, endpoint, score));
    }

    private Optional<SpamScore> find(SpoolId mail, EndpointId endpoint) {
        return store().transactions().in(tx -> store().spamScores().find(tx, mail, endpoint));
    }

    @Test
    default void a_score_is_found_with_its_signals_where_the_mail_was_scored() {
        SpoolId mail = SpoolId.at(NOW);
        EndpointId endpoint = EndpointId.at(NOW);
        keep(mail, endpoint, SCORE);

        assertEquals(Optional.of(SCORE), find(mail, endpoint));
        assertEquals(Optional.empty(), find(mail, EndpointId.at(NOW)));
        assertEquals(Optional.empty(), find(SpoolId.at(NOW), endpoint));
    }

    @Test
    default void a_second_try_replaces_the_first() {
        SpoolId mail = SpoolId.at(NOW);
        EndpointId endpoint = EndpointId.at(NOW);
        keep(mail, endpoint, SpamScore.unknown("the scorer was away"));
        keep(mail, endpoint, SCORE);

        assertEquals(Optional.of(SCORE), find(mail, endpoint));
    }

    @Test
    default void a_score_that_nobody_knows_stays_unknown() {
        SpoolId mail = SpoolId.at(NOW);
        EndpointId endpoint = EndpointId.at(NOW);
        SpamScore unknown = SpamScore.unknown("the scorer is away");
        keep(mail, endpoint, unknown);

        assertEquals(Optional.of(unknown), find(mail, endpoint));
    }

    @Test
    default void of_very_many_signals_the_heaviest_are_kept() {
        List<Signal> signals = new ArrayList<>();
        for (int i = 1; i <= 500; i++) {
            signals.add(new Signal("SYMBOL_" + i, i / 100.0, "x".repeat(Signal.MAX_DETAIL)));
        }
        SpoolId mail = SpoolId.at(NOW);
        EndpointId endpoint = EndpointId.at(NOW);
        keep(mail, endpoint, SpamScore.of(signals));

        SpamScore kept = find(mail, endpoint).orElseThrow();
        assertEquals(SpamScore.of(signals).score(), kept.score());
        assertEquals(SpamScoreRepository.MAX_SIGNALS, kept.signals().size());
        assertEquals("SYMBOL_500", kept.signals().getFirst().name());
    }
}
