package org.chancery.core.attachment;

import java.util.ArrayList;
import java.util.List;

/**
 * The two places where a ZIP archive names its entries: the directory at its end, which most programs read, and the headers in
 * front of each entry, which some read from the beginning on.
 */
final class ZipDirectory {
    private static final String END = "PK\u0005\u0006";
    private static final String ENTRY = "PK\u0001\u0002";
    static final String LOCAL = "PK\u0003\u0004";
    private static final String END_64 = "PK\u0006\u0006";

    private static final int END_LENGTH = 22;
    private static final int ENTRY_LENGTH = 46;
    static final int LOCAL_LENGTH = 30;
    private static final int MAX_COMMENT = 65_535;
    private static final long IN_ZIP64_EXTRA = 0xffffffffL;

    private ZipDirectory() {}

    /** Where the end record stands that programs find, searching from the end; -1 where there is none. */
    static int findEnd(Octets octets) {
        int at = octets.length() - END_LENGTH;
        int last = Math.max(0, at - MAX_COMMENT);
        for (at = octets.lastIndexOf(END, at); at >= last; at = octets.lastIndexOf(END, at - 1L)) {
            if (at + END_LENGTH + octets.u16(at + 20) <= octets.length()) {
                return at;
            }
        }
        return -1;
    }

    /**
     * A directory that was read.
     *
     * @param start where it stands
     * @param shift what has to be added to its offsets, as something stands in front of the archive
     */
    record Directory(long start, long end, long shift, List<ZipEntry> entries) {
        Directory {
            entries = List.copyOf(entries);
        }
    }

    /** Reads the directory that belongs to the end record there. */
    static Directory read(Octets octets, int end, Budget budget) {
        long size = octets.u32(end + 12L);
        long offset = octets.u32(end + 16L);
        long behind = end;
        int end64 = octets.lastIndexOf(END_64, end);
        if (end64 >= 0 && (size == IN_ZIP64_EXTRA || offset == IN_ZIP64_EXTRA || octets.u16(end + 10L) == 0xffff)) {
            size = octets.u64(end64 + 40L);
            offset = octets.u64(end64 + 48L);
            behind = end64;
        }
        long start = size <= behind ? behind - size : offset;
        if (!octets.has(start, ENTRY) && octets.has(offset, ENTRY)) {
            start = offset;
        }
        long shift = start - offset;
        List<ZipEntry> entries = new ArrayList<>();
        long at = start;
        while (octets.has(at, ENTRY) && budget.entry()) {
            ZipEntry entry = entry(octets, at, shift);
            entries.add(entry);
            at += ENTRY_LENGTH + octets.u16(at + 28) + octets.u16(at + 30) + octets.u16(at + 32);
        }
        return new Directory(start, at, shift, entries);
    }

    private static ZipEntry entry(Octets o, long at, long shift) {
        int nameLength = o.u16(at + 28);
        int flags = o.u16(at + 8);
        long packed = o.u32(at + 20);
        long size = o.u32(at + 24);
        long header = o.u32(at + 42);
        // APPNOTE 4.5.3: those of the three which do not fit stand in this order in the extra field.
        long extra = extra(o, at + ENTRY_LENGTH + nameLength, o.u16(at + 30), 1);
        if (extra >= 0) {
            if (size == IN_ZIP64_EXTRA) {
                size = o.u64(extra);
                extra += 8;
            }
            if (packed == IN_ZIP64_EXTRA) {
                packed = o.u64(extra);
                extra += 8;
            }
            if (header == IN_ZIP64_EXTRA) {
                header = o.u64(extra);
            }
        }
        return new ZipEntry(
                name(o, at + ENTRY_LENGTH, nameLength),
                flags,
                o.u16(at + 10),
                packed,
                size,
                header + shift,
                unicodePath(o, at + ENTRY_LENGTH + nameLength, o.u16(at + 30)));
    }

    /** Where the data of that extra field begin; -1 where there is none. */
    private static long extra(Octets o, long from, int length, int id) {
        for (long at = from; at + 4 <= from + length; at += 4 + o.u16(at + 2)) {
            if (o.u16(at) == id) {
                return at + 4;
            }
        }
        return -1;
    }

    /** APPNOTE 4.6.9: a version, a checksum of the other name, and the name. */
    private static String unicodePath(Octets o, long from, int length) {
        long at = extra(o, from, length, 0x7075);
        return at < 0 ? "" : name(o, at + 5, Math.max(0, o.u16(at - 2) - 5));
    }

    /** The entry as the header in front of it says. */
    static ZipEntry local(Octets o, long at) {
        int nameLength = o.u16(at + 26);
        return new ZipEntry(
                name(o, at + LOCAL_LENGTH, nameLength),
                o.u16(at + 6),
                o.u16(at + 8),
                o.u32(at + 18),
                o.u32(at + 22),
                at,
                unicodePath(o, at + LOCAL_LENGTH + nameLength, o.u16(at + 28)));
    }

    /** Where the entry's data begin. */
    static long dataAt(Octets o, long header) {
        return header + LOCAL_LENGTH + o.u16(header + 26) + o.u16(header + 28);
    }

    /** Whether a local header could stand there, and not just its first four octets in something else. */
    static boolean isLocal(Octets o, long at) {
        int nameLength = o.u16(at + 26);
        return o.has(at, LOCAL)
                && (o.u16(at + 4) & 0xff) <= 63
                && o.u16(at + 8) <= 99
                && nameLength > 0
                && nameLength <= 1_024
                && dataAt(o, at) <= o.length()
                && o.slice(at + LOCAL_LENGTH, nameLength).indexOf("\0", 0) < 0;
    }

    private static String name(Octets o, long at, int length) {
        return o.slice(at, length).utf8();
    }
}
