package org.chancery.mailets.screening;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.chancery.core.attachment.AttachmentFindings;
import org.chancery.core.fault.Later;
import org.chancery.core.id.SpoolId;
import org.chancery.core.mail.Arrival;
import org.chancery.core.screening.AnswerDesk;
import org.chancery.core.screening.ScannedMail;
import org.junit.jupiter.api.Test;

class HeavyMailsTest {
    private static final AttachmentFindings NOTHING = new AttachmentFindings(List.of(), List.of());
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private static final AnswerDesk.Limits NOBODY_WAITS =
            new AnswerDesk.Limits(Duration.ZERO, Duration.ofMinutes(1), 1 << 20, 100);

    private final Deque<Runnable> threads = new ArrayDeque<>();
    private final HeavyMails heavy = new HeavyMails(threads::add, NOBODY_WAITS, Clock.fixed(NOW, ZoneOffset.UTC));
    private final List<String> looked = new ArrayList<>();

    private final List<ScannedMail> first = List.of(mail("192.0.2.1"), mail("192.0.2.1"));

    @Test
    void a_light_mail_is_looked_into_at_once_whatever_waits() {
        begin();
        assertSame(NOTHING, heavy.inspect(mail("192.0.2.1"), most -> Optional.of(NOTHING)));
    }

    @Test
    void what_a_worker_looks_at_itself_is_bounded_and_looked_at_once() {
        List<Long> bounds = new ArrayList<>();
        HeavyMails.Look look = most -> {
            bounds.add(most);
            return most == Long.MAX_VALUE ? Optional.of(NOTHING) : Optional.empty();
        };
        ScannedMail mail = mail("192.0.2.1");
        assertThrows(Later.class, () -> heavy.inspect(mail, look));
        assertThrows(Later.class, () -> heavy.inspect(mail, look));
        threads.remove().run();
        assertSame(NOTHING, heavy.inspect(mail, look));
        assertEquals(List.of(HeavyMails.LIGHT, Long.MAX_VALUE), bounds);
    }

    @Test
    void a_heavy_mail_waits_in_the_spool_until_somebody_has_looked() {
        ScannedMail mail = mail("192.0.2.1");
        assertThrows(Later.class, () -> look(mail, "it"));
        threads.remove().run();
        assertSame(NOTHING, look(mail, "again"));
        assertEquals(List.of("it"), looked);
    }

    @Test
    void who_sends_many_holds_up_a_client_with_one_for_one_mail_at_most() {
        begin();
        for (int i = 0; i < 5; i++) {
            int number = i;
            assertThrows(Later.class, () -> look(mail("192.0.2.1"), "many " + number));
        }
        assertThrows(Later.class, () -> look(mail("198.51.100.7"), "one"));
        threads.remove().run();
        threads.remove().run();
        assertEquals("one", looked.get(1), looked::toString);
        threads.forEach(Runnable::run);
        assertEquals(8, looked.size());
    }

    @Test
    void all_addresses_of_a_network_are_one_client() {
        begin();
        for (int i = 0; i < 3; i++) {
            int number = i;
            assertThrows(Later.class, () -> look(mail("2001:db8::" + number), "many"));
        }
        assertThrows(Later.class, () -> look(mail("2001:db8:1::1"), "one"));
        threads.forEach(Runnable::run);
        assertEquals(List.of("first", "many", "one", "first", "many", "many"), looked);
    }

    private void begin() {
        first.forEach(mail -> assertThrows(Later.class, () -> look(mail, "first")));
    }

    private AttachmentFindings look(ScannedMail mail, String name) {
        return heavy.inspect(mail, most -> {
            if (most < Long.MAX_VALUE) {
                return Optional.empty();
            }
            looked.add(name);
            return Optional.of(NOTHING);
        });
    }

    private static ScannedMail mail(String client) {
        try {
            Arrival arrival = new Arrival(NOW, InetAddress.getByName(client), "mx.elsewhere.test", "ESMTP");
            return new ScannedMail(SpoolId.at(NOW), 1, arrival, 1_000, InputStream::nullInputStream);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
