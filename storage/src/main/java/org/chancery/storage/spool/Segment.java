package org.chancery.storage.spool;

import java.util.ArrayList;
import java.util.List;

/** One file of the log: which mails it holds. Guarded by the lock of the {@link Backlog}. */
final class Segment {
    private final long number;
    private final Marks marks;
    private final List<LoggedMail> mails = new ArrayList<>();

    // All before it in the list have left the backlog.
    private int firstWaiting;
    private int kept;
    private boolean full;
    private boolean damaged;
    private volatile boolean keptForNextStart;

    Segment(long number, Marks marks) {
        this.number = number;
        this.marks = marks;
    }

    long number() {
        return number;
    }

    /** What is written down about its mails; has a lock of its own. */
    Marks marks() {
        return marks;
    }

    void add(LoggedMail mail) {
        mails.add(mail);
        kept++;
    }

    /** The mail needs the segment no longer. */
    void letGo() {
        kept--;
    }

    /** No mail is added any more. */
    void markFull() {
        full = true;
    }

    /** Part of it cannot be read. */
    void markDamaged() {
        damaged = true;
    }

    boolean isDamaged() {
        return damaged;
    }

    /** Some of its mails are known to nobody but the log. Said before the segment is full, and without the lock. */
    void keepForNextStart() {
        keptForNextStart = true;
    }

    boolean isReleasable() {
        return full && kept == 0 && !keptForNextStart;
    }

    /** Those that wait or are in the pipeline, oldest first. */
    List<LoggedMail> inBacklog(int limit) {
        skipThoseThatLeft();
        return mails.subList(firstWaiting, mails.size()).stream()
                .filter(mail -> mail.stage.isInBacklog())
                .limit(limit)
                .toList();
    }

    private void skipThoseThatLeft() {
        while (firstWaiting < mails.size() && !mails.get(firstWaiting).stage.isInBacklog()) {
            firstWaiting++;
        }
    }
}
