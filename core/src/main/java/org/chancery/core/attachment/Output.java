package org.chancery.core.attachment;

import java.util.Arrays;

/** What a decoder makes, up to a limit; also the window that it copies from. */
final class Output {
    private final int limit;
    private byte[] octets = new byte[8_192];
    private int length;

    Output(long limit) {
        this.limit = (int) Math.min(limit, Budget.MANY + 1);
    }

    int length() {
        return length;
    }

    boolean isFull() {
        return length >= limit;
    }

    void write(int octet) {
        if (length == octets.length) {
            octets = Arrays.copyOf(octets, Math.min(limit + 1, octets.length * 2));
        }
        octets[length++] = (byte) octet;
    }

    /** Copies from so far back; what is copied may be part of what is read. */
    void repeat(long distance, int count) throws Unreadable {
        if (distance > length) {
            throw new Unreadable("a distance beyond the beginning");
        }
        for (int i = 0; i < count && !isFull(); i++) {
            write(octets[(int) (length - distance)]);
        }
    }

    int last() {
        return length == 0 ? 0 : octets[length - 1] & 0xff;
    }

    int back(long distance) {
        return distance > length ? 0 : octets[(int) (length - distance)] & 0xff;
    }

    Octets octets() {
        return Octets.of(octets, length);
    }
}
