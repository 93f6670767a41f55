package org.chancery.server.admin;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.chancery.server.config.ConfigurationError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes operator's commands for a running server on a Unix socket in the private part of the data directory: who may open it
 * is the server's own user or root, who could read the database anyway.
 *
 * <p>A request is the number of words and the words; the answer is the exit code and what to print.
 */
public final class AdminSocket implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AdminSocket.class);

    /** No command has more words; a longer one is not from our client. */
    private static final int MAX_WORDS = 64;

    private final Path path;
    private final ServerSocketChannel channel;
    private final AdminCommands commands;
    private final Thread acceptor;

    private AdminSocket(Path path, ServerSocketChannel channel, AdminCommands commands) {
        this.path = path;
        this.channel = channel;
        this.commands = commands;
        this.acceptor = new Thread(this::accept, "admin-socket");
        acceptor.setDaemon(true);
    }

    /** Begins to take commands. */
    public static AdminSocket open(Path path, AdminCommands commands) {
        try {
            Files.deleteIfExists(path);
            ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            channel.bind(UnixDomainSocketAddress.of(path));
            AdminSocket socket = new AdminSocket(path, channel, commands);
            socket.acceptor.start();
            return socket;
        } catch (IOException unusable) {
            throw new ConfigurationError(
                    "data.directory: " + path + " cannot be opened (" + unusable.getMessage() + ").");
        }
    }

    /** Sends a command to a running server and prints its answer; returns the exit code. */
    public static int send(Path path, List<String> words, PrintStream out) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
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

    @Override
    public void close() {
        try {
            channel.close();
            Files.deleteIfExists(path);
            acceptor.join(1_000);
        } catch (IOException ignored) {
            // It is gone with the process.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void accept() {
        while (channel.isOpen()) {
            try (SocketChannel client = channel.accept()) {
                serve(client);
            } catch (AsynchronousCloseException closing) {
                return;
            } catch (ClosedChannelException closing) {
                return;
            } catch (IOException brokenClient) {
                log.warn("an operator's command broke off: {}", brokenClient.getMessage());
            } catch (RuntimeException bug) {
                log.error("an operator's command failed", bug);
            }
        }
    }

    private void serve(SocketChannel client) throws IOException {
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
