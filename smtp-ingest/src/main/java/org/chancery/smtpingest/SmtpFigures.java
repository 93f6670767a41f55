package org.chancery.smtpingest;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.chancery.smtpingest.wire.Reply;

/** What SMTP in has done since the start, for metrics. Counted by many threads; read at any time. */
public final class SmtpFigures {
    private final LongAdder sessions = new LongAdder();
    private final AtomicInteger open = new AtomicInteger();
    private final LongAdder mailsAccepted = new LongAdder();
    private final LongAdder mailsSubmitted = new LongAdder();
    private final LongAdder octets = new LongAdder();
    private final Map<String, LongAdder> refusals = new ConcurrentHashMap<>();

    /** Connections taken. */
    public long sessions() {
        return sessions.sum();
    }

    /** Connections taken and not ended. */
    public int openSessions() {
        return open.get();
    }

    /** Mails that strangers were told 250 for. */
    public long mailsAccepted() {
        return mailsAccepted.sum();
    }

    /** Mails that submitting users were told 250 for. */
    public long mailsSubmitted() {
        return mailsSubmitted.sum();
    }

    /** Octets of both. */
    public long octets() {
        return octets.sum();
    }

    /** How often each refusal was said, by code and enhanced code, such as {@code 550 5.1.1}. */
    public Map<String, Long> refusals() {
        Map<String, Long> counts = new TreeMap<>();
        refusals.forEach((status, count) -> counts.put(status, count.sum()));
        return counts;
    }

    void sessionBegins() {
        sessions.increment();
        open.incrementAndGet();
    }

    void sessionEnds() {
        open.decrementAndGet();
    }

    void accepted(long size) {
        mailsAccepted.increment();
        octets.add(size);
    }

    void submitted(long size) {
        mailsSubmitted.increment();
        octets.add(size);
    }

    void refused(Reply reply) {
        refusals.computeIfAbsent(reply.status(), status -> new LongAdder()).increment();
    }
}
