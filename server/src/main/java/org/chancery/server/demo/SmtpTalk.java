package org.chancery.server.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A customer's mail program: says one mail to an SMTP server and keeps what was said (RFC 5321 appendix D.1). */
final class SmtpTalk {
    private static final int TIMEOUT_MILLIS = 10_000;

    private SmtpTalk() {}

    /** Sends a mail; gives the dialogue, whose last line is the answer to the mail itself. */
    static List<String> send(int port, String reversePath, String recipient, String mail) throws IOException {
        List<String> said = new ArrayList<>();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            OutputStream out = socket.getOutputStream();
            hear(in, said);
            say(out, in, said, "HELO mail.customer.example");
            say(out, in, said, "MAIL FROM:<" + reversePath + ">");
            say(out, in, said, "RCPT TO:<" + recipient + ">");
            say(out, in, said, "DATA");
            out.write((mail.replace("\r\n.", "\r\n..") + "\r\n.\r\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
            hear(in, said);
            out.write("QUIT\r\n".getBytes(StandardCharsets.UTF_8));
            out.flush();
        }
        return said;
    }

    private static void say(OutputStream out, BufferedReader in, List<String> said, String line) throws IOException {
        said.add("C: " + line);
        out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
        hear(in, said);
    }

    private static void hear(BufferedReader in, List<String> said) throws IOException {
        String line;
        do {
            line = in.readLine();
            if (line == null) {
                throw new IOException("the server hung up after: " + said);
            }
            said.add("S: " + line);
        } while (line.length() > 3 && line.charAt(3) == '-');
    }
}
