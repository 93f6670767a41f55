package org.chancery.testkit.contract;

import static org.chancery.testkit.contract.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.chancery.core.access.IdempotencyRepository;
import org.chancery.core.access.IdempotencyRepository.Claim;
import org.chancery.core.access.IdempotencyRepository.Lease;
import org.chancery.core.access.IdempotencyRepository.Lost;
import org.chancery.core.access.IdempotencyRepository.Request;
import org.chancery.core.access.IdempotencyRepository.Wanted;
import org.chancery.core.access.TokenSecret;
import org.chancery.core.id.TokenId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an {@link IdempotencyRepository} has to do. */
public interface IdempotencyContract {
    String REQUEST = TokenSecret.of("POST /messages {}").hash();
    String OTHER = TokenSecret.of("POST /messages {1}").hash();

    String SERVER = "this server";

    Store store();

    private Claim claim(TokenId token, String key, String request, UUID reserved, Instant now) {
        return claim(token, key, request, reserved, lease(now), now, null);
    }

    private Claim claim(
            TokenId token, String key, String request, UUID reserved, UUID lease, Instant now, @Nullable UUID failed) {
        return store().transactions()
                .in(tx -> store().idempotency()
                        .claim(
                                tx,
                                new Request(token, key, request),
                                new Wanted(SERVER, lease, reserved),
                                new Lost(now.minus(Duration.ofMinutes(1)), failed),
                                now));
    }

    /** The lease of what is claimed at that time, where a test does not say another. */
    private static UUID lease(Instant at) {
        return new UUID(0, at.toEpochMilli());
    }

    private static Claim first(UUID reserved, Instant at, boolean isTakenUp) {
        return new Claim.First(reserved, lease(at), isTakenUp);
    }

    /** The answer of the try that was claimed at that time. */
    private boolean finish(TokenId token, String key, Instant claimedAt, int status, String body) {
        Boolean isKept = store().transactions()
                .in(tx -> store().idempotency().finish(tx, new Lease(token, key, lease(claimedAt)), status, body));
        return isKept;
    }

    private boolean forget(TokenId token, String key, Instant claimedAt) {
        Boolean isFree = store().transactions()
                .in(tx -> store().idempotency().forget(tx, new Lease(token, key, lease(claimedAt))));
        return isFree;
    }

    @Test
    default void a_request_is_in_flight_until_it_is_answered() {
        TokenId token = Samples.in(store()).keptToken();
        UUID reserved = UUID.randomUUID();
        assertEquals(first(reserved, NOW, false), claim(token, "k", REQUEST, reserved, NOW));
        assertEquals(new Claim.InFlight(), claim(token, "k", REQUEST, UUID.randomUUID(), NOW.plusSeconds(1)));
        assertEquals(new Claim.OtherRequest(), claim(token, "k", OTHER, UUID.randomUUID(), NOW));
        String body = "{\"subject\":\"\uD83D\uDE00 " + "x".repeat(100_000) + "\"}";
        assertTrue(finish(token, "k", NOW, 201, body));
        assertEquals(new Claim.Answered(201, body), claim(token, "k", REQUEST, UUID.randomUUID(), NOW));
        assertEquals(
                new Claim.Answered(201, body),
                claim(token, "k", REQUEST, UUID.randomUUID(), NOW.plusSeconds(1000)),
                "what was answered is never abandoned");
        assertEquals(new Claim.OtherRequest(), claim(token, "k", OTHER, UUID.randomUUID(), NOW));
    }

    @Test
    default void keys_are_apart_by_token_and_by_case() {
        Samples samples = Samples.in(store());
        UUID reserved = UUID.randomUUID();
        TokenId token = samples.keptToken();
        claim(token, "k", REQUEST, UUID.randomUUID(), NOW);
        assertEquals(first(reserved, NOW, false), claim(token, "K", REQUEST, reserved, NOW));
        assertEquals(first(reserved, NOW, false), claim(samples.keptToken(), "k", OTHER, reserved, NOW));
    }

    @Test
    default void of_four_at_the_same_moment_one_is_first() {
        TokenId token = Samples.in(store()).keptToken();
        for (int round = 0; round < 5; round++) {
            String key = "k" + round;
            List<Claim> claims = AtOnce.run(4, number -> claim(token, key, REQUEST, UUID.randomUUID(), NOW));
            assertEquals(
                    1, claims.stream().filter(Claim.First.class::isInstance).count());
            assertEquals(
                    3, claims.stream().filter(Claim.InFlight.class::isInstance).count());
        }
    }

    @Test
    default void an_abandoned_request_is_taken_over_once_with_the_id_that_it_reserved() {
        TokenId token = Samples.in(store()).keptToken();
        UUID reserved = UUID.randomUUID();
        claim(token, "k", REQUEST, reserved, NOW);
        assertEquals(new Claim.InFlight(), claim(token, "k", REQUEST, UUID.randomUUID(), NOW.plusSeconds(60)));
        Instant later = NOW.plusSeconds(61);
        assertEquals(new Claim.OtherRequest(), claim(token, "k", OTHER, UUID.randomUUID(), later));
        List<Claim> claims = AtOnce.run(4, number -> claim(token, "k", REQUEST, UUID.randomUUID(), later));
        assertEquals(
                1, claims.stream().filter(first(reserved, later, true)::equals).count());
        assertEquals(3, claims.stream().filter(Claim.InFlight.class::isInstance).count());
        assertTrue(finish(token, "k", later, 200, "{}"));
        assertEquals(new Claim.Answered(200, "{}"), claim(token, "k", REQUEST, UUID.randomUUID(), later));
    }

