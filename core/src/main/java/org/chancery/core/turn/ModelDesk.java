package org.chancery.core.turn;

import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.chancery.core.access.Principal;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.turn.LanguageModel.Question;
import org.chancery.core.turn.LanguageModel.Reply;
import org.chancery.core.turn.LanguageModel.Usage;
import org.chancery.core.turn.UsageRepository.Day;
import org.chancery.core.tx.Transactions;
import org.jspecify.annotations.Nullable;

/** Where the model is asked: counts what it takes, and asks no more where a workspace's share for the day is used up. */
public final class ModelDesk {
    /** Where a model does not count its tokens: characters that make about one. */
    private static final int CHARACTERS_PER_TOKEN = 3;

    private final Transactions transactions;
    private final UsageRepository usage;
    private final @Nullable LanguageModel model;
    private final TokenShares shares;
    private final Clock clock;

    /**
     * @param model null where none is configured
     * @param shares of one workspace; questions under way at the limit are still answered
     */
    public ModelDesk(
            Transactions transactions,
            UsageRepository usage,
            @Nullable LanguageModel model,
            TokenShares shares,
            Clock clock) {
        this.transactions = transactions;
        this.usage = usage;
        this.model = model;
        this.shares = shares;
        this.clock = clock;
    }

    public boolean hasModel() {
        return model != null;
    }

    /** Asks for a workspace; outside of any transaction. */
    public Reply ask(WorkspaceId workspace, Purpose purpose, Question question) {
        LanguageModel asked = model;
        if (asked == null) {
            return new Reply.None("no model is configured", false, Usage.UNKNOWN);
        }
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        if (transactions.in(tx -> usage.day(tx, workspace, today)).tokens(purpose) >= shares.of(purpose)) {
            return new Reply.None(usedUp(purpose), false, Usage.UNKNOWN);
        }
        Reply reply = asked.ask(question);
        long input = tokens(
                reply.usage().input(),
                question.system().length() + question.user().length());
        long output = tokens(reply.usage().output(), said(reply));
        Day spent = new Day(
                today,
                1,
                reply instanceof Reply.None ? 1 : 0,
                input,
                output,
                purpose == Purpose.VIEW ? input + output : 0);
        transactions.run(tx -> usage.add(tx, workspace, spent));
        return reply;
    }

    private static String usedUp(Purpose purpose) {
        return switch (purpose) {
            case DECISION -> "the model's tokens for today's turns are used up";
            case VIEW -> "the model's tokens for today's summaries and suggestions are used up";
        };
    }

    private static long tokens(@Nullable Long counted, int characters) {
        return Optional.ofNullable(counted)
                .filter(count -> count >= 0)
                .orElse((long) characters / CHARACTERS_PER_TOKEN);
    }

    private static int said(Reply reply) {
        return switch (reply) {
            case Reply.None ignored -> 0;
            case Reply.Said said ->
                said.members().values().stream().mapToInt(String::length).sum();
        };
    }

    /** What the caller's workspace asked, by day, newest first. */
    public List<Day> usage(Principal by, int limit) {
        return transactions.in(tx -> usage.days(tx, by.workspace(), limit));
    }
}
