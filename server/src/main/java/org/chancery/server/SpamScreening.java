package org.chancery.server;

import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.chancery.core.id.SpoolId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.screening.BuiltInScorer;
import org.chancery.core.screening.LearnedMail;
import org.chancery.core.screening.LearnedMail.Window;
import org.chancery.core.screening.RawMail;
import org.chancery.core.screening.SpamLearning;
import org.chancery.core.screening.SpamScorer;
import org.chancery.core.screening.SpamScores;
import org.chancery.delivery.spam.RspamdConfig;
import org.chancery.delivery.spam.RspamdConfig.Learning;
import org.chancery.delivery.spam.RspamdLearning;
import org.chancery.delivery.spam.RspamdScorer;
import org.chancery.mailets.screening.SpamFigures;
import org.chancery.mailets.screening.SpamScore.Scoring;
import org.chancery.server.config.Configuration;
import org.chancery.server.config.Keys;
import org.chancery.storage.screening.JooqCorrespondence;
import org.chancery.storage.screening.JooqLessonRepository;
import org.chancery.storage.screening.JooqSpamScoreRepository;

/** Who scores mail, as the configuration says, and where people's lessons go. */
final class SpamScreening implements AutoCloseable {
    private final SpamFigures figures = new SpamFigures();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final SpamScores scores;
    private final SpamScorer scorer;
    private final SpamLearning learning;
    private LongSupplier away = () -> 0;

    private SpamScreening(Foundation base) {
        JooqLessonRepository lessons = new JooqLessonRepository();
        scores = new SpamScores(base.transactions, new JooqSpamScoreRepository());
        // Without an effect while Rspamd scores; but whoever takes it away again finds what was taught meanwhile.
        SpamLearning ours = new LearnedMail(base.transactions, lessons, Window.DEFAULT, base.clock);
        Optional<RspamdConfig> rspamd = rspamd(base.configuration);
        if (rspamd.isPresent()) {
            scorer = asking(rspamd.get(), base.clock);
            learning = telling(rspamd.get(), ours);
        } else {
            scorer = new BuiltInScorer(base.transactions, new JooqCorrespondence(), lessons);
            learning = ours;
        }
    }

    static SpamScreening over(Foundation base) {
        return new SpamScreening(base);
    }

    /** What the mailet needs. */
    Scoring scoring() {
        return new Scoring(scorer, scores::keep, figures);
    }

    SpamScores scores() {
        return scores;
    }

    /** Where accept and reject are told. */
    SpamLearning learning() {
        return learning;
    }

    void bind(MeterRegistry meters) {
        Metrics.bindSpam(meters, figures, away);
    }

    private static Optional<RspamdConfig> rspamd(Configuration configuration) {
        return configuration.get(Keys.SPAM_RSPAMD_URL).map(scan -> {
            Optional<URI> controller = configuration.get(Keys.SPAM_RSPAMD_LEARN_URL);
            String password = configuration.get(Keys.SPAM_RSPAMD_PASSWORD);
            return new RspamdConfig(
                    scan,
                    configuration.get(Keys.SPAM_WHEN_AWAY),
                    controller.map(url -> new Learning(url, password)).orElse(null),
                    RspamdConfig.Limits.DEFAULT);
        });
    }

    private SpamScorer asking(RspamdConfig config, Clock clock) {
        ScanLanes lanes = ScanLanes.named("rspamd", RspamdConfig.AT_ONCE);
        RspamdScorer rspamd = new RspamdScorer(config, lanes.lanes(), clock);
        opened.add(lanes);
        away = rspamd::failures;
        return rspamd;
    }

    private SpamLearning telling(RspamdConfig config, SpamLearning ours) {
        Learning controller = config.learning();
        if (controller == null) {
            return ours;
        }
        RspamdLearning rspamd = new RspamdLearning(controller, config.limits().mail());
        opened.add(rspamd);
        return new Both(ours, rspamd);
    }

    private record Both(SpamLearning first, SpamLearning second) implements SpamLearning {
        @Override
        public void learn(WorkspaceId workspace, SpoolId mail, Lesson lesson, RawMail raw) {
            first.learn(workspace, mail, lesson, raw);
            second.learn(workspace, mail, lesson, raw);
        }

        @Override
        public void forget(WorkspaceId workspace, SpoolId mail) {
            first.forget(workspace, mail);
            second.forget(workspace, mail);
        }
    }

    @Override
    public void close() {
        opened.forEach(part -> {
            try {
                part.close();
            } catch (Exception broken) {
                throw new IllegalStateException(part.getClass().getSimpleName() + " did not close", broken);
            }
        });
    }
}
