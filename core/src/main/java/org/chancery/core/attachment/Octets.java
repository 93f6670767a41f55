package org.chancery.core.attachment;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Some octets of a stranger's file. What lies outside them reads as zero and is found nowhere, so that no reader of a format
 * can fall over offsets that the file made up. Numbers are little-endian where the name does not say otherwise.
 */
final class Octets {
    static final Octets NONE = new Octets(new byte[0], 0, 0);

    private final byte[] array;
    private final int start;
    private final int length;

    private Octets(byte[] array, int start, int length) {
        this.array = array;
        this.start = start;
        this.length = length;
    }

    static Octets of(byte[] array) {
        return new Octets(array, 0, array.length);
    }

    static Octets of(byte[] array, int length) {
        return new Octets(array, 0, length);
    }

    int length() {
        return length;
    }

    boolean isInside(long at) {
        return at >= 0 && at < length;
    }

    int u8(long at) {
        return isInside(at) ? array[start + (int) at] & 0xff : 0;
    }

    int u16(long at) {
        return u8(at) | u8(at + 1) << 8;
    }

    long u32(long at) {
        return u16(at) | (long) u16(at + 2) << 16;
    }

    /** Values past the largest long are that. */
    long u64(long at) {
        long value = u32(at) | u32(at + 4) << 32;
        return value < 0 ? Long.MAX_VALUE : value;
    }

    int u16BigEndian(long at) {
        return u8(at) << 8 | u8(at + 1);
    }

    long u32BigEndian(long at) {
        return (long) u16BigEndian(at) << 16 | u16BigEndian(at + 2);
    }

    /** Whether these octets stand there, one for each character. */
    boolean has(long at, String latin1) {
        if (at < 0 || at + latin1.length() > length) {
            return false;
        }
        for (int i = 0; i < latin1.length(); i++) {
            if (u8(at + i) != latin1.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Where these octets stand next, from there on; -1 where they do not. */
    int indexOf(String latin1, long from) {
        int end = length - latin1.length();
        byte first = (byte) latin1.charAt(0);
        for (int at = (int) Math.clamp(from, 0, length); at <= end; at++) {
            if (array[start + at] == first && has(at, latin1)) {
                return at;
            }
        }
        return -1;
    }

    int lastIndexOf(String latin1, long from) {
        for (int at = (int) Math.min(from, length - latin1.length()); at >= 0; at--) {
            if (has(at, latin1)) {
                return at;
            }
        }
        return -1;
    }

    boolean contains(String latin1) {
        return indexOf(latin1, 0) >= 0;
    }

    /** What of that range there is. */
    Octets slice(long from, long count) {
        int begin = (int) Math.clamp(from, 0, length);
        int size = (int) Math.clamp(count, 0, length - begin);
        return new Octets(array, start + begin, size);
    }

    Octets from(long at) {
        return slice(at, length);
    }

    String latin1() {
        return new String(array, start, length, StandardCharsets.ISO_8859_1);
    }

    String utf8() {
        return new String(array, start, length, StandardCharsets.UTF_8);
    }

    String utf16() {
        return new String(array, start, length, StandardCharsets.UTF_16LE);
    }

    byte[] copy() {
        return Arrays.copyOfRange(array, start, start + length);
    }

    /** For those in the JDK who take an array. */
    byte[] array() {
        return array;
    }

    int start() {
        return start;
    }
}
