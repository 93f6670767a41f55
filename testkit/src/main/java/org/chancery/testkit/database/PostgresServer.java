package org.chancery.testkit.database;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL that runs for tests: started at first use, stopped when the JVM ends. It can be stopped and started on the
 * way; data and port stay the same. Tests that stop the shared one start it again.
 *
 * <p>Its commits are durable, as ours require. So that they are quick nevertheless, the data live in memory where the
 * system has a place for it.
 */
public final class PostgresServer {
    private static final String USER = "postgres";
    private static final Path MEMORY = Path.of("/dev/shm");
    private static final long ROOM_NEEDED = 1L << 30;

    private final AtomicInteger databases = new AtomicInteger();
    private final Path data;
    private int port;
    private @Nullable EmbeddedPostgres running;

    private PostgresServer(Path data) {
        this.data = data;
    }

    /** The one of this JVM. */
    public static PostgresServer shared() {
        return Shared.SERVER;
    }

    private static final class Shared {
        static final PostgresServer SERVER = create();

        private static PostgresServer create() {
            PostgresServer server = new PostgresServer(newDirectory());
            Runtime.getRuntime().addShutdownHook(new Thread(server::remove, "stop-postgres"));
            server.start();
            return server;
        }
    }

    /** A new, empty database. */
    public TestDatabase newDatabase() {
        String name = "test" + databases.incrementAndGet();
        execute("CREATE DATABASE " + name);
        return new TestDatabase("jdbc:postgresql://localhost:" + port + "/" + name, USER, "");
    }

    /** Runs a statement as the superuser in the server's own database. */
    public void execute(String sql) {
        EmbeddedPostgres server = running;
        if (server == null) {
            throw new IllegalStateException("the test's PostgreSQL is stopped");
        }
        try (var connection = server.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException("the test's PostgreSQL refuses: " + sql, e);
        }
    }

    /** Starts it, on the port that it had before. */
    public synchronized void start() {
        if (running != null) {
            return;
        }
        try {
            running = EmbeddedPostgres.builder()
                    .setDataDirectory(data)
                    .setCleanDataDirectory(false)
                    .setPort(port)
                    .setRegisterShutdownHook(false)
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .start();
            port = running.getPort();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start PostgreSQL for tests", e);
        }
    }

    /** Stops it at once: every connection breaks. */
    public synchronized void stop() {
        EmbeddedPostgres server = running;
        running = null;
        if (server != null) {
            try {
                server.close();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot stop PostgreSQL for tests", e);
            }
        }
    }

    private void remove() {
        stop();
        try (var files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + data, e);
        }
    }

    private static Path newDirectory() {
        try {
            boolean hasRoom =
                    Files.isWritable(MEMORY) && Files.getFileStore(MEMORY).getUsableSpace() > ROOM_NEEDED;
            return hasRoom
                    ? Files.createTempDirectory(MEMORY, "chancery-postgres")
                    : Files.createTempDirectory("chancery-postgres");
        } catch (IOException e) {
            throw new UncheckedIOException("no place for PostgreSQL's data", e);
        }
    }
}
