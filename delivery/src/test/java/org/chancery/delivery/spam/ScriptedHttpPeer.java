package org.chancery.delivery.spam;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/** An HTTP server on loopback that takes one request a connection and does with it what the test says. */
final class ScriptedHttpPeer implements AutoCloseable {

    /** A request as it came. */
    record Request(String line, List<Map.Entry<String, String>> fields, byte[] body) {
        List<String> values(String name) {
            return fields.stream()
                    .filter(field -> field.getKey().equalsIgnoreCase(name))
                    .map(Map.Entry::getValue)
                    .toList();
        }

        String value(String name) {
            return values(name).stream().collect(Collectors.joining(","));
        }
    }

    /** What the peer does once it has read a request. */
    interface Reaction {
        void to(Socket connection) throws IOException;
    }

    private final ServerSocket listener;
    private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
    private final List<Socket> connections = new ArrayList<>();
    private volatile Function<Request, Reaction> reaction;

    private ScriptedHttpPeer(ServerSocket listener, Function<Request, Reaction> reaction) {
        this.listener = listener;
        this.reaction = reaction;
    }

    static ScriptedHttpPeer that(Reaction reaction) throws IOException {
        return choosing(request -> reaction);
    }

    /** What it does depends on the request. */
    static ScriptedHttpPeer choosing(Function<Request, Reaction> reaction) throws IOException {
        ScriptedHttpPeer peer =
                new ScriptedHttpPeer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), reaction);
        Thread.ofVirtual().start(peer::run);
        return peer;
    }

    static Reaction answers(int status, String body) {
        return connection -> {
            byte[] octets = body.getBytes(StandardCharsets.UTF_8);
            write(connection, "HTTP/1.1 " + status + " X\r\nContent-Length: " + octets.length + "\r\n\r\n");
            connection.getOutputStream().write(octets);
        };
    }

    static void write(Socket connection, String text) throws IOException {
        OutputStream out = connection.getOutputStream();
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    void nowDoes(Reaction other) {
        reaction = request -> other;
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    Request request() throws InterruptedException {
        Request request = requests.poll(10, TimeUnit.SECONDS);
        if (request == null) {
            throw new AssertionError("no request came");
        }
        return request;
    }

    private void run() {
        while (!listener.isClosed()) {
            try {
                Socket connection = listener.accept();
                synchronized (connections) {
                    connections.add(connection);
                }
                Thread.ofVirtual().start(() -> serve(connection));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            Request request = read(connection.getInputStream());
            requests.add(request);
            reaction.apply(request).to(connection);
        } catch (IOException goneAway) {
            // The client had enough.
        }
    }

    private static Request read(InputStream in) throws IOException {
        String line = line(in);
        List<Map.Entry<String, String>> fields = new ArrayList<>();
        for (String field = line(in); !field.isEmpty(); field = line(in)) {
            int colon = field.indexOf(':');
            fields.add(Map.entry(
                    field.substring(0, colon), field.substring(colon + 1).strip()));
        }
        Request head = new Request(line, fields, new byte[0]);
        boolean isChunked =
                head.value("Transfer-Encoding").toLowerCase(Locale.ROOT).contains("chunked");
        String length = head.value("Content-Length");
        byte[] body = isChunked ? chunks(in) : in.readNBytes(length.isEmpty() ? 0 : Integer.parseInt(length));
        return new Request(line, fields, body);
    }

    private static byte[] chunks(InputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = Integer.parseInt(line(in), 16); size > 0; size = Integer.parseInt(line(in), 16)) {
            body.write(in.readNBytes(size));
            line(in);
        }
        line(in);
        return body.toByteArray();
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        synchronized (connections) {
            for (Socket connection : connections) {
                connection.close();
            }
        }
    }
}
