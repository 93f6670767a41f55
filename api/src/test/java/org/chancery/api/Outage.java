package org.chancery.api;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;

/** Transactions of a database that a test can take away and make fail. */
final class Outage implements Transactions {
    private static final Runnable NOTHING = () -> {};

    private final Transactions transactions;
    private volatile boolean breaksDown;
    private volatile boolean away;
    private final AtomicReference<Runnable> beforeDurable = new AtomicReference<>(NOTHING);
    private final AtomicReference<Runnable> withinDurable = new AtomicReference<>(NOTHING);
    private final AtomicInteger untilFailure = new AtomicInteger(Integer.MAX_VALUE);

    Outage(Transactions transactions) {
        this.transactions = transactions;
    }

    void begin() {
        away = true;
    }

    void end() {
        away = false;
    }

    /** Lets so many durable transactions happen, and has every further one fail as a bug would. */
    void failAfter(int durable) {
        untilFailure.set(durable);
    }

    /** Has every durable transaction fail as one does where the virtual machine is in trouble. */
    void breakDown() {
        breaksDown = true;
        untilFailure.set(0);
    }

    void failNoMore() {
        breaksDown = false;
        untilFailure.set(Integer.MAX_VALUE);
    }

    /** Has it happen once, just before the next durable transaction begins. */
    void beforeDurable(Runnable what) {
        beforeDurable.set(what);
    }

    /** Has it happen once, at the end of the next durable transaction, before that is committed. */
    void withinDurable(Runnable what) {
        withinDurable.set(what);
    }

    @Override
    public <T> T in(Function<Tx, T> work) {
        check();
        return transactions.in(work);
    }

    @Override
    public <T> T durably(Function<Tx, T> work) {
        check();
        beforeDurable.getAndSet(NOTHING).run();
        if (untilFailure.getAndDecrement() <= 0) {
            if (breaksDown) {
                throw new NoClassDefFoundError("secret inside: class foo");
            }
            throw new IllegalStateException("secret inside: table foo");
        }
        Runnable within = withinDurable.getAndSet(NOTHING);
        return transactions.durably(tx -> {
            T result = work.apply(tx);
            within.run();
            return result;
        });
    }

    @Override
    public void force() {
        transactions.force();
    }

    private void check() {
        if (away) {
            throw new Unavailable("the test took the database away", null);
        }
    }
}
