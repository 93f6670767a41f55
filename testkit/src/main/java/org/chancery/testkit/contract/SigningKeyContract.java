package org.chancery.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.chancery.core.access.SecretBox;
import org.chancery.core.audit.AuditLog.Question;
import org.chancery.core.audit.ChainedEntry;
import org.chancery.core.dkim.DomainKeys;
import org.chancery.core.dkim.KeyRecord;
import org.chancery.core.dkim.KeyRing;
import org.chancery.core.dkim.KeyRing.SigningKey;
import org.chancery.core.dkim.KeyRing.UnusableKey;
import org.chancery.core.dkim.KeySet;
import org.chancery.core.dkim.KeyType;
import org.chancery.core.dkim.PublishedKeys.Shown;
import org.chancery.core.fault.CallerFault;
import org.chancery.testkit.clock.TurningClock;
import org.junit.jupiter.api.Test;

/** How the keys of domains live: {@link DomainKeys} over a repository, and what a {@link KeyRing} makes of them. */
public interface SigningKeyContract {
    byte[] SECRET = new byte[32];

    Store store();

    /** A domain with its keys, and a DNS that a test writes. */
    final class Domain {
        final Samples samples;
        final TurningClock clock = TurningClock.at(Samples.NOW);
        final Set<KeyRecord> published = new HashSet<>();
        final DomainKeys keys;
        final KeyRing ring;

        Domain(Store store) {
            this.samples = Samples.in(store);
            SecretBox secrets = new SecretBox(SECRET);
            this.keys = new DomainKeys(
                    store.transactions(),
                    new DomainKeys.Stores(store.signingKeys(), store.access(), store.audit()),
                    secrets,
                    record -> published.contains(record) ? Shown.YES : Shown.MISSING,
                    clock);
            this.ring = new KeyRing(keys, secrets, clock);
        }

        String name() {
            return samples.workspace.domain();
        }

        List<KeySet> all() {
            return keys.of(name());
        }

        void publish(KeySet set) {
            published.addAll(set.pair().records());
        }

        List<String> signsWith() throws UnusableKey {
            return ring.of(name()).stream().map(SigningKey::selector).toList();
        }
    }

    @Test
    default void the_first_keys_are_made_when_they_are_needed_and_sign_at_once() throws UnusableKey {
        Domain domain = new Domain(store());
        List<SigningKey> ring = domain.ring.of(domain.name());
        KeySet.Active only = assertInstanceOf(KeySet.Active.class, domain.all().getFirst());
        assertEquals(1, domain.all().size());
        assertEquals(only.pair().selectors(), domain.signsWith());
        assertEquals(
                List.of(KeyType.RSA, KeyType.ED25519),
                ring.stream().map(SigningKey::type).toList());
        assertEquals(only, domain.all().getFirst(), "it is kept as it was made");
    }

    @Test
    default void keys_that_many_need_at_once_are_made_once() {
        Domain domain = new Domain(store());
        List<KeySet.Active> seen = AtOnce.run(4, number -> domain.keys.active(domain.name()));
        assertEquals(1, new HashSet<>(seen).size());
        assertEquals(1, domain.all().size());
    }

    @Test
    default void new_keys_sign_only_when_the_dns_shows_both() throws UnusableKey {
        Domain domain = new Domain(store());
        List<String> before = domain.signsWith();
        KeySet.Waiting next = domain.keys.rotate(domain.name());
        assertEquals(List.of(), ofThis(domain));
        domain.published.add(next.pair().records().getFirst());
        assertEquals(List.of(), ofThis(domain), "only one of them");
        domain.clock.turn(Duration.ofHours(1));
        assertEquals(before, domain.signsWith());

        domain.publish(next);
        assertEquals(1, ofThis(domain).size());
        domain.clock.turn(Duration.ofHours(1));
        assertEquals(next.pair().selectors(), domain.signsWith());
        assertInstanceOf(KeySet.Active.class, domain.all().getFirst());
        assertInstanceOf(KeySet.Retired.class, domain.all().getLast());
    }

