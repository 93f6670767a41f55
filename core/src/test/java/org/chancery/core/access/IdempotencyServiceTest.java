package org.chancery.core.access;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.UUID;
import java.util.function.Function;
import org.chancery.core.access.IdempotencyRepository.Claim;
import org.chancery.core.id.TokenId;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;
import org.junit.jupiter.api.Test;

class IdempotencyServiceTest {
    private static final Instant NOW = Instant.parse("2026-03-02T09:30:00Z");
    private static final TokenId TOKEN = TokenId.at(NOW);

    private final Hands clock = new Hands();
    private final Asked keys = new Asked();
    private final IdempotencyService service = new IdempotencyService(new NoTransactions(), keys, "here", clock);

    @Test
    void a_request_that_failed_here_is_gone_on_with_at_once() {
        service.abandon(TOKEN, "failed");
        service.claim(TOKEN, "failed", "hash");
        assertEquals(NOW.plusSeconds(1), keys.abandonedBefore, "whatever is begun until now");
        service.claim(TOKEN, "other", "hash");
        assertEquals(NOW.minus(IdempotencyService.PRESUMED_DEAD), keys.abandonedBefore);
    }

    @Test
    void failures_of_long_ago_leave_room_for_those_of_now() {
        for (int i = 0; i < IdempotencyService.MAX_ABANDONED; i++) {
            service.abandon(TOKEN, "old " + i);
        }
        service.abandon(TOKEN, "one too many");
        service.claim(TOKEN, "one too many", "hash");
        assertEquals(NOW.minus(IdempotencyService.PRESUMED_DEAD), keys.abandonedBefore, "it is not remembered");

        clock.now = NOW.plus(IdempotencyService.PRESUMED_DEAD).plusSeconds(1);
        service.abandon(TOKEN, "now");
        service.claim(TOKEN, "now", "hash");
        assertEquals(clock.now.plusSeconds(1), keys.abandonedBefore);
    }

    private static final class Hands extends Clock {
        private Instant now = NOW;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    /** Remembers what it was asked last; every key is new. */
    private static final class Asked implements IdempotencyRepository {
        private Instant abandonedBefore = Instant.EPOCH;

        @Override
        public Claim claim(Tx tx, Request request, String owner, UUID reserved, Instant now, Instant before) {
            abandonedBefore = before;
            return new Claim.First(reserved, false);
        }

        @Override
        public void finish(Tx tx, TokenId token, String key, int status, String body) {}

        @Override
        public void forget(Tx tx, TokenId token, String key) {}

        @Override
        public int releaseLeases(Tx tx, String owner) {
            return 0;
        }

        @Override
        public int expire(Tx tx, Instant olderThan) {
            return 0;
        }
    }

    private static final class NoTransactions implements Transactions {
        @Override
        public <T> T in(Function<Tx, T> work) {
            return work.apply(effect -> {});
        }

        @Override
        public <T> T durably(Function<Tx, T> work) {
            return in(work);
        }

        @Override
        public void force() {}
    }
}
