package org.chancery.testkit.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** Hears what loggers say from INFO on, and keeps it from the test's output, until it is closed. */
public final class HeardLog implements AutoCloseable {
    private final List<Logger> loggers;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> ear = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getLevel() + " " + event.getFormattedMessage());
        }
    };

    private HeardLog(List<Logger> loggers) {
        this.loggers = loggers;
        ear.start();
        loggers.forEach(logger -> {
            logger.addAppender(ear);
            logger.setLevel(Level.INFO);
            logger.setAdditive(false);
        });
    }

    /** Listens to the loggers of those names and all below them. */
    public static HeardLog of(String... names) {
        return new HeardLog(Arrays.stream(names)
                .map(LoggerFactory::getLogger)
                .map(Logger.class::cast)
                .toList());
    }

    /** What was said so far that begins so, such as {@code WARN refused}, and contains all of that, in order. */
    public List<String> lines(String beginning, String... parts) {
        return lines.stream()
                .filter(line ->
                        line.startsWith(beginning) && Arrays.stream(parts).allMatch(line::contains))
                .toList();
    }

    @Override
    public void close() {
        loggers.forEach(logger -> {
            logger.detachAppender(ear);
            // As the logger above it says.
            logger.setLevel(null);
            logger.setAdditive(true);
        });
    }
}
