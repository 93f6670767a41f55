package org.chancery.smtpingest.wire;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** One reply to a client, ready to be written (RFC 5321 §4.2, with the enhanced code of RFC 2034 where one belongs). */
public final class Reply {
    private final int code;
    private final String status;
    private final byte[] octets;
    private final boolean closing;

    private Reply(int code, String status, byte[] octets, boolean closing) {
        this.code = code;
        this.status = status;
        this.octets = octets;
        this.closing = closing;
    }

    /** A reply of one line. */
    public static Reply of(int code, String enhanced, String text) {
        return lines(code, enhanced, List.of(text));
    }

    /** A reply of several lines; each carries the enhanced code (RFC 2034 §4). */
    public static Reply lines(int code, String enhanced, List<String> lines) {
        return build(code, code + " " + enhanced, enhanced + " ", lines);
    }

    /** A reply that carries no enhanced code: to EHLO and HELO, and all of 3yz (RFC 2034 §4). */
    public static Reply bare(int code, List<String> lines) {
        return build(code, Integer.toString(code), "", lines);
    }

    private static Reply build(int code, String status, String prefix, List<String> lines) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            char separator = i == lines.size() - 1 ? ' ' : '-';
            text.append(code).append(separator).append(prefix);
            text.append(printable(lines.get(i))).append("\r\n");
        }
        return new Reply(code, status, text.toString().getBytes(StandardCharsets.US_ASCII), false);
    }

    /** The same reply, after which the connection is closed. */
    public Reply closing() {
        return new Reply(code, status, octets, true);
    }

    /** Code and enhanced code, such as {@code 550 5.1.1}: what replies are counted by. */
    public String status() {
        return status;
    }

    /** Whether the connection is closed after it. */
    public boolean isClosing() {
        return closing;
    }

    /** 4yz or 5yz. */
    public boolean isRefusal() {
        return code >= 400;
    }

    /** 5yz: the client did something wrong and is not to do it again. */
    public boolean isPermanent() {
        return code >= 500;
    }

    byte[] octets() {
        return octets;
    }

    /** The last line, for the log. */
    @Override
    public String toString() {
        String text = new String(octets, StandardCharsets.US_ASCII).strip();
        return text.substring(text.lastIndexOf('\n') + 1);
    }

    // A reply line is printable ASCII (RFC 5321 §4.2 textstring); a line end inside it would be a second reply.
    private static String printable(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.chars().map(c -> c < ' ' || c > '~' ? '?' : c).forEach(c -> out.append((char) c));
        return out.toString();
    }
}
