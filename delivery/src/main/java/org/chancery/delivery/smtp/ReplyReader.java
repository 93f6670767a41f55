package org.chancery.delivery.smtp;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads replies off a connection.
 *
 * <p>Standards: RFC 5321 §4.2 (form), §4.2.1 (multi-line), §4.5.3.1.5 (length); RFC 6531 §3.7.4.3 (UTF-8 in replies).
 *
 * <p>Trusts: nothing. A line may be eight times as long as allowed and a reply may have as many lines as a generous EHLO
 * needs; a peer that goes on beyond that is not spoken to any further, so that no peer can fill our memory.
 */
final class ReplyReader {
    static final int MAX_LINE = 4_096;
    static final int MAX_LINES = 128;

    private final InputStream in;

    ReplyReader(InputStream in) {
        this.in = in;
    }

    /**
     * @throws EOFException where the peer hung up
     * @throws NotSmtp where the bytes are no reply
     */
    SmtpReply read() throws IOException {
        List<String> lines = new ArrayList<>();
        int code = -1;
        while (true) {
            String line = readLine();
            int lineCode = codeOf(line);
            if (lineCode < 0 || (code >= 0 && lineCode != code)) {
                throw new NotSmtp("it said '" + SmtpReply.cleaned(line) + "'");
            }
            code = lineCode;
            lines.add(line.length() > 4 ? line.substring(4) : "");
            // §4.2.1: the last line has a space after the code, or nothing.
            if (line.length() == 3 || line.charAt(3) == ' ') {
                return new SmtpReply(code, lines);
            }
            if (lines.size() == MAX_LINES) {
                throw new NotSmtp("a reply of more than " + MAX_LINES + " lines");
            }
        }
    }

    /** The code that a line begins with, or -1 where it is no line of a reply. */
    private static int codeOf(String line) {
        if (line.length() < 3 || (line.length() > 3 && line.charAt(3) != ' ' && line.charAt(3) != '-')) {
            return -1;
        }
        int code = 0;
        for (int i = 0; i < 3; i++) {
            char c = line.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            code = code * 10 + (c - '0');
        }
        return code >= 200 && code <= 599 ? code : -1;
    }

    // A bare LF ends a line too: the reply decides nothing that could be smuggled, and some old servers do it.
    private String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(128);
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b == '\n') {
                String text = line.toString(StandardCharsets.UTF_8);
                return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            }
            if (line.size() == MAX_LINE) {
                throw new NotSmtp("a reply line of more than " + MAX_LINE + " octets");
            }
            line.write(b);
        }
        throw new EOFException();
    }

    /** The peer speaks, but not SMTP. */
    static final class NotSmtp extends IOException {
        private static final long serialVersionUID = 1L;

        NotSmtp(String what) {
            super(what);
        }
    }
}
