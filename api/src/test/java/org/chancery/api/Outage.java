package org.chancery.api;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;

/** Transactions of a database that a test can take away and make fail. */
final class Outage implements Transactions {
    private final Transactions transactions;
    private volatile boolean breaksDown;
    private volatile boolean away;
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

    @Override
    public <T> T in(Function<Tx, T> work) {
        check();
        return transactions.in(work);
    }

    @Override
    public <T> T durably(Function<Tx, T> work) {
        check();
        if (untilFailure.getAndDecrement() <= 0) {
            if (breaksDown) {
                throw new NoClassDefFoundError("secret inside: class foo");
            }
            throw new IllegalStateException("secret inside: table foo");
        }
        return transactions.durably(work);
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
