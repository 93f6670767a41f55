package org.chancery.testkit.peer;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.chancery.testkit.peer.ReceivedMail.Content;
import org.chancery.testkit.peer.Script.Action;
import org.jspecify.annotations.Nullable;

/** One session with a {@link ScriptedSmtpPeer}. The script is asked at every stage before the usual is done. */
final class PeerSession {
    private static final String CHALLENGE = "<1896.697170952@peer.test>";

    /** The script ended the session. */
    private static final class HungUp extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private final ScriptedSmtpPeer peer;
    private Socket socket;
    private InputStream in;
    private OutputStream out;

    private boolean tls;
    private String helo = "";
    private @Nullable String user;
    private @Nullable String mailCommand;
    private boolean pipelined;
    private final List<String> recipients = new ArrayList<>();

    PeerSession(ScriptedSmtpPeer peer, Socket socket) throws IOException {
        this.peer = peer;
        this.socket = socket;
        this.tls = socket instanceof SSLSocket;
        this.in = new BufferedInputStream(socket.getInputStream(), 16_384);
        this.out = new BufferedOutputStream(socket.getOutputStream());
    }

    static Socket serveTls(Socket plain, SSLContext context) throws IOException {
        SSLSocket secured = (SSLSocket) context.getSocketFactory().createSocket(plain, null, plain.getPort(), true);
        secured.setUseClientMode(false);
        secured.startHandshake();
        return secured;
    }

    void run() throws IOException, InterruptedException {
        if (usual(Stage.GREETING, "")) {
            reply("220 peer.test ESMTP");
        }
        // RFC 5321 §3.1: after a 554 greeting the server waits for QUIT, answering all else with 503. Ours lets the
        // client go on, so that a test sees whether it would.
        String line;
        while ((line = readLine()) != null) {
            peer.command(line);
            if (!obey(line)) {
                return;
            }
        }
    }

    /** Returns whether the session goes on. */
    private boolean obey(String line) throws IOException, InterruptedException {
        String verb = line.split("[ :]", 2)[0].toUpperCase(Locale.ROOT);
        switch (verb) {
            case "EHLO" -> hello(Stage.EHLO, line, capabilities());
            case "HELO" -> hello(Stage.HELO, line, List.of("250 peer.test"));
            case "STARTTLS" -> startTls(line);
            case "AUTH" -> authenticate(line);
            case "MAIL" -> mail(line);
            case "RCPT" -> recipient(line);
            case "DATA" -> data(line);
            case "RSET" -> {
                if (usual(Stage.RSET, line)) {
                    endTransaction();
                    reply("250 2.0.0 forgotten");
                }
            }
            case "QUIT" -> {
                if (usual(Stage.QUIT, line)) {
                    reply("221 2.0.0 bye");
                }
                return false;
            }
            default -> reply("500 5.5.2 " + verb + " is no command");
        }
        return true;
    }

    private void hello(Stage stage, String line, List<String> capabilities) throws IOException, InterruptedException {
        helo = line.substring(Math.min(5, line.length()));
        endTransaction();
        if (usual(stage, line)) {
            reply(capabilities.toArray(String[]::new));
        }
    }

