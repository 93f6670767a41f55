package org.chancery.server.endtoend;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.IntSupplier;

/**
 * A hop between two servers on loopback, which knows only when it is used where the mail goes. It may take a header field out, as
 * gateways do that think little of RFC 3834.
 */
final class MailHop implements AutoCloseable {
    private final ServerSocket listening;
    private final IntSupplier to;
    private final String strippedField;

    /** @param strippedField the beginning of a line that is not passed on; empty for none */
    MailHop(IntSupplier to, String strippedField) {
        this.to = to;
        this.strippedField = strippedField.toLowerCase(Locale.ROOT);
        try {
            listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket from = listening.accept();
                Socket next = new Socket(InetAddress.getLoopbackAddress(), to.getAsInt());
                Thread.ofVirtual().start(() -> pass(from, next, true));
                Thread.ofVirtual().start(() -> pass(next, from, false));
            } catch (IOException closed) {
                // The test is over, or the next server is; the sender tries again.
            }
        }
    }

    private void pass(Socket from, Socket into, boolean strips) {
        try (from;
                into) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(from.getInputStream(), StandardCharsets.ISO_8859_1));
            OutputStream out = into.getOutputStream();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                boolean isStripped = strips
                        && !strippedField.isEmpty()
                        && line.toLowerCase(Locale.ROOT).startsWith(strippedField);
                // A server offering STARTTLS would have the rest of it encrypted.
                if (!isStripped) {
                    out.write((line.replace("STARTTLS", "X-NOTHING") + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
                    out.flush();
                }
            }
        } catch (IOException hungUp) {
            // So does the other side, by the resources above.
        }
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
