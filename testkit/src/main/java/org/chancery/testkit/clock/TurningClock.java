package org.chancery.testkit.clock;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that stands still until a test turns it. Safe to read while another thread turns it. */
public final class TurningClock extends Clock {

    /** An unremarkable moment, for tests to which any would do. */
    public static final Instant START = Instant.parse("2026-03-02T09:30:00Z");

    /** Shared by the clock and those that show its time in another zone. */
    private static final class Hands {
        private Instant now;

        Hands(Instant now) {
            this.now = now;
        }

        synchronized Instant now() {
            return now;
        }

        synchronized Instant turn(Duration by) {
            now = now.plus(by);
            return now;
        }

        synchronized void turnTo(Instant instant) {
            now = instant;
        }
    }

    private final Hands hands;
    private final ZoneId zone;

    private TurningClock(Hands hands, ZoneId zone) {
        this.hands = hands;
        this.zone = zone;
    }

    /** Stands at {@link #START}. */
    public static TurningClock atStart() {
        return at(START);
    }

    public static TurningClock at(Instant now) {
        return new TurningClock(new Hands(now), ZoneOffset.UTC);
    }

    /** Turns it by that much; returns what it shows then. */
    public Instant turn(Duration by) {
        return hands.turn(by);
    }

    public void turnTo(Instant instant) {
        hands.turnTo(instant);
    }

    @Override
    public Instant instant() {
        return hands.now();
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    /** Shows the same time, and is turned together with this one. */
    @Override
    public Clock withZone(ZoneId other) {
        return new TurningClock(hands, other);
    }
}
