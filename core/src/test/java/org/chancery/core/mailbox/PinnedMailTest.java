package org.chancery.core.mailbox;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

class PinnedMailTest {
    private static final byte[] MAIL = {1, 2, 3, 4, 5, 6, 7, 8};

    /** A store that gives these bytes whatever it is asked for. */
    private record Giving(byte[] bytes) implements RawMailStore {
        @Override
        public InputStream open(RawDigest digest) {
            return new ByteArrayInputStream(bytes);
        }

        @Override
        public Kept put(InputStream raw) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Kept putDurably(InputStream raw) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void force() {}
    }

    private static InputStream pinned(byte... stored) {
        return PinnedMail.open(new Giving(stored), RawDigest.of(MAIL));
    }

    @Test
    void the_bytes_that_were_pinned_are_read_to_their_end_in_every_way() throws IOException {
        assertArrayEquals(MAIL, pinned(MAIL).readAllBytes());
        InputStream one = pinned(MAIL);
        for (byte octet : MAIL) {
            assertEquals(octet, one.read());
        }
        assertEquals(-1, one.read());
        assertEquals(-1, one.read(), "at the end is the end");
        InputStream skipped = pinned(MAIL);
        skipped.skipNBytes(6);
        assertArrayEquals(new byte[] {7, 8}, skipped.readAllBytes());
    }

    @Test
    void one_octet_changed_one_missing_and_one_more_are_found_at_the_end() {
        for (int i = 0; i < MAIL.length; i++) {
            byte[] changed = MAIL.clone();
            changed[i] ^= 1;
            assertThrows(ChangedMail.class, () -> pinned(changed).readAllBytes());
        }
        assertThrows(ChangedMail.class, () -> pinned((byte) 1, (byte) 2).readAllBytes());
        assertThrows(ChangedMail.class, () -> pinned().read());
        assertThrows(ChangedMail.class, () -> pinned(new byte[9]).skipNBytes(9));
    }
}
