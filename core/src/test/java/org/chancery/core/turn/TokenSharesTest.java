package org.chancery.core.turn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenSharesTest {

    @ParameterizedTest
    @CsvSource({"1000, 30, 700, 300", "1000, 0, 1000, 0", "1000, 100, 0, 1000", "0, 30, 0, 0", "3, 50, 2, 1"})
    void the_shares_are_the_whole(long perDay, int percent, long decisions, long views) {
        TokenShares shares = new TokenShares(perDay, percent);
        assertEquals(decisions, shares.of(Purpose.DECISION));
        assertEquals(views, shares.of(Purpose.VIEW));
    }

    @Test
    void what_is_no_share_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> new TokenShares(-1, 30));
        assertThrows(IllegalArgumentException.class, () -> new TokenShares(1, -1));
        assertThrows(IllegalArgumentException.class, () -> new TokenShares(1, 101));
    }
}
