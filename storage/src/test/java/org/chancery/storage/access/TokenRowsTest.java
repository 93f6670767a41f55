package org.chancery.storage.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.chancery.core.access.Grant;
import org.chancery.core.access.KeptToken;
import org.chancery.core.access.Scope;
import org.chancery.core.access.Token;
import org.chancery.core.id.TokenId;
import org.chancery.core.id.UserId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.storage.jooq.tables.records.TokenRecord;
import org.jooq.JSONB;
import org.junit.jupiter.api.Test;

class TokenRowsTest {
    private static final Instant NOW = Instant.parse("2026-11-30T20:00:00Z");

    private static KeptToken kept(String rules) {
        Token token = new Token(
                TokenId.at(NOW),
                WorkspaceId.at(NOW),
                "sample",
                Grant.of(EnumSet.of(Scope.EMAIL_SEND)),
                null,
                null,
                UserId.at(NOW),
                NOW);
        TokenRecord row = TokenRows.row(token, "hash", false);
        row.setRequiresApproval(JSONB.valueOf(rules));
        return TokenRows.kept(row);
    }

    @Test
    void a_rule_that_only_a_later_version_knows_takes_everything_from_its_token() {
        KeptToken kept = kept("[{\"action\": \"email:send\", \"when\": {\"full_moon\": true}}]");
        assertFalse(kept.isReadable());
        assertEquals(Set.of(), kept.token().grant().scopes());
        assertFalse(kept.token().grant().approvalRules().isEmpty(), "and nothing of it leaves unseen");
    }

    @Test
    void rules_that_are_known_leave_it_what_it_has() {
        KeptToken kept = kept("[\"email:send\"]");
        assertTrue(kept.isReadable());
        assertEquals(Set.of(Scope.EMAIL_SEND), kept.token().grant().scopes());
    }
}
