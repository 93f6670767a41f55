package org.chancery.testkit.smtp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A conversation as a text file, played against a server. Each line begins with what is done:
 *
 * <pre>
 * # text        nothing: a comment
 * PORT name     connects to that port; the first thing in every file, and again for a second connection
 * C: line       sends the line with CRLF; lines that follow each other are sent in one packet
 * C| octets     sends them with nothing added, after \r \n \0 \\ and \xHH are put in
 * S: pattern    expects this reply line; * stands for any text
 * S+ pattern    expects a reply of any number of lines, the last of which is this
 * TLS           does the handshake
 * END           expects that the server closes the connection and says no more
 * HANGUP        closes the connection
 * CHECK claim   asks the test whether it is so
 * </pre>
 */
public final class SmtpDialog {

    /** What the test that plays the dialog knows. */
    public interface Stage {
        /** The ports by name. */
        Map<String, Integer> ports();

        /** Throws where the claim does not hold; waits where it may come true soon. */
        void check(String claim);
    }

    private static final Pattern ESCAPE = Pattern.compile("\\\\(x[0-9a-fA-F]{2}|.)");

    private final String name;
    private final List<String> lines;

    private SmtpDialog(String name, List<String> lines) {
        this.name = name;
        this.lines = lines;
    }

    public static SmtpDialog of(String name, String text) {
        return new SmtpDialog(name, text.lines().toList());
    }

    public String name() {
        return name;
    }

    /** Plays the dialog, handing no more octets to the network at once than {@code piece}. */
    public void play(Stage stage, int piece) throws IOException {
        try (Player player = new Player(stage, piece)) {
            for (int i = 0; i < lines.size(); i++) {
                try {
                    player.play(lines.get(i));
                } catch (IOException | RuntimeException | AssertionError e) {
                    throw new AssertionError(name + " line " + (i + 1) + ": " + lines.get(i) + ": " + e, e);
                }
            }
        }
    }

    private static final class Player implements AutoCloseable {
        private final Stage stage;
        private final int piece;
        private final ByteArrayOutputStream unsent = new ByteArrayOutputStream();
        private @Nullable SmtpClient client;

        Player(Stage stage, int piece) {
            this.stage = stage;
            this.piece = piece;
        }

        void play(String line) throws IOException {
            String[] parts = line.split(" ", 2);
            String argument = parts.length > 1 ? parts[1] : "";
            switch (parts[0]) {
                case "", "#" -> {}
                case "C:" -> unsent.writeBytes((argument + "\r\n").getBytes(StandardCharsets.UTF_8));
                case "C|" -> unsent.writeBytes(unescape(argument).getBytes(StandardCharsets.ISO_8859_1));
                default -> {
                    sendGathered();
                    playOther(parts[0], argument);
                }
            }
        }

        private void playOther(String step, String argument) throws IOException {
            switch (step) {
                case "PORT" -> connect(argument);
                case "S:" -> expect(argument, client().replyLine());
                case "S+" -> expect(argument, client().reply().replaceFirst("(?s).*\n", ""));
                case "TLS" -> client().startTls();
                case "END" -> expect("", client().untilClosed());
                case "HANGUP" -> client().close();
                case "CHECK" -> stage.check(argument);
                default -> throw new IllegalArgumentException("no such step: " + step);
            }
        }

        private void connect(String port) throws IOException {
            close();
            Integer number = stage.ports().get(port);
            if (number == null) {
                throw new IllegalArgumentException("no such port: " + port);
            }
            client = SmtpClient.connectInPieces(number, piece);
        }

        private SmtpClient client() {
            if (client == null) {
                throw new IllegalArgumentException("PORT comes first");
            }
            return client;
        }

        private void sendGathered() throws IOException {
            if (unsent.size() > 0) {
                try {
                    client().send(unsent.toByteArray());
                } catch (SocketException closedMeanwhile) {
                    // The server may hang up on what it has seen of it; what it said is still to be read.
                }
                unsent.reset();
            }
        }

        private static void expect(String pattern, String found) {
            String regex = Pattern.quote(pattern).replace("*", "\\E.*\\Q");
            if (!found.matches(regex)) {
                throw new AssertionError("expected: " + pattern + ", found: " + found);
            }
        }

        private static String unescape(String text) {
            return ESCAPE.matcher(text).replaceAll(escape -> Matcher.quoteReplacement(octet(escape.group(1))));
        }

        private static String octet(String escape) {
            return switch (escape.charAt(0)) {
                case 'r' -> "\r";
                case 'n' -> "\n";
                case '0' -> "\0";
                case '\\' -> "\\";
                case 'x' -> String.valueOf((char) Integer.parseInt(escape.substring(1), 16));
                default -> throw new IllegalArgumentException("no such escape: \\" + escape);
            };
        }

        @Override
        public void close() throws IOException {
            if (client != null) {
                client.close();
            }
        }
    }
}
