package org.chancery.testkit.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/**
 * Silences loggers for a test class that makes things fail on purpose, of which they rightly say a lot: what else a test run
 * prints is then worth reading. Registered as a static field:
 *
 * <pre>
 * &#64;RegisterExtension
 * static final Quiet QUIET = Quiet.of("org.chancery.storage");
 * </pre>
 */
public final class Quiet implements BeforeAllCallback, AfterAllCallback {
    private final List<String> names;

    private Quiet(List<String> names) {
        this.names = names;
    }

    /** Silences the loggers of those names and all below them. */
    public static Quiet of(String... names) {
        return new Quiet(List.of(names));
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        names.forEach(name -> logger(name).setLevel(Level.OFF));
    }

    @Override
    public void afterAll(ExtensionContext context) {
        // As the level above it says.
        names.forEach(name -> logger(name).setLevel(null));
    }

    private static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name);
    }
}
