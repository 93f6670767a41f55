package org.chancery.core.triage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.chancery.core.access.Actor;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.UserId;
import org.chancery.core.triage.Presence.Viewer;
import org.junit.jupiter.api.Test;

class PresenceTest {
    private static final Instant NOW = Instant.parse("2026-03-02T09:30:00Z");

    private final Hands clock = new Hands();
    private final Presence presence = new Presence(clock);
    private final MessageId mail = MessageId.at(NOW);
    private final Actor ann = person("ann");
    private final Actor bob = person("bob");

    private static Actor person(String name) {
        return new Actor.Person(UserId.at(NOW), name);
    }

    @Test
    void somebody_is_there_for_half_a_minute_after_they_said_so() {
        presence.note(mail, ann, true);
        clock.now = NOW.plusSeconds(29);
        assertEquals(List.of(new Viewer(ann, true, NOW)), presence.at(mail));
        clock.now = NOW.plusSeconds(30);
        assertEquals(List.of(), presence.at(mail));
    }

    @Test
    void who_says_it_again_stays_and_began_when_they_began() {
        presence.note(mail, ann, true);
        clock.now = NOW.plusSeconds(20);
        presence.note(mail, ann, true);
        clock.now = NOW.plusSeconds(45);
        assertEquals(List.of(new Viewer(ann, true, NOW)), presence.at(mail));
    }

    @Test
    void who_stops_writing_only_looks_from_then_on() {
        presence.note(mail, ann, true);
        clock.now = NOW.plusSeconds(5);
        presence.note(mail, ann, false);
        assertEquals(List.of(new Viewer(ann, false, NOW.plusSeconds(5))), presence.at(mail));
    }

    @Test
    void each_mail_has_its_own_viewers() {
        presence.note(mail, ann, true);
        presence.note(mail, bob, false);
        presence.note(MessageId.at(NOW), bob, true);
        assertEquals(List.of(new Viewer(ann, true, NOW), new Viewer(bob, false, NOW)), presence.at(mail));
        assertEquals(List.of(), presence.at(MessageId.at(NOW)));
    }

    @Test
    void however_many_say_so_little_is_remembered() {
        presence.note(mail, ann, true);
        for (int i = 0; i < Presence.MAX_VIEWERS - 1; i++) {
            presence.note(MessageId.at(NOW), bob, false);
        }
        assertEquals(1, presence.at(mail).size());
        presence.note(MessageId.at(NOW), bob, false);
        assertEquals(List.of(), presence.at(mail), "the oldest goes first");
    }

    @Test
    void however_many_are_at_one_mail_a_page_shows_few() {
        for (int i = 0; i < 200; i++) {
            presence.note(mail, person("p" + i), false);
        }
        List<Viewer> shown = presence.at(mail);
        assertEquals(Presence.MAX_SHOWN, shown.size());
        assertTrue(shown.stream().anyMatch(viewer -> viewer.who().label().equals("p199")));
    }

    private static final class Hands extends Clock {
        private Instant now = NOW;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }
}
