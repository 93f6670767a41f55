package org.chancery.mailets.screening;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.chancery.core.attachment.AttachmentFindings;
import org.chancery.core.fault.Later;
import org.chancery.core.mail.Arrival;
import org.chancery.mailets.testing.TestMail;
import org.junit.jupiter.api.Test;

class BigMailsTest {
    private static final AttachmentFindings NOTHING = new AttachmentFindings(List.of(), List.of());
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final Deque<Runnable> threads = new ArrayDeque<>();
    private final BigMails big = new BigMails(threads::add, Clock.fixed(NOW, ZoneOffset.UTC));
    private final List<String> looked = new ArrayList<>();

    /** Two mails, for which workers wait a moment, are under way in every test: from the third on nobody waits. */
    private final List<TestMail> first = List.of(mail("192.0.2.1", BigMails.BIG), mail("192.0.2.1", BigMails.BIG));

    @Test
    void a_small_mail_is_looked_into_at_once_whatever_waits() {
        begin();
        TestMail small = mail("192.0.2.1", BigMails.BIG - 1);
        assertSame(NOTHING, big.inspect(small, () -> NOTHING));
    }

    @Test
    void a_big_mail_waits_in_the_spool_until_somebody_has_looked() {
        TestMail mail = mail("192.0.2.1", BigMails.BIG);
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
            assertThrows(Later.class, () -> look(mail("192.0.2.1", BigMails.BIG), "many " + number));
        }
        assertThrows(Later.class, () -> look(mail("198.51.100.7", BigMails.BIG), "one"));
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
            assertThrows(Later.class, () -> look(mail("2001:db8::" + number, BigMails.BIG), "many"));
        }
        assertThrows(Later.class, () -> look(mail("2001:db8:1::1", BigMails.BIG), "one"));
        threads.forEach(Runnable::run);
        assertEquals(List.of("first", "many", "one", "first", "many", "many"), looked);
    }

    private void begin() {
        first.forEach(mail -> assertThrows(Later.class, () -> look(mail, "first")));
    }

    private AttachmentFindings look(TestMail mail, String name) {
        return big.inspect(mail, () -> {
            looked.add(name);
            return NOTHING;
        });
    }

    private static TestMail mail(String client, long size) {
        TestMail mail = TestMail.of(size, InputStream::nullInputStream, "a@here.test");
        try {
            Arrival arrival = new Arrival(NOW, InetAddress.getByName(client), "mx.elsewhere.test", "ESMTP");
            return new TestMail(mail.id(), mail.envelope(), arrival, size, 1, mail.bytes());
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
