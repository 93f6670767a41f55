package org.chancery.server.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.chancery.core.spool.SpoolClaims;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminSocketTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @TempDir
    private Path directory;

    /** Commands of a server whose parts fail at whatever they are asked. */
    @SuppressWarnings("NullAway")
    private static AdminCommands failing() {
        SpoolClaims spool = (SpoolClaims) Proxy.newProxyInstance(
                SpoolClaims.class.getClassLoader(), new Class<?>[] {SpoolClaims.class}, (proxy, method, arguments) -> {
                    throw new IllegalStateException("nobody thought of this");
                });
        return new AdminCommands(null, null, null, null, spool, Clock.systemUTC());
    }

    @Test
    void a_command_that_fails_is_answered_with_what_went_wrong() throws IOException, InterruptedException {
        AdminSocket socket = AdminSocket.open(directory, failing(), LONG);
        assertEquals(1, send(directory, "spool", "list"));
        assertTrue(printed().startsWith("chancery: the command failed"), printed());
        assertTrue(printed().contains("nobody thought of this"), printed());
        assertEquals(2, send(directory, "spool"));
        socket.stop(LONG);
    }

    @ParameterizedTest
    @ValueSource(strings = {"backup", "restore", "backup /somewhere"})
    void a_chore_that_comes_later_is_refused_by_its_name(String command) {
        int exit = failing().run(List.of(command.split(" ")), new PrintStream(printed, true, StandardCharsets.UTF_8));
        assertEquals(2, exit);
        assertTrue(printed().startsWith("chancery: '" + command + "' does not exist yet"), printed());
    }

    @Test
    void a_client_that_says_nothing_keeps_no_other_waiting() throws IOException, InterruptedException {
        AdminSocket socket = AdminSocket.open(directory, failing(), LONG);
        try (SocketChannel silent = connect(directory.resolve("admin.sock"))) {
            assertEquals(2, send(directory, "what"));
            assertTrue(silent.isConnected());
        }
        socket.stop(LONG);
    }

    @Test
    void a_client_that_says_nothing_is_cut_off_in_the_end() throws IOException, InterruptedException {
        AdminSocket socket = AdminSocket.open(directory, failing(), Duration.ofMillis(50));
        try (SocketChannel silent = connect(directory.resolve("admin.sock"))) {
            assertEquals(-1, silent.read(ByteBuffer.allocate(1)));
        }
        socket.stop(LONG);
    }

    @Test
    void where_the_path_is_too_long_the_socket_is_elsewhere_and_found_all_the_same()
            throws IOException, InterruptedException {
        Path keys = Files.createDirectories(
                directory.resolve("a-name-that-is-long".repeat(5)).resolve("keys"));
        AdminSocket first = AdminSocket.open(keys, failing(), LONG);
        Path elsewhere = Path.of(Files.readString(keys.resolve("admin.path")));
        assertTrue(elsewhere.toString().length() < 104, elsewhere.toString());
        assertEquals(
                "rwx------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(elsewhere.resolveSibling(""))));
        assertEquals(2, send(keys, "what"));
        // The next server finds what one that was killed has left.
        AdminSocket second = AdminSocket.open(keys, failing(), LONG);
        assertFalse(Files.exists(elsewhere.resolveSibling("")));
        assertEquals(2, send(keys, "what"));
        Path place = Path.of(Files.readString(keys.resolve("admin.path")));
        second.stop(LONG);
        assertFalse(Files.exists(place.resolveSibling("")));
        assertFalse(Files.exists(keys.resolve("admin.path")));
        first.stop(LONG);
    }

    private int send(Path keys, String... words) throws IOException {
        printed.reset();
        return AdminSocket.send(keys, List.of(words), new PrintStream(printed, true, StandardCharsets.UTF_8));
    }

    private static SocketChannel connect(Path path) throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(path));
    }

    private String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }
}
