package org.chancery.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.chancery.core.sts.KeptPolicy;
import org.chancery.core.sts.StsPolicies;
import org.chancery.core.sts.StsPolicy;
import org.chancery.core.sts.StsPolicy.Mode;
import org.chancery.core.sts.StsSource;
import org.chancery.testkit.clock.TurningClock;
import org.junit.jupiter.api.Test;

/** How policies of domains are found and kept: {@link StsPolicies} over a repository, with a scripted outside. */
public interface StsPolicyContract {
    Store store();

    /** A domain that publishes what a test says. */
    final class Domain implements StsSource {
        private static final AtomicInteger COUNT = new AtomicInteger();

        final String name = "d" + COUNT.incrementAndGet() + "-" + Long.toString(System.nanoTime(), 36) + ".example";
        final TurningClock clock = TurningClock.atStart();
        Announced announced = new Announced.Nothing();
        Fetched fetched = new Fetched.Failed("nothing is there");
        int fetches;
        /** Between the answer and its arrival. */
        Runnable whileFetched = () -> {};

        private final Store store;
        private StsPolicies policies;

        Domain(Store store) {
            this.store = store;
            this.policies = fresh();
        }

        private StsPolicies fresh() {
            return new StsPolicies(store.transactions(), store.stsPolicies(), this, clock);
        }

        /** The server was restarted. */
        void forgetMemory() {
            policies = fresh();
        }

        Domain publishes(String id, StsPolicy policy) {
            announced = new Announced.Id(id);
            fetched = new Fetched.Policy(policy);
            return this;
        }

        @Override
        public Announced announced(String domain) {
            return domain.equals(name) ? announced : new Announced.Nothing();
        }

        @Override
        public Fetched fetch(String domain) {
            if (!domain.equals(name)) {
                return new Fetched.Failed("another test's");
            }
            fetches++;
            Fetched answer = fetched;
            whileFetched.run();
            return answer;
        }

        Optional<StsPolicy> policy() {
            return policies.of(name);
        }

        void refresh() {
            policies.refresh(() -> true);
        }

        /** What is kept, whatever is published. */
        KeptPolicy kept() {
            return store.transactions()
                    .in(tx -> store.stsPolicies().find(tx, name))
                    .orElseThrow();
        }
    }

    StsPolicy STRICT = new StsPolicy(Mode.ENFORCE, List.of("mx.example", "*.mx.example"), Duration.ofDays(7));
    StsPolicy LOOSE = new StsPolicy(Mode.TESTING, List.of("mx.example"), Duration.ofDays(7));

    @Test
    default void a_domain_that_announces_nothing_is_not_asked_for_a_policy() {
        Domain domain = new Domain(store());
        assertEquals(Optional.empty(), domain.policy());
        assertEquals(0, domain.fetches);
    }

    @Test
    default void a_policy_is_fetched_once_and_kept_over_a_restart() {
        Domain domain = new Domain(store()).publishes("1", STRICT);
        assertEquals(Optional.of(STRICT), domain.policy());
        domain.forgetMemory();
        assertEquals(Optional.of(STRICT), domain.policy());
        assertEquals(1, domain.fetches);
    }

    @Test
    default void a_policy_holds_although_the_announcement_is_gone_or_nobody_answers() {
        Domain domain = new Domain(store()).publishes("1", STRICT);
        domain.policy();
        domain.announced = new StsSource.Announced.Nothing();
        assertEquals(Optional.of(STRICT), domain.policy());
        domain.announced = new StsSource.Announced.Unknown();
        assertEquals(Optional.of(STRICT), domain.policy());
    }

    @Test
    default void a_new_id_brings_the_new_policy() {
        Domain domain = new Domain(store()).publishes("1", STRICT);
        domain.policy();
        domain.publishes("2", LOOSE);
        assertEquals(Optional.of(LOOSE), domain.policy());
        assertEquals(2, domain.fetches);
    }

    @Test
    default void a_new_policy_that_cannot_be_had_leaves_the_old_one_and_is_not_asked_for_all_the_time() {
        Domain domain = new Domain(store()).publishes("1", STRICT);
        domain.policy();
        domain.announced = new StsSource.Announced.Id("2");
        domain.fetched = new StsSource.Fetched.Failed("404");
        assertEquals(Optional.of(STRICT), domain.policy());
        assertEquals(Optional.of(STRICT), domain.policy());
        assertEquals(2, domain.fetches);
        domain.clock.turn(Duration.ofMinutes(5));
        domain.publishes("2", LOOSE);
        assertEquals(Optional.of(LOOSE), domain.policy());
    }

