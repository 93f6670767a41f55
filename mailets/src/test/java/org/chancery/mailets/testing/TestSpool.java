package org.chancery.mailets.testing;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.chancery.core.id.SpoolId;
import org.chancery.core.spool.SpoolClaims;
import org.chancery.core.spool.SpooledMail;
import org.jspecify.annotations.Nullable;

/** A spool in memory, which hands a mail out again when its clock says that it is due. */
public final class TestSpool implements SpoolClaims {
    private final TestClock clock;
    private final List<Due> due = new ArrayList<>();
    private final Map<SpoolId, TestMail> claimed = new HashMap<>();
    private final List<Call> calls = new ArrayList<>();
    private volatile int arrivals;
    private @Nullable Error nextRetry;

    private record Call(SpoolId mail, String text) {}

    private record Due(TestMail mail, Instant at) {}

    public TestSpool(TestClock clock) {
        this.clock = clock;
    }

    public synchronized void add(TestMail... mails) {
        for (TestMail mail : mails) {
            due.add(new Due(mail, Instant.MIN));
        }
        notifyAll();
    }

    public void arrivals(int perSecond) {
        arrivals = perSecond;
    }

    /** Lets the next call of {@link #retry} throw. */
    public synchronized void failNextRetry(Error with) {
        nextRetry = with;
    }

    /** What the pipeline said about a mail, such as {@code retry 1 PT1S}; in order. */
    public synchronized List<String> calls() {
        return calls.stream().map(Call::text).toList();
    }

    /** The same of one mail. */
    public synchronized List<String> calls(TestMail mail) {
        return calls.stream()
                .filter(call -> call.mail().equals(mail.id()))
                .map(Call::text)
                .toList();
    }

    /** Mails that wait or are claimed. */
    public synchronized int left() {
        return due.size() + claimed.size();
    }

    /** Turns the clock, unless the pipeline has something to do without that. */
    public synchronized void turnWhereIdle(Duration by) {
        if (claimed.isEmpty() && next().isEmpty()) {
            clock.turn(by);
        }
    }

    @Override
    public synchronized Optional<SpooledMail> claim(Duration wait) throws InterruptedException {
        Optional<Due> next = next();
        if (next.isEmpty()) {
            TimeUnit.NANOSECONDS.timedWait(this, Math.min(wait.toNanos(), 5_000_000));
            next = next();
        }
        next.ifPresent(found -> {
            due.remove(found);
            claimed.put(found.mail().id(), found.mail());
        });
        return next.map(Due::mail);
    }

    private Optional<Due> next() {
        return due.stream().filter(one -> !one.at().isAfter(clock.instant())).min(Comparator.comparing(Due::at));
    }

    @Override
    public synchronized void processed(SpoolId id) {
        TestMail mail = take(id);
        calls.add(new Call(id, "processed " + mail.attempt()));
    }

    @Override
    public synchronized void retry(SpoolId id, Instant notBefore) {
        Error failure = nextRetry;
        if (failure != null) {
            nextRetry = null;
            throw failure;
        }
        TestMail mail = take(id);
        calls.add(new Call(id, "retry " + mail.attempt() + " " + Duration.between(clock.instant(), notBefore)));
        due.add(new Due(mail.withAttempt(mail.attempt() + 1), notBefore));
    }

    @Override
    public synchronized void postpone(SpoolId id, Instant notBefore) {
        TestMail mail = take(id);
        calls.add(new Call(id, "postpone " + mail.attempt() + " " + Duration.between(clock.instant(), notBefore)));
        due.add(new Due(mail, notBefore));
    }

    @Override
    public synchronized void due(SpoolId id) {
        due.replaceAll(one -> one.mail().id().equals(id) ? new Due(one.mail(), Instant.MIN) : one);
        notifyAll();
    }

    @Override
    public synchronized void setAside(SpoolId id, String why) {
        TestMail mail = take(id);
        calls.add(new Call(id, "set aside " + mail.attempt()));
    }

    private TestMail take(SpoolId id) {
        TestMail mail = claimed.remove(id);
        if (mail == null) {
            throw new IllegalStateException(id + " is not claimed");
        }
        return mail;
    }

    @Override
    public int arrivalsPerSecond() {
        return arrivals;
    }

    @Override
    public List<Damaged> damaged() {
        return List.of();
    }

    @Override
    public List<Waiting> waiting(int limit) {
        return List.of();
    }
}
