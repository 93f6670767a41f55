package org.chancery.storage.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.chancery.core.access.Password;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Argon2idPasswordsTest {
    private final Argon2idPasswords passwords = new Argon2idPasswords();

    @Test
    void only_the_password_itself_matches_its_hash() {
        String hash = passwords.hash(Password.presented("correct horse"));
        assertTrue(hash.startsWith("$argon2id$v=19$m=19456,t=2,p=1$"), hash);
        assertFalse(hash.contains("horse"));
        assertTrue(passwords.matches(Password.presented("correct horse"), hash));
        assertFalse(passwords.matches(Password.presented("correct horse "), hash));
        assertFalse(passwords.matches(Password.presented(""), hash));
        assertNotEquals(hash, passwords.hash(Password.presented("correct horse")), "salted");
    }

    @Test
    void of_hashes_with_the_same_salt_those_that_fit_are_found_and_no_other() {
        String first = passwords.hash(Password.presented("correct horse"));
        String second = passwords.hash(Password.presented("another horse"), first);
        String third = passwords.hash(Password.presented("correct horse"));
        assertEquals(first.substring(0, first.lastIndexOf('$')), second.substring(0, second.lastIndexOf('$')));
        List<String> all = List.of(first, second, third);
        assertEquals(Set.of(first, third), passwords.fitting(Password.presented("correct horse"), all));
        assertEquals(Set.of(second), passwords.fitting(Password.presented("another horse"), all));
        assertEquals(Set.of(), passwords.fitting(Password.presented("no horse"), all));
    }

    @Test
    void one_letter_typed_in_two_ways_is_one_letter() {
        String hash = passwords.hash(Password.presented("caf\u00e9 au lait"));
        assertTrue(passwords.matches(Password.presented("cafe\u0301 au lait"), hash));
    }

    /** The vector of RFC 9106 §5.3 has secret and associated data; this one is of the reference implementation. */
    @Test
    void hashes_of_other_costs_are_read_as_they_say() {
        assertTrue(passwords.matches(
                Password.presented("password"),
                "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "$argon2i$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=9999999,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=19456,t=999,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
            })
    void what_is_no_hash_of_ours_is_a_bug_and_not_a_wrong_password(String hash) {
        assertThrows(IllegalStateException.class, () -> passwords.matches(Password.presented("password"), hash));
    }
}
