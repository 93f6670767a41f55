package org.chancery.testkit.contract;

import static org.chancery.testkit.contract.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.SuppressionId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.suppression.Suppression;
import org.chancery.core.suppression.Suppression.Cause;
import org.chancery.core.suppression.SuppressionRepository;
import org.chancery.core.suppression.SuppressionRepository.Place;
import org.chancery.core.tx.Tx;
import org.junit.jupiter.api.Test;

/** What every store of suppressed addresses keeps to. */
public interface SuppressionContract {
    Store store();

    @Test
    default void an_entry_is_kept_as_it_was_and_found_however_the_address_is_written() {
        Samples samples = Samples.in(store());
        Suppression gone = new Suppression(
                SuppressionId.at(NOW),
                samples.workspace.id(),
                EmailAddress.of("Bob@gone.example"),
                Cause.HARD_BOUNCE,
                "550 5.1.1 no such user",
                MessageId.at(NOW),
                Suppression.OURSELVES,
                NOW);
        assertTrue(does(tx -> kept().add(tx, gone)));
        assertEquals(
                Optional.of(gone),
                in(tx -> kept().find(tx, samples.workspace.id(), EmailAddress.of("bob@gone.example"))));
        EmailAddress loud = EmailAddress.of("BOB@gone.example");
        EmailAddress other = EmailAddress.of("ann@gone.example");
        assertEquals(Set.of(loud), in(tx -> kept().among(tx, samples.workspace.id(), List.of(other, loud))));
        assertEquals(Set.of(), in(tx -> kept().among(tx, samples.workspace.id(), List.of())));
    }

    @Test
    default void each_cause_is_kept() {
        Samples samples = Samples.in(store());
        for (Cause cause : Cause.values()) {
            Suppression entry = new Suppression(
                    SuppressionId.at(NOW),
                    samples.workspace.id(),
                    EmailAddress.of(cause.text() + "@gone.example"),
                    cause,
                    "",
                    null,
                    Suppression.OURSELVES,
                    NOW);
            assertTrue(does(tx -> kept().add(tx, entry)));
            assertEquals(Optional.of(entry), in(tx -> kept().find(tx, samples.workspace.id(), entry.address())));
        }
    }

    @Test
    default void the_first_entry_of_an_address_stays_until_it_is_lifted() {
        Samples samples = Samples.in(store());
        Suppression first = entry(samples, "bob@gone.example", NOW);
        Suppression second = new Suppression(
                SuppressionId.at(NOW),
                samples.workspace.id(),
                first.address(),
                Cause.COMPLAINT,
                "",
                null,
                Suppression.OURSELVES,
                NOW);
        assertTrue(does(tx -> kept().add(tx, first)));
        assertFalse(does(tx -> kept().add(tx, second)));
        assertEquals(Optional.of(first), in(tx -> kept().find(tx, samples.workspace.id(), first.address())));
        assertEquals(Optional.of(first), in(tx -> kept().remove(tx, samples.workspace.id(), first.address())));
        assertEquals(Optional.empty(), in(tx -> kept().remove(tx, samples.workspace.id(), first.address())));
        assertTrue(does(tx -> kept().add(tx, second)));
    }

    @Test
    default void of_two_who_add_an_address_at_once_one_does() {
        Samples samples = Samples.in(store());
        List<Boolean> added =
                AtOnce.run(2, number -> in(tx -> kept().add(tx, entry(samples, "bob@gone.example", NOW))));
        assertEquals(Set.of(true, false), Set.copyOf(added));
    }

    @Test
    default void adding_goes_on_where_the_entry_before_is_lifted_just_then() {
        Samples samples = Samples.in(store());
        Suppression entry = entry(samples, "bob@gone.example", NOW);
        List<Integer> done = AtOnce.run(2, number -> {
            int count = 0;
            for (int i = 0; i < 200; i++) {
                boolean did = number == 0
                        ? does(tx -> kept().add(tx, entry))
                        : in(tx -> kept().remove(tx, samples.workspace.id(), entry.address()))
                                .isPresent();
                count += did ? 1 : 0;
            }
            return count;
        });
        boolean isLeft = in(tx -> kept().find(tx, samples.workspace.id(), entry.address()))
                .isPresent();
        assertEquals(done.get(0), done.get(1) + (isLeft ? 1 : 0));
    }

    @Test
    default void another_workspace_sees_and_lifts_nothing_of_it() {
        Samples ours = Samples.in(store());
        Samples theirs = Samples.in(store());
        Suppression entry = entry(ours, "bob@gone.example", NOW);
        in(tx -> kept().add(tx, entry));
        assertEquals(Optional.empty(), in(tx -> kept().find(tx, theirs.workspace.id(), entry.address())));
        assertEquals(Set.of(), in(tx -> kept().among(tx, theirs.workspace.id(), List.of(entry.address()))));
        assertEquals(Optional.empty(), in(tx -> kept().remove(tx, theirs.workspace.id(), entry.address())));
        assertEquals(Optional.of(entry), in(tx -> kept().find(tx, ours.workspace.id(), entry.address())));
        assertEquals(List.of(), in(tx -> kept().page(tx, theirs.workspace.id(), null, 10)));
    }

    @Test
    default void pages_go_through_all_newest_first() {
        Samples samples = Samples.in(store());
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            String address = "r" + i + "@gone.example";
            // Some at the same instant.
            in(tx -> kept().add(tx, entry(samples, address, NOW.plusSeconds(Integer.parseInt(address, 1, 2, 10) / 3))));
            expected.addFirst(address);
        }
        List<String> seen = new ArrayList<>();
        Place before = null;
        while (true) {
            Place place = before;
            List<Suppression> page = in(tx -> kept().page(tx, samples.workspace.id(), place, 2));
            if (page.isEmpty()) {
                break;
            }
            page.forEach(one -> seen.add(one.address().toString()));
            before = Place.of(page.getLast());
        }
        assertEquals(expected, seen);
    }

    private static Suppression entry(Samples samples, String address, Instant at) {
        return new Suppression(
                SuppressionId.at(at),
                samples.workspace.id(),
                EmailAddress.of(address),
                Cause.MANUAL,
                "asked us to",
                null,
                samples.person.email(),
                at);
    }

    private SuppressionRepository kept() {
        return store().suppressions();
    }

    private boolean does(Predicate<Tx> work) {
        return store().transactions().in(work::test);
    }

    private <T> T in(Function<Tx, T> work) {
        return store().transactions().in(work);
    }
}
