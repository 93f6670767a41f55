package org.chancery.delivery.antivirus;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.screening.Antivirus;
import org.chancery.core.screening.FailedOnMail;
import org.chancery.core.screening.RawMail;
import org.chancery.delivery.net.Watchdog;
import org.jspecify.annotations.Nullable;

/**
 * The client of clamd, as its manual ({@code clamd(8)}, "COMMANDS") describes it: one connection for each command, which begins with
 * {@code z} and ends with NUL, as the answer does; {@code INSTREAM} takes chunks, each after its length as four octets, until one of
 * length zero. Used by many threads at once.
 */
public final class Clamd implements Antivirus, AutoCloseable {
    private static final int CHUNK = 64 * 1024;
    /** No answer is longer; a virus has a name of some dozen characters. */
    private static final int MAX_ANSWER = 4_096;

    private static final byte[] HARMLESS =
            "From: postmaster@localhost\r\nSubject: are you well\r\n\r\nHello\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ClamdConfig config;
    private final Watchdog watchdog = new Watchdog();

    public Clamd(ClamdConfig config) {
        this.config = config;
    }

    /**
     * What it calls itself, such as {@code ClamAV 1.4.3/27500/…}.
     *
     * @throws Unavailable where it does not answer
     */
    public String version() {
        try {
            String pong = talk("PING", config.connect(), null);
            if (!pong.equals("PONG")) {
                throw new Unavailable(config.server() + " is no clamd: it answers PING with " + pong, null);
            }
            return talk("VERSION", config.connect(), null);
        } catch (FailedOnMail unwell) {
            throw new Unavailable(config.server() + " does not answer", unwell);
        }
    }

    @Override
    public Verdict scan(RawMail mail) {
        return verdict(talk("INSTREAM", config.scan(), mail));
    }

    @Override
    public void prove() {
        try {
            verdict(talk("INSTREAM", config.connect(), () -> new ByteArrayInputStream(HARMLESS)));
        } catch (FailedOnMail unwell) {
            throw new Unavailable("clamd at " + config.server() + " scans nothing", unwell);
        }
    }

    private Verdict verdict(String answer) {
        String text = answer.startsWith("stream: ") ? answer.substring("stream: ".length()) : answer;
        if (text.equals("OK")) {
            return new Verdict.Clean();
        }
        if (text.endsWith(" FOUND")) {
            return new Verdict.Infected(text.substring(0, text.length() - " FOUND".length()));
        }
        // StreamMaxLength of clamd.conf; the same mail is as long at the next try.
        if (text.startsWith("INSTREAM size limit exceeded")) {
            return new Verdict.Refused("larger than clamd takes");
        }
        throw new FailedOnMail("clamd says " + text, null);
    }

    /**
     * One command in a connection of its own, with the mail behind it where there is one.
     *
     * @throws Unavailable where nobody takes the connection
     * @throws FailedOnMail where somebody does, and gives no answer
     */
    private String talk(String command, Duration limit, @Nullable RawMail mail) {
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(
                            config.server().host(), config.server().port()),
                    (int) config.connect().toMillis());
            socket.setTcpNoDelay(true);
            try (Watchdog.Watch watch = watchdog.over(socket, limit)) {
                try {
                    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
                    out.write(('z' + command + '\0').getBytes(StandardCharsets.US_ASCII));
                    if (mail != null) {
                        send(mail, out);
                    }
                    return answer(socket.getInputStream());
                } catch (IOException broken) {
                    String what = watch.ranOut() ? "took longer than " + limit.toSeconds() + " s" : "broke off";
                    throw new FailedOnMail("clamd " + what, broken);
                }
            }
        } catch (IOException away) {
            throw new Unavailable("no clamd at " + config.server(), away);
        }
    }

    /** Sends the mail; where clamd has heard enough and hangs up, what it said before is still to be read. */
    private static void send(RawMail mail, DataOutputStream out) throws IOException {
        try (InputStream in = mail.open()) {
            byte[] chunk = new byte[CHUNK];
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                if (count > 0 && !isWritten(out, chunk, count)) {
                    return;
                }
            }
        }
        isWritten(out, new byte[0], 0);
    }

    private static boolean isWritten(DataOutputStream out, byte[] chunk, int count) {
        try {
            out.writeInt(count);
            out.write(chunk, 0, count);
            return true;
        } catch (IOException hungUp) {
            return false;
        }
    }

    private static String answer(InputStream in) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        for (int octet = in.read(); octet > 0; octet = in.read()) {
            answer.write(octet);
            if (answer.size() > MAX_ANSWER) {
                throw new IOException("an answer without an end");
            }
        }
        if (answer.size() == 0) {
            throw new IOException("no answer");
        }
        return printable(answer.toString(StandardCharsets.UTF_8)).strip();
    }

    private static String printable(String text) {
        return text.replaceAll("\\p{C}", "");
    }

    @Override
    public void close() {
        watchdog.close();
    }
}