    @Test
    default void a_policy_that_has_expired_holds_no_more() {
        Domain domain = new Domain(store()).publishes("1", STRICT);
        domain.policy();
        domain.announced = new StsSource.Announced.Nothing();
        domain.clock.turn(Duration.ofDays(7).minusSeconds(1));
        assertEquals(Optional.of(STRICT), domain.policy());
        domain.clock.turn(Duration.ofSeconds(1));
        assertEquals(Optional.empty(), domain.policy());
    }

    @Test
    default void a_policy_that_is_used_is_fetched_anew_long_before_it_expires() {
        Domain domain = new Domain(store()).publishes("1", STRICT);
        domain.policy();
        domain.refresh();
        assertEquals(1, domain.fetches, "it is young");
        domain.clock.turn(Duration.ofDays(1));
        domain.refresh();
        assertEquals(2, domain.fetches);
        domain.clock.turn(Duration.ofDays(6).plusHours(12));
        domain.announced = new StsSource.Announced.Nothing();
        assertEquals(Optional.of(STRICT), domain.policy(), "it lives from the last fetch on");
    }

    @Test
    default void a_refresh_that_fails_leaves_the_policy_and_is_repeated_later() {
        Domain domain = new Domain(store()).publishes("1", STRICT);
        domain.policy();
        domain.fetched = new StsSource.Fetched.Failed("503");
        domain.clock.turn(Duration.ofDays(1));
        domain.refresh();
        domain.refresh();
        assertEquals(2, domain.fetches);
        assertEquals(Optional.of(STRICT), domain.policy());
        domain.clock.turn(Duration.ofHours(1));
        domain.refresh();
        assertEquals(3, domain.fetches);
    }

    /** The one that was asked for first arrives last. */
    @Test
    default void an_older_policy_is_never_put_in_the_place_of_a_newer_one() {
        Domain domain = new Domain(store()).publishes("1", STRICT);
        domain.policy();
        domain.clock.turn(Duration.ofDays(1));
        domain.whileFetched = () -> {
            domain.whileFetched = () -> {};
            domain.clock.turn(Duration.ofSeconds(20));
            domain.publishes("2", LOOSE);
            assertEquals(Optional.of(LOOSE), domain.policy());
        };
        domain.refresh();
        assertEquals("2", domain.kept().id());
        assertEquals(LOOSE, domain.kept().policy());
        assertEquals(Optional.of(LOOSE), domain.policy());
    }

    @Test
    default void a_refresh_that_fails_does_not_bring_back_what_was_replaced_meanwhile() {
        Domain domain = new Domain(store()).publishes("1", STRICT);
        domain.policy();
        domain.clock.turn(Duration.ofDays(1));
        domain.fetched = new StsSource.Fetched.Failed("503");
        domain.whileFetched = () -> {
            domain.whileFetched = () -> {};
            domain.clock.turn(Duration.ofSeconds(20));
            domain.publishes("2", LOOSE);
            domain.policy();
        };
        domain.refresh();
        assertEquals("2", domain.kept().id());
        assertEquals(LOOSE, domain.kept().policy());
    }

    @Test
    default void a_refresh_does_not_forget_that_a_policy_was_used_meanwhile() {
        Domain domain = new Domain(store()).publishes("1", STRICT);
        domain.policy();
        domain.clock.turn(Duration.ofDays(2));
        domain.whileFetched = () -> {
            domain.whileFetched = () -> {};
            domain.policy();
        };
        Instant now = domain.clock.instant();
        domain.refresh();
        assertEquals(now, domain.kept().fetchedAt());
        assertEquals(now, domain.kept().usedAt());
    }

    @Test
    default void a_refresh_that_is_to_end_begins_no_other_fetch() {
        Domain domain = new Domain(store()).publishes("1", STRICT);
        domain.policy();
        domain.clock.turn(Duration.ofDays(1));
        domain.policies.refresh(() -> false);
        assertEquals(1, domain.fetches);
    }

    @Test
    default void a_policy_that_nobody_uses_is_left_to_expire() {
        Domain domain = new Domain(store())
                .publishes("1", new StsPolicy(Mode.ENFORCE, List.of("mx.example"), Duration.ofDays(60)));
        domain.policy();
        domain.clock.turn(Duration.ofDays(15));
        domain.refresh();
        assertEquals(1, domain.fetches);
        assertTrue(domain.policy().isPresent());
        domain.clock.turn(Duration.ofDays(1));
        domain.refresh();
        assertEquals(2, domain.fetches, "it is used again");
    }
}