    /** The suites share a database: others may have been activated, too. */
    private static List<KeySet.Active> ofThis(Domain domain) {
        return domain.keys.activatePublished().stream()
                .filter(set -> set.pair().domain().equals(domain.name()))
                .toList();
    }

    @Test
    default void an_operator_who_activates_what_nobody_can_look_up_has_to_say_so() throws UnusableKey {
        Domain domain = new Domain(store());
        List<String> before = domain.signsWith();
        KeySet.Waiting next = domain.keys.rotate(domain.name());
        assertEquals(
                "not_published",
                assertThrows(CallerFault.class, () -> domain.keys.activate(domain.name(), false))
                        .code());
        domain.ring.forget();
        assertEquals(before, domain.signsWith());
        assertEquals(next.pair(), domain.keys.activate(domain.name(), true).pair());
        domain.ring.forget();
        assertEquals(next.pair().selectors(), domain.signsWith());
        assertEquals(
                "nothing_waits",
                assertThrows(CallerFault.class, () -> domain.keys.activate(domain.name(), true))
                        .code());
    }

    @Test
    default void a_second_rotation_waits_for_the_first() {
        Domain domain = new Domain(store());
        domain.keys.rotate(domain.name());
        assertEquals(
                "rotation_under_way",
                assertThrows(CallerFault.class, () -> domain.keys.rotate(domain.name()))
                        .code());
        assertEquals(2, domain.all().size());
    }

    @Test
    default void keys_that_wait_can_be_given_up_and_their_names_are_not_used_again() throws UnusableKey {
        Domain domain = new Domain(store());
        List<String> before = domain.signsWith();
        KeySet.Waiting mislaid = domain.keys.rotate(domain.name());
        KeySet.Discarded given = domain.keys.discard(domain.name());
        assertEquals(mislaid.pair().selectors(), given.pair().selectors());
        domain.publish(mislaid);
        assertEquals(List.of(), ofThis(domain));
        domain.ring.forget();
        assertEquals(before, domain.signsWith());

        KeySet.Waiting next = domain.keys.rotate(domain.name());
        assertEquals(3, next.pair().number());
        assertEquals(List.of(next, given, domain.all().getLast()), domain.all());
        domain.clock.turn(DomainKeys.SHOWN_AFTER_RETIREMENT.plusSeconds(1));
        domain.keys.forgetRetired();
        assertEquals(List.of(next, domain.all().getLast()), domain.all());
    }

    @Test
    default void keys_that_sign_cannot_be_given_up() throws UnusableKey {
        Domain domain = new Domain(store());
        List<String> before = domain.signsWith();
        assertEquals(
                "nothing_waits",
                assertThrows(CallerFault.class, () -> domain.keys.discard(domain.name()))
                        .code());
        assertThrows(CallerFault.class, () -> domain.keys.discard("elsewhere.example"));
        domain.ring.forget();
        assertEquals(before, domain.signsWith());
    }

    @Test
    default void keys_are_given_up_or_activated_and_never_both() {
        for (int round = 0; round < 5; round++) {
            Domain domain = new Domain(store());
            domain.keys.rotate(domain.name());
            List<Boolean> done = AtOnce.run(2, number -> {
                try {
                    if (number == 0) {
                        domain.keys.discard(domain.name());
                    } else {
                        domain.keys.activate(domain.name(), true);
                    }
                    return true;
                } catch (CallerFault tooLate) {
                    return false;
                }
            });
            assertEquals(1, done.stream().filter(Boolean::booleanValue).count());
            assertEquals(
                    1,
                    domain.all().stream()
                            .filter(KeySet.Active.class::isInstance)
                            .count());
        }
    }