    private List<String> capabilities() {
        List<String> keywords = new ArrayList<>(peer.extensions());
        if (peer.startTls() != null && !tls) {
            keywords.add("STARTTLS");
        }
        if (peer.login() != null && keywords.stream().noneMatch(keyword -> keyword.startsWith("AUTH"))) {
            keywords.add("AUTH PLAIN LOGIN CRAM-MD5");
        }
        keywords.addFirst("peer.test");
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < keywords.size(); i++) {
            lines.add((i < keywords.size() - 1 ? "250-" : "250 ") + keywords.get(i));
        }
        return lines;
    }

    private void startTls(String line) throws IOException, InterruptedException {
        if (!usual(Stage.STARTTLS, line)) {
            return;
        }
        SSLContext context = peer.startTls();
        if (context == null || tls) {
            reply("502 5.5.1 STARTTLS is not offered");
            return;
        }
        reply("220 2.0.0 go ahead");
        if (!usual(Stage.TLS_HANDSHAKE, line)) {
            throw new HungUp();
        }
        socket = serveTls(socket, context);
        in = new BufferedInputStream(socket.getInputStream(), 16_384);
        out = new BufferedOutputStream(socket.getOutputStream());
        tls = true;
    }

    private void authenticate(String line) throws IOException, InterruptedException {
        if (!usual(Stage.AUTH, line)) {
            return;
        }
        ScriptedSmtpPeer.Login login = peer.login();
        if (login != null && proves(login, line.split(" ", 3))) {
            user = login.user();
            reply("235 2.7.0 welcome");
        } else {
            reply("535 5.7.8 no such user or password");
        }
    }

    private boolean proves(ScriptedSmtpPeer.Login login, String[] words) throws IOException {
        return switch (words[1].toUpperCase(Locale.ROOT)) {
            case "PLAIN" -> {
                String[] parts = decode(words.length > 2 ? words[2] : ask("")).split("\0", -1);
                yield parts.length == 3 && parts[1].equals(login.user()) && parts[2].equals(login.password());
            }
            case "LOGIN" -> {
                String name = decode(words.length > 2 ? words[2] : ask("Username:"));
                String password = decode(ask("Password:"));
                yield name.equals(login.user()) && password.equals(login.password());
            }
            case "CRAM-MD5" -> decode(ask(CHALLENGE)).equals(login.user() + " " + cram(login.password()));
            default -> false;
        };
    }

    private String ask(String prompt) throws IOException {
        reply("334 " + Base64.getEncoder().encodeToString(prompt.getBytes(StandardCharsets.UTF_8)));
        String answer = readLine();
        if (answer == null) {
            throw new EOFException();
        }
        return answer;
    }

    private static String decode(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }

    // RFC 2195 §2
    private static String cram(String password) {
        try {
            Mac mac = Mac.getInstance("HmacMD5");
            mac.init(new SecretKeySpec(password.getBytes(StandardCharsets.UTF_8), "HmacMD5"));
            return HexFormat.of().formatHex(mac.doFinal(CHALLENGE.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private void mail(String line) throws IOException, InterruptedException {
        boolean more = in.available() > 0;
        int code = replyAt(Stage.MAIL, line, () -> {
            if (peer.login() != null && user == null) {
                return "530 5.7.0 authenticate first";
            }
            return mailCommand != null ? "503 5.5.1 one mail at a time" : "250 2.1.0 sender taken";
        });
        if (code / 100 == 2) {
            mailCommand = line;
            pipelined = more;
        }
    }

    private void recipient(String line) throws IOException, InterruptedException {
        int code = replyAt(Stage.RCPT, line, () -> mailCommand == null ? "503 5.5.1 MAIL first" : "250 2.1.5 taken");
        if (code / 100 == 2) {
            recipients.add(line.substring(line.indexOf('<') + 1, line.lastIndexOf('>')));
        }
    }

    private void data(String line) throws IOException, InterruptedException {
        int code = replyAt(Stage.DATA, line, () -> recipients.isEmpty() ? "503 5.5.1 RCPT first" : "354 go ahead");
        if (code != 354) {
            return;
        }
        Content content = readContent();
        peer.reached(Stage.END_OF_DATA);
        Action action = peer.script().next(Stage.END_OF_DATA, line);
        if (action instanceof Action.HangUp) {
            keep(content, false);
            throw new HungUp();
        }
        if (action instanceof Action.Wait wait) {
            wait.stall().await();
        }
        Action.Answer answer = action instanceof Action.Answer given
                ? given
                : new Action.Answer(
                        List.of(recipients.isEmpty() ? "554 5.5.1 no valid recipients" : "250 2.0.0 kept"), false);
        if (answer.code() / 100 == 2) {
            keep(content, true);
        }
        endTransaction();
        say(answer);
    }

    private void keep(Content content, boolean acknowledged) {
        String command = mailCommand == null ? "MAIL FROM:<>" : mailCommand;
        peer.keep(new ReceivedMail(helo, command, recipients, content, pipelined, tls, user, acknowledged));
    }

    private void endTransaction() {
        mailCommand = null;
        recipients.clear();
    }

    /** Reads up to the line that is a dot alone, taking off the dot in front of other lines (RFC 5321 §4.5.2). */
    private Content readContent() throws IOException, InterruptedException {
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        MessageDigest digest = sha256();
        long size = 0;
        boolean begun = false;
        ByteArrayOutputStream line = new ByteArrayOutputStream(1_000);
        while (true) {
            line.reset();
            readLine(line);
            byte[] bytes = line.toByteArray();
            boolean dot = bytes.length > 0 && bytes[0] == '.';
            if (dot && bytes.length == 3) {
                return new Content(kept.toByteArray(), size, HexFormat.of().formatHex(digest.digest()));
            }
            int from = dot ? 1 : 0;
            size += bytes.length - from;
            digest.update(bytes, from, bytes.length - from);
            if (!peer.keepsOnlyDigests()) {
                kept.write(bytes, from, bytes.length - from);
            }
            if (!begun) {
                begun = true;
                if (!usual(Stage.IN_DATA, "")) {
                    throw new HungUp();
                }
            }
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    /** A line with its end, which is CRLF; other ends are noted as violations and read over. */
    private void readLine(ByteArrayOutputStream line) throws IOException {
        int last = -1;
        while (true) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("the client hung up within its mail");
            }
            line.write(b);
            if (b == '\n' && last == '\r') {
                return;
            }
            if (b == '\n' || last == '\r') {
                peer.violation("bare CR or LF in the mail");
            }
            last = b;
        }
    }

    private @Nullable String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int last = -1;
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b == '\n') {
                if (last != '\r') {
                    peer.violation("a command that ends in a bare LF");
                }
                return line.toString(StandardCharsets.UTF_8).stripTrailing();
            }
            line.write(b);
            last = b;
        }
        return null;
    }

    // ---- the script and the replies

    private interface Usual {
        String reply();
    }

    /** Says what the script or else the usual answer is; returns its code. */
    private int replyAt(Stage stage, String line, Usual usual) throws IOException, InterruptedException {
        peer.reached(stage);
        Action action = peer.script().next(stage, line);
        if (action instanceof Action.HangUp) {
            throw new HungUp();
        }
        if (action instanceof Action.Wait wait) {
            wait.stall().await();
        }
        Action.Answer answer =
                action instanceof Action.Answer given ? given : new Action.Answer(List.of(usual.reply()), false);
        say(answer);
        return answer.code();
    }

    /** Does what the script wants at this stage; returns whether the usual is to follow. */
    private boolean usual(Stage stage, String line) throws IOException, InterruptedException {
        peer.reached(stage);
        return switch (peer.script().next(stage, line)) {
            case null -> true;
            case Action.HangUp hangUp -> throw new HungUp();
            case Action.Wait wait -> {
                wait.stall().await();
                yield true;
            }
            case Action.Answer answer -> {
                say(answer);
                yield false;
            }
        };
    }

    private void say(Action.Answer answer) throws IOException {
        reply(answer.lines().toArray(String[]::new));
        if (answer.thenHangUp()) {
            throw new HungUp();
        }
    }

    void sayUnasked(String line) {
        try {
            reply(line);
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    private synchronized void reply(String... lines) throws IOException {
        for (String line : lines) {
            out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
        }
        out.flush();
    }
}
