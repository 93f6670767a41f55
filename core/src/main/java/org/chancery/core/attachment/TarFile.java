package org.chancery.core.attachment;

/** Reads tar archives of all dialects (POSIX.1 pax, GNU, V7) as far as names and contents go. */
final class TarFile {
    private static final int BLOCK = 512;

    private TarFile() {}

    /** Whether a header of V7 stands there, which has no magic: its checksum fits. */
    static boolean isHeader(Octets o) {
        if (o.length() < BLOCK || o.u8(0) == 0) {
            return false;
        }
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= 148 && i < 156 ? ' ' : o.u8(i);
        }
        return number(o, 148, 8) == sum && sum > 8 * ' ';
    }

    static void inspect(Inspection inspection, Item item) {
        Octets o = item.octets();
        String longName = "";
        long at = 0;
        while (at + BLOCK <= o.length() && o.u8(at) != 0) {
            if (!isHeader(o.slice(at, BLOCK))) {
                inspection.findings().add(AttachmentSign.NOT_UNPACKED, item.path(), "a damaged tar archive");
                return;
            }
            long size = Math.max(0, number(o, at + 124, 12));
            Octets content = o.slice(at + BLOCK, size);
            int type = o.u8(at + 156);
            switch (type) {
                case 'L' -> longName = terminated(content);
                case 'x' -> longName = paxPath(content);
                case 'K', 'g' -> {}
                default -> {
                    String name = longName.isEmpty() ? terminated(o.slice(at, 100)) : longName;
                    longName = "";
                    boolean isFile = type == '0' || type == 0 || type == '7';
                    if (isFile) {
                        inspection.look(item.inner(name, content, content.length() == size));
                    }
                }
            }
            if (inspection.budget().isBurst()) {
                inspection
                        .findings()
                        .add(AttachmentSign.ARCHIVE_BOMB, item.path(), "unpacks to more than is reasonable");
                return;
            }
            at += BLOCK + Math.min(size, o.length()) / BLOCK * BLOCK + (size % BLOCK == 0 ? 0 : BLOCK);
        }
    }

    private static String terminated(Octets o) {
        int end = o.indexOf("\0", 0);
        return o.slice(0, end < 0 ? o.length() : end).utf8();
    }

    // POSIX.1 pax: "length path=value\n"
    private static String paxPath(Octets records) {
        String text = records.slice(0, 64 * 1024).utf8();
        int path = text.indexOf(" path=");
        int end = path < 0 ? -1 : text.indexOf('\n', path);
        return end < 0 ? "" : text.substring(path + 6, end);
    }

    /** Octal digits, or GNU's binary numbers. */
    private static long number(Octets o, long at, int length) {
        if ((o.u8(at) & 0x80) != 0) {
            return o.u32BigEndian(at + length - 4);
        }
        long value = 0;
        for (long i = at; i < at + length; i++) {
            int c = o.u8(i);
            if (c >= '0' && c <= '7') {
                value = value << 3 | (c - '0');
            } else if (c != ' ') {
                break;
            }
        }
        return value;
    }
}