    @Test
    default void private_keys_that_sign_no_more_are_destroyed() {
        Domain domain = new Domain(store());
        domain.all();
        domain.keys.rotate(domain.name());
        domain.keys.discard(domain.name());
        domain.keys.rotate(domain.name());
        domain.keys.activate(domain.name(), true);
        List<KeySet> all = domain.all();
        assertEquals(3, all.size());
        assertFalse(all.getFirst().pair().rsa().sealed().isEmpty());
        for (KeySet past : all.subList(1, 3)) {
            assertEquals("", past.pair().rsa().sealed());
            assertEquals("", past.pair().ed25519().sealed());
            assertFalse(past.pair().rsa().published().isEmpty());
        }
    }

    @Test
    default void replaced_keys_are_shown_until_no_mail_is_on_its_way_any_more() {
        Domain domain = new Domain(store());
        domain.all();
        domain.keys.rotate(domain.name());
        domain.keys.activate(domain.name(), true);
        domain.clock.turn(DomainKeys.SHOWN_AFTER_RETIREMENT);
        domain.keys.forgetRetired();
        assertEquals(2, domain.all().size());
        domain.clock.turn(Duration.ofSeconds(1));
        assertTrue(domain.keys.forgetRetired() >= 1);
        assertEquals(1, domain.all().size());
        assertInstanceOf(KeySet.Active.class, domain.all().getFirst());
        assertEquals(3, domain.keys.rotate(domain.name()).pair().number());
    }

    @Test
    default void a_domain_of_nobody_here_has_no_keys() {
        Domain domain = new Domain(store());
        assertThrows(CallerFault.class, () -> domain.keys.of("elsewhere.example"));
        assertThrows(CallerFault.class, () -> domain.keys.active("elsewhere.example"));
        assertThrows(CallerFault.class, () -> domain.keys.rotate("elsewhere.example"));
        assertThrows(CallerFault.class, () -> domain.keys.activate("elsewhere.example", true));
    }

    @Test
    default void a_key_that_another_server_sealed_is_unusable_and_not_replaced_in_silence() {
        Domain domain = new Domain(store());
        domain.all();
        byte[] other = SECRET.clone();
        other[0] = 1;
        KeyRing ring = new KeyRing(domain.keys, new SecretBox(other), domain.clock);
        assertThrows(UnusableKey.class, () -> ring.of(domain.name()));
        assertEquals(1, domain.all().size());
    }

    @Test
    default void private_keys_are_sealed_each_for_its_own_place() {
        Domain domain = new Domain(store());
        KeySet.Pair pair = domain.all().getFirst().pair();
        SecretBox secrets = new SecretBox(SECRET);
        String owner = "dkim " + domain.name() + " " + pair.selector(KeyType.RSA);
        byte[] rsa = secrets.open(owner, pair.rsa().sealed()).orElseThrow();
        assertArrayEquals(rsa, secrets.open(owner, pair.rsa().sealed()).orElseThrow());
        assertFalse(secrets.open(owner, pair.ed25519().sealed()).isPresent());
        assertFalse(pair.toString().contains(pair.rsa().sealed()));
    }

    @Test
    default void making_and_activating_is_in_the_record() {
        Domain domain = new Domain(store());
        domain.all();
        domain.keys.rotate(domain.name());
        domain.keys.discard(domain.name());
        domain.keys.rotate(domain.name());
        domain.keys.activate(domain.name(), true);
        List<String> told = store()
                .transactions()
                .in(tx -> store().audit()
                        .page(tx, new Question(domain.samples.workspace.id(), null, null, null, null), 10))
                .stream()
                .map(ChainedEntry::kind)
                .filter(kind -> kind.startsWith("signing_keys."))
                .toList();
        assertEquals(
                List.of(
                        "signing_keys.activated",
                        "signing_keys.created",
                        "signing_keys.discarded",
                        "signing_keys.created",
                        "signing_keys.created"),
                told);
    }
}
