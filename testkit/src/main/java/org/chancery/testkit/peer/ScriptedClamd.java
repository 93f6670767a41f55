package org.chancery.testkit.peer;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;

/**
 * A virus scanner on a loopback port that speaks as clamd does, and finds what the test says. Its manner may be changed at any time.
 *
 * <pre>{@code
 * try (var clamd = ScriptedClamd.start()) {
 *     clamd.finds("virus-sample", "Test.Virus");
 * }
 * }</pre>
 */
public final class ScriptedClamd implements AutoCloseable {
    /** Larger streams are refused as by StreamMaxLength. */
    private volatile int maxStream = Integer.MAX_VALUE;

    private volatile Function<String, String> judge = content -> "stream: OK";
    private volatile Manner manner = Manner.ANSWERS;
    private volatile Function<String, Manner> onContent = content -> Manner.ANSWERS;

    private final ServerSocket socket;
    private final List<byte[]> scanned = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    private enum Manner {
        ANSWERS,
        HANGS_UP,
        STALLS
    }

    private ScriptedClamd(ServerSocket socket) {
        this.socket = socket;
        Thread.ofVirtual().name("clamd").start(this::accept);
    }

    public static ScriptedClamd start() {
        return start(0);
    }

    /** On that port, where one stood before. */
    public static ScriptedClamd start(int port) {
        try {
            return new ScriptedClamd(new ServerSocket(port, 50, InetAddress.getLoopbackAddress()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen", e);
        }
    }

    public int port() {
        return socket.getLocalPort();
    }

    /** As it stands in {@code antivirus.clamd}. */
    public String hostPort() {
        return "127.0.0.1:" + port();
    }

    /** All that was scanned, as it came. */
    public List<byte[]> scanned() {
        return List.copyOf(scanned);
    }

    public ScriptedClamd finds(String text, String virus) {
        judge = content -> content.contains(text) ? "stream: " + virus + " FOUND" : "stream: OK";
        return this;
    }

    /** Answers every stream with that. */
    public ScriptedClamd says(String answer) {
        judge = content -> answer;
        return this;
    }

    /** Breaks off on mails with that in them, and copes with others. */
    public ScriptedClamd hangsUpOn(String text) {
        onContent = content -> content.contains(text) ? Manner.HANGS_UP : Manner.ANSWERS;
        return this;
    }

    /** Says nothing to mails with that in them, and copes with others. */
    public ScriptedClamd stallsOn(String text) {
        onContent = content -> content.contains(text) ? Manner.STALLS : Manner.ANSWERS;
        return this;
    }

    /** Answers mails with that in them so, and copes with others. */
    public ScriptedClamd saysOf(String text, String answer) {
        judge = content -> content.contains(text) ? answer : "stream: OK";
        return this;
    }

    public ScriptedClamd takesAtMost(int octets) {
        maxStream = octets;
        return this;
    }

    public ScriptedClamd hangsUp() {
        manner = Manner.HANGS_UP;
        return this;
    }

    public ScriptedClamd stalls() {
        manner = Manner.STALLS;
        return this;
    }

    public ScriptedClamd answers() {
        manner = Manner.ANSWERS;
        return this;
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                if (closed.getCount() == 0) {
                    client.close(); // it came while the port was being given up
                    return;
                }
                Thread.ofVirtual().name("clamd-session").start(() -> serve(client));
            } catch (IOException closedAnyway) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            String command = command(in);
            behave(manner);
            say(
                    client.getOutputStream(),
                    switch (command) {
                        case "zPING" -> "PONG";
                        case "zVERSION" -> "ClamAV 1.4.3/27500/Sun Mar  1 10:00:00 2026";
                        case "zINSTREAM" -> stream(in);
                        default -> "UNKNOWN COMMAND";
                    });
        } catch (IOException | InterruptedException gone) {
            // The one at the other end sees it, too.
        }
    }

    private static String command(DataInputStream in) throws IOException {
        StringBuilder command = new StringBuilder();
        for (int octet = in.read(); octet > 0 && command.length() < 100; octet = in.read()) {
            command.append((char) octet);
        }
        return command.toString();
    }

    private void behave(Manner how) throws IOException, InterruptedException {
        switch (how) {
            case HANGS_UP -> throw new IOException("as the test says");
            case STALLS -> {
                closed.await();
                throw new IOException("the test is over");
            }
            case ANSWERS -> {}
        }
    }

    private String stream(DataInputStream in) throws IOException, InterruptedException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (int length = in.readInt(); length != 0; length = in.readInt()) {
            if (length < 0 || content.size() + length > maxStream) {
                return "INSTREAM size limit exceeded. ERROR";
            }
            content.writeBytes(in.readNBytes(length));
        }
        scanned.add(content.toByteArray());
        String text = content.toString(StandardCharsets.ISO_8859_1);
        behave(onContent.apply(text));
        return judge.apply(text);
    }

    private static void say(OutputStream out, String answer) throws IOException {
        out.write((answer + '\0').getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
