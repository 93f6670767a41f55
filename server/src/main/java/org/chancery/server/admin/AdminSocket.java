package org.chancery.server.admin;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.chancery.server.config.ConfigurationError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes operator's commands for a running server on a Unix socket in the private part of the data directory: who may open it
 * is the server's own user or root, who could read the database anyway.
 *
 * <p>A request is the number of words and the words; the answer is the exit code and what to print. One thread accepts; each
 * client has a virtual thread and a deadline, so that one that says nothing keeps no other waiting.
 */
public final class AdminSocket {
    private static final Logger log = LoggerFactory.getLogger(AdminSocket.class);

    /** No command has more words; a longer one is not from our client. */
    private static final int MAX_WORDS = 64;

    /** What the address of a Unix socket may have on every system that we know (104 octets with the closing zero). */
    private static final int MAX_PATH = 103;

    private static final Duration DEADLINE = Duration.ofMinutes(1);

    private static final String SOCKET = "admin.sock";

    /** Says where the socket is when the data directory's own path is too long for it. */
    private static final String ELSEWHERE = "admin.path";

    private final Path path;
    private final Path keys;
    private final ServerSocketChannel channel;
    private final AdminCommands commands;
    private final Duration deadline;
    private final Thread acceptor;

    private AdminSocket(Path path, Path keys, ServerSocketChannel channel, AdminCommands commands, Duration deadline) {
        this.path = path;
        this.keys = keys;
        this.channel = channel;
        this.commands = commands;
        this.deadline = deadline;
        this.acceptor = Thread.ofPlatform().daemon().name("admin-socket").unstarted(this::accept);
    }

    /**
     * Begins to take commands.
     *
     * @param keys the private part of the data directory
     */
    public static AdminSocket open(Path keys, AdminCommands commands) {
        return open(keys, commands, DEADLINE);
    }

    /** @param deadline how long a client may take, its command included */
    static AdminSocket open(Path keys, AdminCommands commands, Duration deadline) {
        try {
            // A server that was killed leaves its socket behind.
            remove(pathIn(keys), keys);
            Path path = place(keys);
            ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            channel.bind(UnixDomainSocketAddress.of(path));
            AdminSocket socket = new AdminSocket(path, keys, channel, commands, deadline);
            socket.acceptor.start();
            return socket;
        } catch (IOException unusable) {
            throw new ConfigurationError(
                    "data.directory: the operator's socket in " + keys + " cannot be opened (" + unusable + ").");
        }
    }

    /** Where the socket is to be: in the data directory, or in a private temporary directory where that path is too long. */
    private static Path place(Path keys) throws IOException {
        Path usual = keys.resolve(SOCKET);
        if (fits(usual)) {
            return usual;
        }
        // Made with rights for its owner alone.
        Path elsewhere = Files.createTempDirectory("chancery-").resolve(SOCKET);
        Files.writeString(keys.resolve(ELSEWHERE), elsewhere.toString());
        return elsewhere;
    }

    private static boolean fits(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length <= MAX_PATH;
    }

    /** Where a running server has its socket. */
    private static Path pathIn(Path keys) throws IOException {
        Path elsewhere = keys.resolve(ELSEWHERE);
        return Files.exists(elsewhere) ? Path.of(Files.readString(elsewhere).strip()) : keys.resolve(SOCKET);
    }

    private static void remove(Path path, Path keys) throws IOException {
        Files.deleteIfExists(path);
        if (!path.startsWith(keys)) {
            Path directory = path.getParent();
            if (directory != null) {
                Files.deleteIfExists(directory);
            }
        }
        Files.deleteIfExists(keys.resolve(ELSEWHERE));
    }

    /**
     * Sends a command to a running server and prints its answer; returns the exit code.
     *
     * @param keys the private part of that server's data directory
     */
    public static int send(Path keys, List<String> words, PrintStream out) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(pathIn(keys)))) {
            DataOutputStream request = new DataOutputStream(Channels.newOutputStream(channel));
            request.writeInt(words.size());
            for (String word : words) {
                request.writeUTF(word);
            }
            request.flush();
            DataInputStream answer = new DataInputStream(Channels.newInputStream(channel));
            int exit = answer.readInt();
            out.write(answer.readNBytes(answer.readInt()));
            out.flush();
            return exit;
        }
    }

    /** Takes no more commands; those under way go on. */
    public void stop(Duration within) throws InterruptedException {
        try {
            channel.close();
            remove(path, keys);
        } catch (IOException ignored) {
            // It is gone with the process.
        }
        if (!acceptor.join(within)) {
            log.warn("the operator's socket does not close");
        }
    }

    private void accept() {
        while (channel.isOpen()) {
            try {
                begin(channel.accept());
            } catch (ClosedChannelException closing) {
                return;
            } catch (IOException | RuntimeException broken) {
                log.error("an operator's command could not be taken", broken);
            }
        }
    }

    private void begin(SocketChannel client) {
        Thread serving = Thread.ofVirtual().name("admin-command").start(() -> serve(client));
        Thread.ofVirtual().name("admin-deadline").start(() -> end(client, serving));
    }

    /** Cuts a client off that has not ended in time. */
    private void end(SocketChannel client, Thread serving) {
        try {
            if (!serving.join(deadline)) {
                client.close();
            }
        } catch (IOException alreadyGone) {
            log.debug("it is closed either way", alreadyGone);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            answer(client);
        } catch (IOException brokenClient) {
            log.warn("an operator's command broke off: {}", brokenClient.toString());
        } catch (RuntimeException defect) {
            log.error("an operator's command failed", defect);
        }
    }

    private void answer(SocketChannel client) throws IOException {
        DataInputStream request = new DataInputStream(Channels.newInputStream(client));
        int count = request.readInt();
        if (count < 0 || count > MAX_WORDS) {
            throw new IOException("a request of " + count + " words");
        }
        List<String> words = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            words.add(request.readUTF());
        }
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        int exit = commands.run(words, new PrintStream(printed, true, StandardCharsets.UTF_8));
        DataOutputStream answer = new DataOutputStream(Channels.newOutputStream(client));
        answer.writeInt(exit);
        answer.writeInt(printed.size());
        printed.writeTo(answer);
        answer.flush();
    }
}
