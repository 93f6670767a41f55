package org.chancery.bench.load;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Sends a load: kept sessions, one platform thread each, blocking sockets. */
public final class SmtpLoad {
    // A server that refuses everything ends the load instead of being asked for as long as it may take.
    private static final int FAILURES_PER_SESSION = 20;
    private static final AtomicLong RUNS = new AtomicLong(System.currentTimeMillis());

    private final Load load;
    private final LoadMail mails;
    private final long begin = System.nanoTime();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicReference<@Nullable String> firstFailure = new AtomicReference<>();
    private final long[] nanos;

    private SmtpLoad(Load load) {
        this.load = load;
        this.mails = new LoadMail(Long.toString(RUNS.incrementAndGet()), load.octets());
        this.nanos = new long[load.mails()];
    }

    public static LoadResult send(Load load) throws InterruptedException {
        return new SmtpLoad(load).send();
    }

    private LoadResult send() throws InterruptedException {
        List<Thread> sessions = new ArrayList<>();
        for (int i = 0; i < load.sessions(); i++) {
            sessions.add(Thread.ofPlatform().name("load-" + i).start(this::session));
        }
        for (Thread session : sessions) {
            session.join();
        }
        Duration elapsed = Duration.ofNanos(System.nanoTime() - begin);
        return new LoadResult(
                accepted.get(),
                failed.get(),
                elapsed,
                new Latencies(nanos, accepted.get()),
                Optional.ofNullable(firstFailure.get()));
    }

    private void session() {
        SmtpSession session = null;
        int failures = 0;
        while (failures < FAILURES_PER_SESSION
                && System.nanoTime() - begin < load.limit().toNanos()) {
            int number = next.getAndIncrement();
            if (number >= load.mails()) {
                break;
            }
            try {
                if (session == null) {
                    session = SmtpSession.open(load.port());
                }
                String recipient = load.recipient(number);
                byte[] mail = mails.withEnd(number, recipient);
                long started = System.nanoTime();
                session.send(recipient, mail);
                nanos[accepted.getAndIncrement()] = System.nanoTime() - started;
            } catch (IOException e) {
                failures++;
                failed.incrementAndGet();
                firstFailure.compareAndSet(null, e.getMessage());
                if (session != null) {
                    session.close();
                    session = null;
                }
            }
        }
        SmtpSession.quit(session);
    }
}
