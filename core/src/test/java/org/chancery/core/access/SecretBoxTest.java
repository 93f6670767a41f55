package org.chancery.core.access;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SecretBoxTest {
    private static final byte[] KEY = new byte[32];
    private static final byte[] SECRET = "hunter22".getBytes(StandardCharsets.UTF_8);

    private final SecretBox box = new SecretBox(KEY);

    private static SecretBox other() {
        byte[] key = KEY.clone();
        key[31] = 1;
        return new SecretBox(key);
    }

    @Test
    void what_was_sealed_opens_for_its_owner_and_with_its_key_only() {
        String sealed = box.seal("agt_1", SECRET);
        assertNotEquals(sealed, box.seal("agt_1", SECRET));
        assertArrayEquals(SECRET, new SecretBox(KEY).open("agt_1", sealed).orElseThrow());
        assertEquals(Optional.empty(), box.open("agt_2", sealed));
        assertEquals(Optional.empty(), other().open("agt_1", sealed));
    }

    @Test
    void a_fingerprint_is_the_same_for_the_same_and_another_for_each_other_line_content_and_key() {
        String one = box.fingerprint("POST /v1/users", SECRET);
        assertEquals(one, new SecretBox(KEY).fingerprint("POST /v1/users", SECRET));
        assertEquals(64, one.length());
        assertNotEquals(one, box.fingerprint("POST /v1/agents", SECRET));
        assertNotEquals(one, box.fingerprint("POST /v1/users", new byte[0]));
        assertNotEquals(one, other().fingerprint("POST /v1/users", SECRET));
    }

    @Test
    void a_key_that_is_too_short_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> new SecretBox(new byte[31]));
    }
}
