package org.chancery.smtpingest;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.chancery.core.id.SpoolId;
import org.chancery.core.mail.Arrival;
import org.chancery.core.mail.Envelope;
import org.chancery.core.spool.Admission;
import org.chancery.core.spool.Incoming;
import org.chancery.core.spool.Spool;
import org.jspecify.annotations.Nullable;

/** A spool that keeps mails in memory and does what the test tells it to. */
final class TestSpool implements Spool {
    @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
    record Mail(SpoolId id, Envelope envelope, Arrival arrival, byte[] raw) {}

    final List<Mail> mails = new CopyOnWriteArrayList<>();
    final AtomicInteger open = new AtomicInteger();
    volatile Admission admission = Admission.OPEN;
    volatile @Nullable Supplier<RuntimeException> failureAtBegin;
    volatile @Nullable Supplier<RuntimeException> failureAtWrite;
    volatile @Nullable Supplier<RuntimeException> failureAtCommit;
    /** Where set, commits wait for it. */
    volatile @Nullable CountDownLatch commitsWaitFor;

    final CountDownLatch commitBegan = new CountDownLatch(1);

    @Override
    public Admission admission() {
        return admission;
    }

    @Override
    public Incoming begin() {
        failIfAsked(failureAtBegin);
        open.incrementAndGet();
        return new InMemory();
    }

    @Override
    public long backlog() {
        return mails.size();
    }

    private static void failIfAsked(@Nullable Supplier<RuntimeException> failure) {
        if (failure != null) {
            throw failure.get();
        }
    }

    private final class InMemory implements Incoming {
        private final ByteArrayOutputStream raw = new ByteArrayOutputStream();

        @Override
        public void write(byte[] bytes, int offset, int length) {
            failIfAsked(failureAtWrite);
            raw.write(bytes, offset, length);
        }

        @Override
        public long size() {
            return raw.size();
        }

        @Override
        public SpoolId commit(Envelope envelope, Arrival arrival) {
            commitBegan.countDown();
            CountDownLatch latch = commitsWaitFor;
            if (latch != null) {
                try {
                    latch.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            failIfAsked(failureAtCommit);
            SpoolId id = SpoolId.at(Instant.now());
            mails.add(new Mail(id, envelope, arrival, raw.toByteArray()));
            return id;
        }

        @Override
        public void close() {
            open.decrementAndGet();
        }
    }
}
