package org.chancery.testkit.contract;

import static org.chancery.testkit.contract.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.chancery.core.access.IdempotencyRepository;
import org.chancery.core.access.IdempotencyRepository.Claim;
import org.chancery.core.access.IdempotencyRepository.Request;
import org.chancery.core.access.TokenSecret;
import org.chancery.core.id.TokenId;
import org.junit.jupiter.api.Test;

/** What an {@link IdempotencyRepository} has to do. */
public interface IdempotencyContract {
    String REQUEST = TokenSecret.of("POST /messages {}").hash();
    String OTHER = TokenSecret.of("POST /messages {1}").hash();

    String SERVER = "this server";

    Store store();

    private Claim claim(TokenId token, String key, String request, UUID reserved, Instant now) {
        return store().transactions()
                .in(tx -> store().idempotency()
                        .claim(
                                tx,
                                new Request(token, key, request),
                                SERVER,
                                reserved,
                                now,
                                now.minus(Duration.ofMinutes(1))));
    }

    private void finish(TokenId token, String key, int status, String body) {
        store().transactions().run(tx -> store().idempotency().finish(tx, token, key, status, body));
    }

    @Test
    default void a_request_is_in_flight_until_it_is_answered() {
        TokenId token = Samples.in(store()).keptToken();
        UUID reserved = UUID.randomUUID();
        assertEquals(new Claim.First(reserved, false), claim(token, "k", REQUEST, reserved, NOW));
        assertEquals(new Claim.InFlight(), claim(token, "k", REQUEST, UUID.randomUUID(), NOW.plusSeconds(1)));
        assertEquals(new Claim.OtherRequest(), claim(token, "k", OTHER, UUID.randomUUID(), NOW));
        String body = "{\"subject\":\"\uD83D\uDE00 " + "x".repeat(100_000) + "\"}";
        finish(token, "k", 201, body);
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
        assertEquals(new Claim.First(reserved, false), claim(token, "K", REQUEST, reserved, NOW));
        assertEquals(new Claim.First(reserved, false), claim(samples.keptToken(), "k", OTHER, reserved, NOW));
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
                1,
                claims.stream().filter(new Claim.First(reserved, true)::equals).count());
        assertEquals(3, claims.stream().filter(Claim.InFlight.class::isInstance).count());
        finish(token, "k", 200, "{}");
        assertEquals(new Claim.Answered(200, "{}"), claim(token, "k", REQUEST, UUID.randomUUID(), later));
    }

    @Test
    default void what_a_server_was_at_when_it_was_killed_is_taken_up_once_it_is_back() {
        TokenId token = Samples.in(store()).keptToken();
        UUID reserved = UUID.randomUUID();
        claim(token, "cut off", REQUEST, reserved, NOW);
        claim(token, "answered", REQUEST, UUID.randomUUID(), NOW);
        finish(token, "answered", 200, "{}");
        Instant back = NOW.plusSeconds(2);
        assertEquals(0, release("another server"));
        assertEquals(new Claim.InFlight(), claim(token, "cut off", REQUEST, UUID.randomUUID(), back));
        assertEquals(1, release(SERVER));
        assertEquals(0, release(SERVER));
        assertEquals(new Claim.OtherRequest(), claim(token, "cut off", OTHER, UUID.randomUUID(), back));
        List<Claim> claims = AtOnce.run(4, number -> claim(token, "cut off", REQUEST, UUID.randomUUID(), back));
        assertEquals(
                1,
                claims.stream().filter(new Claim.First(reserved, true)::equals).count());
        assertEquals(3, claims.stream().filter(Claim.InFlight.class::isInstance).count());
        assertEquals(1, release(SERVER), "whoever took it up was killed, too");
        assertEquals(new Claim.First(reserved, true), claim(token, "cut off", REQUEST, UUID.randomUUID(), back));
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
        store().transactions().run(tx -> store().idempotency().forget(tx, token, "k"));
        UUID reserved = UUID.randomUUID();
        assertEquals(new Claim.First(reserved, false), claim(token, "k", OTHER, reserved, NOW));
    }

    @Test
    default void keys_expire_whether_answered_or_not() {
        TokenId token = Samples.in(store()).keptToken();
        Instant longAgo = NOW.minus(Duration.ofDays(100));
        claim(token, "answered", REQUEST, UUID.randomUUID(), longAgo);
        finish(token, "answered", 200, "{}");
        claim(token, "open", REQUEST, UUID.randomUUID(), longAgo);
        claim(token, "young", REQUEST, UUID.randomUUID(), longAgo.plusSeconds(1));
        assertEquals(2, expire(longAgo.plusSeconds(1)));
        assertEquals(0, expire(longAgo.plusSeconds(1)));
        UUID reserved = UUID.randomUUID();
        assertEquals(new Claim.First(reserved, false), claim(token, "answered", OTHER, reserved, longAgo));
        assertEquals(new Claim.InFlight(), claim(token, "young", REQUEST, reserved, longAgo.plusSeconds(2)));
    }

    private int expire(Instant olderThan) {
        Integer expired = store().transactions().in(tx -> store().idempotency().expire(tx, olderThan));
        return expired;
    }
}
