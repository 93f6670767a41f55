package org.chancery.testkit.contract;

import static org.chancery.testkit.contract.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.chancery.core.access.ApprovalRules;
import org.chancery.core.access.Grant;
import org.chancery.core.access.IdempotencyRepository.Lost;
import org.chancery.core.access.IdempotencyRepository.Request;
import org.chancery.core.access.IdempotencyRepository.Wanted;
import org.chancery.core.access.KeptToken;
import org.chancery.core.access.Role;
import org.chancery.core.access.Scope;
import org.chancery.core.access.SignInRepository;
import org.chancery.core.access.Token;
import org.chancery.core.access.TokenSecret;
import org.chancery.core.access.User;
import org.chancery.core.id.TokenId;
import org.chancery.core.id.UserId;
import org.chancery.core.tx.Tx;
import org.junit.jupiter.api.Test;

/** What a {@link SignInRepository} has to do. */
public interface SignInContract {
    Store store();

    private <T> T in(Function<Tx, T> work) {
        return store().transactions().in(work);
    }

    private boolean holds(Function<Tx, Boolean> claim) {
        return store().transactions().in(claim);
    }

    private SignInRepository signIns() {
        return store().signIns();
    }

    private Token open(User user, Instant end) {
        Token session = new Token(
                TokenId.at(NOW),
                user.workspace(),
                "session",
                new Grant(EnumSet.of(Scope.EMAIL_READ), ApprovalRules.NONE, end),
                null,
                null,
                user.id(),
                NOW);
        in(tx -> {
            signIns().open(tx, session, TokenSecret.generate().hash());
            return true;
        });
        return session;
    }

    private Optional<Instant> endOf(Token session) {
        return in(tx -> store().access().token(tx, session.workspace(), session.id()))
                .map(kept -> kept.token().grant().expiresAt());
    }

    @Test
    default void a_person_is_found_by_address_in_whichever_workspace() {
        Samples one = Samples.in(store());
        Samples other = Samples.in(store());
        String email = UUID.randomUUID() + "@elsewhere.example";
        User first = one.user(email, Role.MEMBER);
        User second = other.user(email, Role.ADMIN);
        in(tx -> store().access().add(tx, first) && store().access().add(tx, second));
        List<UserId> oldestFirst = first.id().text().compareTo(second.id().text()) < 0
                ? List.of(first.id(), second.id())
                : List.of(second.id(), first.id());
        assertEquals(
                oldestFirst,
                in(tx -> signIns().byEmail(tx, email, null, 10)).stream()
                        .map(User::id)
                        .toList());
        assertEquals(1, in(tx -> signIns().byEmail(tx, email, null, 1)).size());
        assertEquals(List.of(), in(tx -> signIns().byEmail(tx, "nobody" + email, null, 10)));
        for (User named : List.of(first, second)) {
            assertEquals(
                    List.of(named),
                    in(tx -> signIns().byEmail(tx, email, named.workspace(), 1)),
                    "however many others");
        }
    }

    @Test
    default void a_password_is_set_and_replaced() {
        User person = Samples.in(store()).person;
        assertEquals(Optional.empty(), in(tx -> signIns().passwordHash(tx, person.id())));
        for (String hash : List.of("first", "second")) {
            in(tx -> {
                signIns().setPassword(tx, person.id(), hash, NOW);
                return true;
            });
            assertEquals(Optional.of(hash), in(tx -> signIns().passwordHash(tx, person.id())));
        }
    }

    @Test
    default void a_session_is_a_token_that_ends() {
        Token session = open(Samples.in(store()).person, NOW.plusSeconds(60));
        Instant now = NOW.plusSeconds(10);
        UserId person = session.maker();
        UserId other = Samples.in(store()).person.id();
        assertFalse(holds(tx -> signIns().end(tx, other, session.id(), now)), "not theirs");
        assertTrue(holds(tx -> signIns().end(tx, person, session.id(), now)));
        assertEquals(Optional.of(now), endOf(session));
        assertFalse(holds(tx -> signIns().end(tx, person, session.id(), now)), "it is over already");
    }

    @Test
    default void no_other_token_is_taken_for_a_session() {
        Samples samples = Samples.in(store());
        TokenId token = samples.keptToken();
        assertFalse(holds(tx -> signIns().end(tx, samples.person.id(), token, NOW)));
        in(tx -> {
            signIns().endAll(tx, samples.person.id(), NOW);
            return true;
        });
        KeptToken kept = in(tx -> store().access().token(tx, samples.workspace.id(), token))
                .orElseThrow();
        assertEquals(Optional.empty(), Optional.ofNullable(kept.token().grant().expiresAt()));
    }

    @Test
    default void all_sessions_of_a_person_end_at_once_and_nobody_elses() {
        Samples samples = Samples.in(store());
        Instant end = NOW.plusSeconds(60);
        Token first = open(samples.person, end);
        Token second = open(samples.person, end);
        Token other = open(Samples.in(store()).person, end);
        in(tx -> {
            signIns().endAll(tx, samples.person.id(), NOW);
            return true;
        });
        assertEquals(Optional.of(NOW), endOf(first));
        assertEquals(Optional.of(NOW), endOf(second));
        assertEquals(Optional.of(end), endOf(other));
    }

    @Test
    default void a_persons_sessions_that_go_on_are_listed_and_end_but_for_one() {
        Samples samples = Samples.in(store());
        UserId person = samples.person.id();
        samples.keptToken();
        Token over = open(samples.person, NOW);
        Token first = open(samples.person, NOW.plusSeconds(60));
        Token second = open(samples.person, NOW.plusSeconds(60));
        open(Samples.in(store()).person, NOW.plusSeconds(60));
        Set<TokenId> both = Set.of(first.id(), second.id());
        assertEquals(both, idsOf(person, 10));
        assertEquals(1, idsOf(person, 1).size());
        in(tx -> {
            signIns().endOthers(tx, person, second.id(), NOW);
            return true;
        });
        assertEquals(Set.of(second.id()), idsOf(person, 10));
        assertEquals(Optional.of(NOW), endOf(first));
        assertEquals(Optional.of(NOW), endOf(over));
    }

    private Set<TokenId> idsOf(UserId person, int limit) {
        return in(tx -> signIns().sessions(tx, person, NOW, limit)).stream()
                .map(kept -> kept.token().id())
                .collect(Collectors.toSet());
    }

    @Test
    default void sessions_that_are_long_over_are_forgotten_unless_a_kept_answer_names_them() {
        Samples samples = Samples.in(store());
        Instant longAgo = NOW.minus(Duration.ofDays(1000));
        Token over = open(samples.person, longAgo);
        Token named = open(samples.person, longAgo);
        Token lasts = open(samples.person, NOW);
        in(tx -> store().idempotency()
                .claim(
                        tx,
                        new Request(named.id(), "key", "hash"),
                        new Wanted("server", UUID.randomUUID(), UUID.randomUUID()),
                        new Lost(NOW, null),
                        NOW));
        assertEquals(Integer.valueOf(1), in(tx -> signIns().forget(tx, longAgo.plusSeconds(1), 100)));
        assertEquals(Optional.empty(), endOf(over));
        assertEquals(Optional.of(longAgo), endOf(named));
        assertEquals(Optional.of(NOW), endOf(lasts));
    }
}
