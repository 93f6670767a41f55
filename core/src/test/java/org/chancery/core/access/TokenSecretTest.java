package org.chancery.core.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.chancery.core.id.TokenId;
import org.junit.jupiter.api.Test;

class TokenSecretTest {
    @Test
    void a_generated_secret_is_long_and_each_is_another() {
        String one = TokenSecret.generate().reveal();
        assertTrue(one.startsWith("chy_") && one.length() >= 40, one);
        assertNotEquals(one, TokenSecret.generate().reveal());
    }

    @Test
    void a_tokens_secret_says_whose_it_is_and_what_only_looks_like_one_does_not() {
        TokenId token = TokenId.at(Instant.parse("2026-11-30T20:00:00Z"));
        TokenSecret secret = TokenSecret.generate(token);
        assertEquals(Optional.of(token), secret.token());
        assertTrue(secret.isGenerated());
        String text = secret.reveal();
        for (String other : List.of(
                "",
                "chy_",
                "chy__" + text,
                text.replace("chy_", "chx_"),
                text.substring(1),
                TokenSecret.generate().reveal(),
                "the-owner-of-acme-0123456789")) {
            assertEquals(Optional.empty(), TokenSecret.of(other).token(), other);
        }
        assertTrue(TokenSecret.generate().isGenerated(), "of no token, or made before they carried one");
        assertFalse(TokenSecret.of("the-owner-of-acme-0123456789").isGenerated());
        assertFalse(TokenSecret.of("chy_the-owner-of-acme-0123456789").isGenerated());
        assertFalse(TokenSecret.of(text + "0").isGenerated());
        assertFalse(TokenSecret.of(text.substring(0, 32)).isGenerated());
    }

    @Test
    void the_hash_is_sha_256_of_the_text() {
        // the digest of "abc" from FIPS 180-2, appendix B.1
        assertEquals(
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                TokenSecret.of("abc").hash());
    }

    @Test
    void printing_it_shows_nothing() {
        assertFalse(TokenSecret.of("correct horse").toString().contains("horse"));
    }
}
