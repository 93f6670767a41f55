package org.chancery.core.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TokenSecretTest {
    @Test
    void a_generated_secret_is_long_and_each_is_another() {
        String one = TokenSecret.generate().reveal();
        assertTrue(one.startsWith("chy_") && one.length() >= 40, one);
        assertNotEquals(one, TokenSecret.generate().reveal());
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
