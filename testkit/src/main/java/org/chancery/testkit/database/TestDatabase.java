package org.chancery.testkit.database;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** How a test gets into an empty database of its own. */
public record TestDatabase(String url, String user, String password) {
    private static final AtomicInteger IN_MEMORY = new AtomicInteger();

    /** H2 in memory; gone when it is shut down or the JVM ends. */
    public static TestDatabase h2InMemory() {
        return new TestDatabase("jdbc:h2:mem:test" + IN_MEMORY.incrementAndGet(), "sa", "");
    }

    /** H2 in a file of the directory. */
    public static TestDatabase h2In(Path directory) {
        return new TestDatabase("jdbc:h2:file:" + directory.resolve("test").toAbsolutePath(), "sa", "");
    }

    /** On the PostgreSQL that all tests of the JVM share. */
    public static TestDatabase postgres() {
        return PostgresServer.shared().newDatabase();
    }
}
