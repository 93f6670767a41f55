package org.chancery.server;

import java.time.Clock;
import java.util.Optional;
import org.chancery.core.endpoint.OwnNamesDirectory;
import org.chancery.core.screening.AnswerDesk;
import org.chancery.core.screening.AnswerPool;
import org.chancery.core.screening.WhenAway;
import org.chancery.delivery.antivirus.Clamd;
import org.chancery.delivery.antivirus.ClamdConfig;
import org.chancery.mailets.host.OurMailets;
import org.chancery.mailets.screening.ContentFigures;
import org.chancery.mailets.screening.ContentInspector;
import org.chancery.mailets.screening.HeavyMails;
import org.chancery.mailets.screening.InspectContent;
import org.chancery.mailets.screening.VirusScan;
import org.chancery.server.config.Configuration;
import org.chancery.server.config.Keys;

/** What looks into mail that came in, as it is configured. */
final class ContentScreening implements AutoCloseable {
    final ContentFigures figures = new ContentFigures();
    private final ScanLanes lanes = ScanLanes.named("clamd", ClamdConfig.AT_ONCE);
    private final AnswerPool heavyMails = new AnswerPool("content", HeavyMails.AT_ONCE);
    private final Optional<Clamd> clamd;
    private final ContentInspector inspector;

    private ContentScreening(Configuration configuration, OwnNamesDirectory ours, Clock clock) {
        clamd = configuration.get(Keys.ANTIVIRUS_CLAMD).map(ClamdConfig::of).map(Clamd::new);
        WhenAway whenAway = configuration.get(Keys.ANTIVIRUS_WHEN_AWAY);
        VirusScan scan = clamd.map(scanner -> VirusScan.by(scanner, whenAway, lanes.lanes(), clock))
                .orElse(VirusScan.NONE);
        inspector = new ContentInspector(ours::of, scan, new HeavyMails(heavyMails, AnswerDesk.Limits.DEFAULT, clock));
    }

    static ContentScreening of(Configuration configuration, OwnNamesDirectory ours, Clock clock) {
        return new ContentScreening(configuration, ours, clock);
    }

    /** The steps that stand in the pipeline. */
    OurMailets mailets() {
        return OurMailets.mailets(
                new OurMailets.Factory<>(InspectContent.class, () -> new InspectContent(inspector, figures)));
    }

    @Override
    public void close() {
        heavyMails.close();
        lanes.close();
        clamd.ifPresent(Clamd::close);
    }
}
