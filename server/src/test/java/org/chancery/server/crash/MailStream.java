package org.chancery.server.crash;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.chancery.server.crash.Ledger.Outcome;
import org.chancery.testkit.smtp.SmtpClient;
import org.jspecify.annotations.Nullable;

/**
 * Sends mails over several sessions, each mail once: what a lost connection leaves in doubt is not sent again, so that
 * every mail that is stored twice is the server's fault. Sessions that lose their server wait until it is up again.
 */
final class MailStream {
    private final PackagedServer server;
    private final SeededMails mails;
    private final Ledger ledger;
    private final int count;
    private final Duration between;
    private final int recipients;
    private final long begin = System.nanoTime();
    private final AtomicInteger next = new AtomicInteger();
    private final List<Thread> sessions = new ArrayList<>();

    /**
     * @param between time from one mail's begin to the next one's, over all sessions; zero means as fast as they are taken
     * @param recipients how many addresses, {@code r0} and on, they go to
     */
    MailStream(PackagedServer server, SeededMails mails, Ledger ledger, int count, Duration between, int recipients) {
        this.server = server;
        this.mails = mails;
        this.ledger = ledger;
        this.count = count;
        this.between = between;
        this.recipients = recipients;
    }

    void start(int sessionCount) {
        for (int i = 0; i < sessionCount; i++) {
            sessions.add(Thread.ofPlatform().name("sender-" + i).daemon().start(this::session));
        }
    }

    /** Begins no more mails. */
    void end() {
        next.set(count);
    }

    void join() throws InterruptedException {
        for (Thread session : sessions) {
            session.join();
        }
    }

    private void session() {
        @Nullable SmtpClient client = null;
        try {
            for (int number = next.getAndIncrement(); number < count; number = next.getAndIncrement()) {
                awaitTurn(number);
                byte[] mail = mails.mail(number);
                while (ledger.outcome(number) == Outcome.NOT_SENT) {
                    try {
                        if (client == null) {
                            client = SmtpClient.connect(server.ports().smtp());
                            client.greet();
                        }
                        send(client, number, mail);
                    } catch (IOException lost) {
                        close(client);
                        client = null;
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            close(client);
        }
    }

    private void awaitTurn(int number) {
        long due = begin + between.toNanos() * number;
        while (due - System.nanoTime() > 0) {
            LockSupport.parkNanos(due - System.nanoTime());
        }
    }

    private void send(SmtpClient client, int number, byte[] mail) throws IOException {
        String recipient = "r" + number % recipients + "@" + PackagedServer.DOMAIN;
        for (String command : List.of(
                "MAIL FROM:<a@load.test> BODY=8BITMIME SIZE=" + mail.length, "RCPT TO:<" + recipient + ">", "DATA")) {
            String reply = client.command(command);
            if (reply.charAt(0) != '2' && reply.charAt(0) != '3') {
                ledger.refused(number, command.substring(0, 4) + ": " + reply);
                client.command("RSET");
                return;
            }
        }
        ledger.note(number, Outcome.REPLY_LOST);
        client.send(stuffed(mail));
        String reply = client.reply();
        if (reply.startsWith("250")) {
            ledger.note(number, Outcome.ACCEPTED);
        } else {
            ledger.refused(number, reply);
        }
    }

    /** As it goes over the wire, with its end of data (RFC 5321 §4.5.2). */
    private static byte[] stuffed(byte[] mail) {
        ByteArrayOutputStream wire = new ByteArrayOutputStream(mail.length + mail.length / 16);
        byte last = '\n';
        for (byte octet : mail) {
            if (octet == '.' && last == '\n') {
                wire.write('.');
            }
            wire.write(octet);
            last = octet;
        }
        wire.write('.');
        wire.write('\r');
        wire.write('\n');
        return wire.toByteArray();
    }

    private static void close(@Nullable SmtpClient client) {
        if (client != null) {
            try {
                client.close();
            } catch (IOException goneAlready) {
                // It is to be gone anyway.
            }
        }
    }
}
