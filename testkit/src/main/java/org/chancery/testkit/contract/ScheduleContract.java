package org.chancery.testkit.contract;

import static org.chancery.testkit.contract.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.chancery.core.id.TokenId;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.send.ScheduleRepository;
import org.chancery.core.send.ScheduleRepository.Scheduled;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a {@link ScheduleRepository} has to do. */
public interface ScheduleContract {
    /** Further on than other suites' mail, which shares the store. */
    Instant TIME = NOW.plus(Duration.ofDays(40));

    Store store();

    private ScheduleRepository schedule() {
        return store().schedule();
    }

    private <T> T in(Function<Tx, T> work) {
        return store().transactions().in(work);
    }

    private Scheduled scheduled(Samples samples, Instant at, @Nullable TokenId token) {
        Outbound mail = samples.keep(
                samples.outbound(samples.keptThread(), OutboundStatus.SCHEDULED, null, "client@stranger.example"));
        Scheduled scheduled = new Scheduled(mail.id(), samples.workspace.id(), samples.endpoint.id(), token, at);
        store().transactions().run(tx -> schedule().add(tx, scheduled));
        return scheduled;
    }

    private boolean take(Scheduled one) {
        return store().transactions().<Boolean>in(tx -> schedule().take(tx, one.message()));
    }

    private List<Scheduled> due(Samples samples, Instant now) {
        return in(tx -> schedule().due(tx, now, 100)).stream()
                .filter(one -> one.workspace().equals(samples.workspace.id()))
                .toList();
    }

    @Test
    default void what_is_due_comes_the_longest_due_first_and_nothing_before_its_time() {
        Samples samples = Samples.in(store());
        Scheduled second = scheduled(samples, TIME.plusSeconds(20), TokenId.at(NOW));
        Scheduled first = scheduled(samples, TIME.plusSeconds(10), null);
        assertEquals(List.of(), due(samples, TIME.plusSeconds(9)));
        assertEquals(List.of(first), due(samples, TIME.plusSeconds(10)));
        assertEquals(List.of(first, second), due(samples, TIME.plusSeconds(20)));
        store().transactions().run(tx -> schedule().postpone(tx, first.message(), TIME.plusSeconds(30)));
        assertEquals(List.of(second), due(samples, TIME.plusSeconds(29)));
    }

    @Test
    default void of_many_who_take_one_out_at_once_one_gets_it() {
        Samples samples = Samples.in(store());
        Scheduled mail = scheduled(samples, TIME, null);
        List<Boolean> taken = AtOnce.run(8, i -> take(mail));
        assertEquals(1, taken.stream().filter(Boolean::booleanValue).count());
        assertEquals(List.of(), due(samples, TIME));
        assertFalse(take(mail));
    }

    @Test
    default void those_of_an_endpoint_are_found_whenever_they_are_due() {
        Samples samples = Samples.in(store());
        Samples other = Samples.in(store());
        Scheduled ours = scheduled(samples, TIME, null);
        Scheduled theirs = scheduled(other, TIME, null);
        assertEquals(List.of(ours), in(tx -> schedule().at(tx, samples.endpoint.id(), 10)));
        assertEquals(List.of(theirs), in(tx -> schedule().at(tx, other.endpoint.id(), 10)));
        assertTrue(take(ours));
        assertEquals(List.of(), in(tx -> schedule().at(tx, samples.endpoint.id(), 10)));
    }
}
