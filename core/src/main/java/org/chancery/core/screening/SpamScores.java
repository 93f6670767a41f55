package org.chancery.core.screening;

import java.util.Map;
import java.util.Optional;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.SpoolId;
import org.chancery.core.tx.Transactions;

/** Keeps how each mail was scored at each endpoint, for those who ask afterwards why it came through. */
public final class SpamScores {
    private final Transactions transactions;
    private final SpamScoreRepository scores;

    public SpamScores(Transactions transactions, SpamScoreRepository scores) {
        this.transactions = transactions;
        this.scores = scores;
    }

    /** Keeps the scores of a mail; those of an earlier try are replaced. */
    public void keep(SpoolId mail, Map<EndpointId, SpamScore> found) {
        transactions.run(tx -> found.forEach((endpoint, score) -> scores.keep(tx, mail, endpoint, score)));
    }

    /** How the mail was scored at that endpoint; empty where it was not. */
    public Optional<SpamScore> of(SpoolId mail, EndpointId endpoint) {
        return transactions.in(tx -> scores.find(tx, mail, endpoint));
    }
}
