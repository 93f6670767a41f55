package org.chancery.core.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.UUID;
import java.util.function.Function;
import org.chancery.core.access.IdempotencyRepository.Claim;
import org.chancery.core.access.IdempotencyRepository.Lease;
import org.chancery.core.access.IdempotencyRepository.Lost;
import org.chancery.core.id.TokenId;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class IdempotencyServiceTest {
    private static final Instant NOW = Instant.parse("2026-03-02T09:30:00Z");
    private static final TokenId TOKEN = TokenId.at(NOW);

    private final Hands clock = new Hands();
    private final Asked keys = new Asked();
    private final IdempotencyService service = new IdempotencyService(new NoTransactions(), keys, "here", clock);

    private static Lease lease(String key) {
        return new Lease(TOKEN, key, UUID.randomUUID());
    }

    @Test
    void a_request_that_failed_here_is_gone_on_with_at_once() {
        Lease failed = lease("failed");
        service.abandon(failed);
        service.claim(TOKEN, "other", "hash");
        assertEquals(new Lost(NOW.minus(IdempotencyService.PRESUMED_DEAD), null), keys.lost);
        service.claim(TOKEN, "failed", "hash");
        assertEquals(new Lost(NOW.minus(IdempotencyService.PRESUMED_DEAD), failed.id()), keys.lost);
        service.claim(TOKEN, "failed", "hash");
        assertNull(keys.lost.lease(), "it was taken up");
    }

    @Test
    void a_request_that_failed_here_is_remembered_until_it_is_taken_up() {
        Lease failed = lease("failed");
        service.abandon(failed);
        keys.answer = new Claim.OtherRequest();
        service.claim(TOKEN, "failed", "another hash");
        service.claim(TOKEN, "failed", "hash");
        assertEquals(failed.id(), keys.lost.lease());
    }

    @Test
    void failures_of_long_ago_leave_room_for_those_of_now() {
        for (int i = 0; i < IdempotencyService.MAX_ABANDONED; i++) {
            service.abandon(lease("old " + i));
        }
        service.abandon(lease("one too many"));
        service.claim(TOKEN, "one too many", "hash");
        assertNull(keys.lost.lease(), "it is not remembered");

        clock.now = NOW.plus(IdempotencyService.PRESUMED_DEAD).plusSeconds(1);
        Lease now = lease("now");
        service.abandon(now);
        service.claim(TOKEN, "now", "hash");
        assertEquals(now.id(), keys.lost.lease());
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

    /** Remembers what it was asked last; every key is new, unless a test says otherwise. */
    private static final class Asked implements IdempotencyRepository {
        private Lost lost = new Lost(Instant.EPOCH, null);
        private @Nullable Claim answer;

        @Override
        public Claim claim(Tx tx, Request request, Wanted wanted, Lost lost, Instant now) {
            this.lost = lost;
            return answer == null ? new Claim.First(wanted.reserved(), wanted.lease(), false) : answer;
        }

        @Override
        public boolean finish(Tx tx, Lease lease, int status, String body) {
            return true;
        }

        @Override
        public boolean forget(Tx tx, Lease lease) {
            return true;
        }

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