    @Test
    default void what_a_server_was_at_when_it_was_killed_is_taken_up_once_it_is_back() {
        TokenId token = Samples.in(store()).keptToken();
        UUID reserved = UUID.randomUUID();
        claim(token, "cut off", REQUEST, reserved, NOW);
        claim(token, "answered", REQUEST, UUID.randomUUID(), NOW);
        assertTrue(finish(token, "answered", NOW, 200, "{}"));
        Instant back = NOW.plusSeconds(2);
        assertEquals(0, release("another server"));
        assertEquals(new Claim.InFlight(), claim(token, "cut off", REQUEST, UUID.randomUUID(), back));
        assertEquals(1, release(SERVER));
        assertEquals(0, release(SERVER));
        assertEquals(new Claim.OtherRequest(), claim(token, "cut off", OTHER, UUID.randomUUID(), back));
        List<Claim> claims = AtOnce.run(4, number -> claim(token, "cut off", REQUEST, UUID.randomUUID(), back));
        assertEquals(
                1, claims.stream().filter(first(reserved, back, true)::equals).count());
        assertEquals(3, claims.stream().filter(Claim.InFlight.class::isInstance).count());
        assertEquals(1, release(SERVER), "whoever took it up was killed, too");
        assertEquals(first(reserved, back, true), claim(token, "cut off", REQUEST, UUID.randomUUID(), back));
        assertEquals(new Claim.Answered(200, "{}"), claim(token, "answered", REQUEST, UUID.randomUUID(), back));
    }

    private int release(String server) {
        Integer released = store().transactions().in(tx -> store().idempotency().releaseLeases(tx, server));
        return released;
    }

    @Test
    default void a_forgotten_key_is_free_for_any_request() {
        TokenId token = Samples.in(store()).keptToken();
        claim(token, "k", REQUEST, UUID.randomUUID(), NOW);
        assertTrue(forget(token, "k", NOW));
        UUID reserved = UUID.randomUUID();
        assertEquals(first(reserved, NOW, false), claim(token, "k", OTHER, reserved, NOW));
    }

    @Test
    default void a_try_that_outlived_its_lease_neither_frees_nor_answers_what_another_took_up() {
        TokenId token = Samples.in(store()).keptToken();
        UUID reserved = UUID.randomUUID();
        claim(token, "k", REQUEST, reserved, NOW);
        Instant later = NOW.plusSeconds(61);
        assertEquals(first(reserved, later, true), claim(token, "k", REQUEST, UUID.randomUUID(), later));
        assertFalse(forget(token, "k", NOW));
        assertFalse(finish(token, "k", NOW, 201, "{\"by\": \"the first\"}"));
        assertEquals(new Claim.InFlight(), claim(token, "k", REQUEST, UUID.randomUUID(), later));
        assertTrue(finish(token, "k", later, 201, "{}"));
        assertFalse(forget(token, "k", NOW));
        assertFalse(forget(token, "k", later), "what is answered is not forgotten");
        assertEquals(new Claim.Answered(201, "{}"), claim(token, "k", REQUEST, UUID.randomUUID(), later));
    }

    @Test
    default void a_try_that_failed_here_is_taken_up_at_once_and_none_that_took_it_up_before() {
        TokenId token = Samples.in(store()).keptToken();
        UUID reserved = UUID.randomUUID();
        UUID failed = UUID.randomUUID();
        UUID second = UUID.randomUUID();
        claim(token, "k", REQUEST, reserved, failed, NOW, null);
        assertEquals(
                new Claim.InFlight(), claim(token, "k", REQUEST, reserved, second, NOW, UUID.randomUUID()), "another");
        assertEquals(
                new Claim.First(reserved, second, true),
                claim(token, "k", REQUEST, UUID.randomUUID(), second, NOW, failed));
        assertEquals(
                new Claim.InFlight(), claim(token, "k", REQUEST, UUID.randomUUID(), UUID.randomUUID(), NOW, failed));
    }

    @Test
    default void keys_expire_whether_answered_or_not() {
        TokenId token = Samples.in(store()).keptToken();
        Instant longAgo = NOW.minus(Duration.ofDays(100));
        claim(token, "answered", REQUEST, UUID.randomUUID(), longAgo);
        assertTrue(finish(token, "answered", longAgo, 200, "{}"));
        claim(token, "open", REQUEST, UUID.randomUUID(), longAgo);
        claim(token, "young", REQUEST, UUID.randomUUID(), longAgo.plusSeconds(1));
        assertEquals(2, expire(longAgo.plusSeconds(1)));
        assertEquals(0, expire(longAgo.plusSeconds(1)));
        UUID reserved = UUID.randomUUID();
        assertEquals(first(reserved, longAgo, false), claim(token, "answered", OTHER, reserved, longAgo));
        assertEquals(new Claim.InFlight(), claim(token, "young", REQUEST, reserved, longAgo.plusSeconds(2)));
    }

    private int expire(Instant olderThan) {
        Integer expired = store().transactions().in(tx -> store().idempotency().expire(tx, olderThan));
        return expired;
    }
}
