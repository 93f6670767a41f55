package org.chancery.core.evidence;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The form of a bundle: a POSIX tar archive (ustar) that everybody can unpack, of which every octet is prescribed. Names and sizes
 * are all that a header tells; whoever reads one makes it anew and compares.
 */
final class BundleFormat {
    static final String FORMAT = "chancery-evidence/1";
    static final String MANIFEST = "manifest.json";
    static final String CONTENTS = "contents.json";
    static final String SIGNATURE = "signature.txt";

    static final int BLOCK = 512;
    /** Two blocks of zeros end an archive. */
    static final int END = 2 * BLOCK;

    private static final int NAME = 100;
    /** Eleven octal digits. */
    private static final long MAX_SIZE = (1L << 33) - 1;

    private BundleFormat() {}

    static byte[] header(String name, long size) {
        byte[] octets = name.getBytes(StandardCharsets.US_ASCII);
        if (octets.length == 0 || octets.length >= NAME || size < 0 || size > MAX_SIZE) {
            throw new IllegalArgumentException("no file of a bundle: " + name + ", " + size + " octets");
        }
        byte[] block = new byte[BLOCK];
        System.arraycopy(octets, 0, block, 0, octets.length);
        put(block, 100, "0000644\0");
        put(block, 108, "0000000\0");
        put(block, 116, "0000000\0");
        put(block, 124, octal(size, 11) + "\0");
        put(block, 136, "00000000000\0");
        put(block, 148, "        ");
        put(block, 156, "0");
        put(block, 257, "ustar\0" + "00");
        int sum = 0;
        for (byte octet : block) {
            sum += octet & 0xff;
        }
        put(block, 148, octal(sum, 6) + "\0 ");
        return block;
    }

    /** The name in a header block; empty where it is none of ours. */
    static String name(byte[] block) {
        int end = 0;
        while (end < NAME && block[end] != 0) {
            end++;
        }
        String name = new String(block, 0, end, StandardCharsets.US_ASCII);
        return name.matches("[A-Za-z0-9_./-]{1,99}") ? name : "";
    }

    /** The size in a header block; -1 where it is none of ours. */
    static long size(byte[] block) {
        String text = new String(block, 124, 11, StandardCharsets.US_ASCII);
        return text.matches("[0-7]{11}") ? Long.parseLong(text, 8) : -1;
    }

    /** What fills up the last block of a file. */
    static int padding(long size) {
        return (int) ((BLOCK - size % BLOCK) % BLOCK);
    }

    static boolean isZero(byte[] octets) {
        return Arrays.equals(octets, new byte[octets.length]);
    }

    /** What is signed: the form of the file, and the digest of all octets before the signature's own header. */
    static byte[] signed(String digest) {
        return (FORMAT + "\n" + digest + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static String octal(long number, int digits) {
        String text = Long.toOctalString(number);
        return "0".repeat(digits - text.length()) + text;
    }

    private static void put(byte[] block, int at, String text) {
        byte[] octets = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(octets, 0, block, at, octets.length);
    }
}
