package org.chancery.smtpingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.chancery.core.access.TokenGuard;
import org.chancery.testkit.log.Quiet;
import org.chancery.testkit.smtp.SmtpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/** A port goes on accepting, and the watch goes on watching, whatever fails in them. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ListenerTest {
    @RegisterExtension
    static final Quiet QUIET = Quiet.of("org.chancery.smtpingest", "org.subethamail");

    private static final Duration SHORT = Duration.ofMillis(150);
    private static final Duration LONG = Duration.ofMinutes(1);

    private static Listener listener(
            SmtpConfig.SessionLimits session, SmtpConfig.TimeLimits time, ThreadFactory threads) {
        SmtpConfig config = TestServer.config(TestServer.MAIL, session, time);
        Surroundings surroundings = new Surroundings(
                config,
                TestServer.tls(),
                new TestCore().with(new TestSpool()),
                new SmtpFigures(),
                new TokenGuard(SubmissionAuth.LIMITS),
                SubmissionMemory.of(1L << 30, TestServer.MAIL.maxMessage()),
                TestServer.CLOCK);
        Listener listener = new Listener(
                Service.MX, 0, surroundings, new ConnectionGate(config.session()), new SessionThreads(threads));
        listener.start();
        return listener;
    }

    private static ThreadFactory threads(AtomicInteger failures) {
        return session -> {
            if (failures.getAndDecrement() > 0) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            return Thread.ofPlatform().daemon().unstarted(session);
        };
    }

    @Test
    void a_port_goes_on_when_the_system_gives_no_thread_and_no_place_is_lost() throws IOException {
        SmtpConfig.SessionLimits onePlace = new SmtpConfig.SessionLimits(1, 1, 60, 10, 3);
        Listener listener = listener(onePlace, TestServer.TIME, threads(new AtomicInteger(3)));
        try {
            for (int i = 0; i < 3; i++) {
                try (SmtpClient client = SmtpClient.connect(listener.port())) {
                    assertEquals("", client.untilClosed());
                }
                Await.until(() -> listener.sessions().isEmpty());
            }
            assertTrue(listener.isListening());
            try (SmtpClient client = SmtpClient.connect(listener.port())) {
                assertTrue(client.reply().startsWith("220"));
            }
        } finally {
            listener.stop();
        }
        assertFalse(listener.isListening());
    }

    @Test
    void a_port_goes_on_when_a_connection_cannot_be_turned_away() throws IOException {
        SmtpConfig.SessionLimits onePlace = new SmtpConfig.SessionLimits(1, 1, 60, 10, 3);
        Listener listener = listener(onePlace, TestServer.TIME, threads(new AtomicInteger()));
        Logger log = (Logger) LoggerFactory.getLogger(Listener.class);
        AppenderBase<ILoggingEvent> fullMemory = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                throw new OutOfMemoryError("Java heap space");
            }
        };
        fullMemory.start();
        log.setLevel(Level.INFO);
        log.addAppender(fullMemory);
        try (SmtpClient first = SmtpClient.connect(listener.port())) {
            first.reply();
            try (SmtpClient second = SmtpClient.connect(listener.port())) {
                assertEquals("", second.untilClosed());
            }
            log.detachAppender(fullMemory);
            first.command("QUIT");
            first.untilClosed();
            Await.until(() -> listener.sessions().isEmpty());
            try (SmtpClient third = SmtpClient.connect(listener.port())) {
                assertTrue(third.reply().startsWith("220"));
            }
            assertTrue(listener.isListening());
        } finally {
            log.detachAppender(fullMemory);
            log.setLevel(null);
            listener.stop();
        }
    }

    @Test
    void whoever_is_overdue_is_cut_off_when_there_is_no_thread_for_a_last_word() throws IOException {
        SmtpConfig.TimeLimits time = new SmtpConfig.TimeLimits(SHORT, SHORT, LONG, LONG, LONG, 1);
        Listener listener = listener(TestServer.SESSION, time, threads(new AtomicInteger()));
        SessionWatch watch = new SessionWatch(List.of(listener), time, lastWord -> {
            throw new OutOfMemoryError("unable to create native thread");
        });
        watch.start();
        try {
            for (int i = 0; i < 2; i++) {
                try (SmtpClient client = SmtpClient.connect(listener.port())) {
                    client.reply();
                    assertEquals("", client.untilClosed());
                }
            }
            assertTrue(watch.isWatching());
        } finally {
            watch.stop();
            listener.stop();
        }
    }

    @Test
    void ingest_says_whether_it_listens() {
        TestServer server = TestServer.start();
        assertTrue(server.ingest.isListening());
        server.close();
        Await.until(() -> !server.ingest.isListening());
    }
}
