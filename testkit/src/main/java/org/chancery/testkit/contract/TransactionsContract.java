package org.chancery.testkit.contract;

import static org.chancery.testkit.contract.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.endpoint.EndpointCounters;
import org.chancery.core.endpoint.EndpointRepository.Count;
import org.chancery.core.id.EndpointId;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What {@link Transactions} have to do. */
public interface TransactionsContract {
    Count ONE = Count.NOTHING.received(1);

    Store store();

    private Transactions transactions() {
        return store().transactions();
    }

    private long received(Samples samples, EndpointId endpoint) {
        return transactions()
                .in(tx -> store().endpoints().counters(tx, samples.workspace.id(), List.of(endpoint)))
                .getOrDefault(endpoint, EndpointCounters.NONE)
                .received();
    }

    private void count(Tx tx, EndpointId endpoint) {
        store().endpoints().count(tx, endpoint, ONE, NOW);
    }

    @Test
    default void work_that_throws_keeps_nothing_and_its_failure_comes_out() {
        Samples samples = Samples.in(store());
        Endpoint endpoint = samples.newEndpoint("support");
        IllegalArgumentException failure = new IllegalArgumentException("changed my mind");
        assertSame(
                failure,
                assertThrows(
                        IllegalArgumentException.class,
                        () -> transactions().run(tx -> {
                            store().endpoints().add(tx, endpoint);
                            count(tx, samples.endpoint.id());
                            throw failure;
                        })));
        assertEquals(
                Optional.empty(), transactions().in(tx -> store().endpoints().byAddress(tx, endpoint.address())));
        assertEquals(0, received(samples, samples.endpoint.id()));
    }

    @Test
    default void what_is_not_committed_is_not_seen_elsewhere() {
        Samples samples = Samples.in(store());
        EndpointId endpoint = samples.endpoint.id();
        transactions().run(tx -> {
            count(tx, endpoint);
            assertEquals(0, AtOnce.elsewhere(() -> received(samples, endpoint)).longValue());
        });
        assertEquals(1, received(samples, endpoint));
    }

    @Test
    default void effects_come_after_the_commit_in_order_and_in_the_callers_thread() {
        Samples samples = Samples.in(store());
        EndpointId endpoint = samples.endpoint.id();
        List<String> said = new ArrayList<>();
        String result = transactions().in(tx -> {
            count(tx, endpoint);
            tx.afterCommit(() -> said.add("one by " + Thread.currentThread().getName()));
            tx.afterCommit(() -> said.add("two, sees "
                    + AtOnce.elsewhere(() -> received(samples, endpoint)).longValue()));
            assertEquals(List.of(), said);
            return "done";
        });
        assertEquals("done", result);
        assertEquals(List.of("one by " + Thread.currentThread().getName(), "two, sees 1"), said);
    }

    @Test
    default void work_that_throws_has_no_effects() {
        List<String> said = new ArrayList<>();
        assertThrows(
                IllegalArgumentException.class,
                () -> transactions().run(tx -> {
                    tx.afterCommit(() -> said.add("committed"));
                    throw new IllegalArgumentException("changed my mind");
                }));
        transactions().run(tx -> {});
        assertEquals(List.of(), said);
    }

    @Test
    default void a_transaction_within_another_is_refused_and_the_outer_one_goes_on() {
        Samples samples = Samples.in(store());
        EndpointId endpoint = samples.endpoint.id();
        transactions().run(tx -> {
            assertThrows(IllegalStateException.class, () -> transactions().run(inner -> count(inner, endpoint)));
            assertThrows(IllegalStateException.class, () -> transactions().durably(inner -> true));
            count(tx, endpoint);
        });
        assertEquals(1, received(samples, endpoint));
    }

    @Test
    default void a_transaction_that_is_over_cannot_be_used() {
        Samples samples = Samples.in(store());
        AtomicReference<@Nullable Tx> kept = new AtomicReference<>();
        transactions().run(kept::set);
        Tx over = kept.get();
        assertNotNull(over);
        assertThrows(
                IllegalStateException.class, () -> store().endpoints().byAddress(over, samples.endpoint.address()));
    }

    @Test
    default void durable_work_is_committed_rolled_back_and_followed_by_effects_as_other_work_is() {
        Samples samples = Samples.in(store());
        EndpointId endpoint = samples.endpoint.id();
        List<String> said = new ArrayList<>();
        assertEquals("done", transactions().durably(tx -> {
            count(tx, endpoint);
            tx.afterCommit(() -> said.add("committed"));
            return "done";
        }));
        assertThrows(
                IllegalArgumentException.class,
                () -> transactions().durably(tx -> {
                    count(tx, endpoint);
                    throw new IllegalArgumentException("changed my mind");
                }));
        transactions().force();
        assertEquals(1, received(samples, endpoint));
        assertEquals(List.of("committed"), said);
    }

    @Test
    default void of_two_that_wait_for_each_other_both_succeed_in_the_end() {
        Samples samples = Samples.in(store());
        EndpointId sales = samples.endpoint.id();
        EndpointId support = samples.keep(samples.newEndpoint("support")).id();
        CountDownLatch bothHoldOne = new CountDownLatch(2);
        AtomicInteger effects = new AtomicInteger();
        AtOnce.run(
                2,
                number -> transactions().in(tx -> {
                    tx.afterCommit(effects::incrementAndGet);
                    count(tx, number == 0 ? sales : support);
                    bothHoldOne.countDown();
                    AtOnce.await(bothHoldOne);
                    count(tx, number == 0 ? support : sales);
                    return true;
                }));
        assertEquals(2, received(samples, sales));
        assertEquals(2, received(samples, support));
        assertEquals(2, effects.get());
    }
}
