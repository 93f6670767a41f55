package org.chancery.storage;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.chancery.storage.h2.H2Url;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which databases are taken, and how H2's URL is completed. */
class DatabaseConfigTest {

    @TempDir
    private Path dir;

    @ParameterizedTest
    @ValueSource(
            strings = {"jdbc:h2:file:/var/x", "jdbc:h2:/var/x", "jdbc:h2:./x", "jdbc:h2:~/x", "jdbc:postgresql://db/x"})
    void files_and_postgresql_are_taken(String url) {
        assertDoesNotThrow(() -> config(url));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:mysql://db/x",
                "jdbc:h2:tcp://db/x",
                "jdbc:h2:ssl://db/x",
                "jdbc:h2:nio:/var/x",
                "jdbc:h2:nioMemFS:x",
                "jdbc:h2:zip:/x.zip!/x",
                "jdbc:h2:x"
            })
    void what_cannot_keep_mail_is_refused_by_name(String url) {
        Exception refusal = assertThrows(IllegalArgumentException.class, () -> config(url));
        assertTrue(refusal.toString().contains("database.url"), refusal.toString());
    }

    @Test
    void a_file_named_without_its_scheme_is_as_durable_as_one_with() {
        assertTrue(H2Url.complete("jdbc:h2:/var/x").startsWith("jdbc:h2:ordered:async:/var/x;"));
        assertTrue(H2Url.complete("jdbc:h2:file:/var/x").startsWith("jdbc:h2:ordered:async:/var/x;"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"write_delay=1", "auto_compact_fill_rate=90"})
    void what_h2_must_not_do_by_itself_cannot_be_set(String setting) {
        assertThrows(IllegalArgumentException.class, () -> H2Url.complete("jdbc:h2:file:/var/x;" + setting));
        assertTrue(H2Url.complete("jdbc:h2:file:/var/x").contains(";AUTO_COMPACT_FILL_RATE=0"));
    }

    @Test
    void h2_gives_no_result_a_second_time() throws SQLException {
        try (Connection connection = DriverManager.getConnection(H2Url.complete("jdbc:h2:mem:"), "sa", "")) {
            SessionLocal session =
                    (SessionLocal) connection.unwrap(JdbcConnection.class).getSession();
            assertFalse(session.getDatabase().getOptimizeReuseResults());
        }
    }

    @Test
    void what_h2_encrypts_itself_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> H2Url.complete("jdbc:h2:file:/var/x;cipher=aes"));
    }

    @Test
    void what_the_operator_sets_stays() {
        String url = H2Url.complete("jdbc:h2:file:/var/x;cache_size=77");
        assertTrue(url.contains(";cache_size=77") && !url.contains(";CACHE_SIZE"), url);
    }

    @Test
    void a_file_by_path_is_where_the_path_says() {
        Database.open(config("jdbc:h2:" + dir.resolve("mine"))).close();
        assertTrue(Files.exists(dir.resolve("mine.mv.db")));
    }

    private static DatabaseConfig config(String url) {
        return new DatabaseConfig(url, "sa", new DatabaseConfig.Password(""), 2);
    }
}
