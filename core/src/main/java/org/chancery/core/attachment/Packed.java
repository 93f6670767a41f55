package org.chancery.core.attachment;

/** Opens what is one packed file and nothing else: bzip2 and xz. */
final class Packed {
    private static final int MAX_BLOCKS = 1_000;

    private Packed() {}

    @FunctionalInterface
    private interface Decoder {
        void decode(Octets in, Output out) throws Unreadable;
    }

    static void bzip2(Inspection inspection, Item item) {
        open(inspection, item, Bzip2::decode);
    }

    static void xz(Inspection inspection, Item item) {
        open(inspection, item, Packed::blocks);
    }

    private static void open(Inspection inspection, Item item, Decoder decoder) {
        Output out = new Output(inspection.budget().atOnce());
        try {
            decoder.decode(item.octets(), out);
        } catch (Unreadable broken) {
            inspection.findings().add(AttachmentSign.NOT_UNPACKED, item.path(), "damaged, or packed in an unusual way");
        }
        if (!inspection.budget().unpacked(out.length())) {
            inspection.findings().add(AttachmentSign.ARCHIVE_BOMB, item.path(), "unpacks to more than is reasonable");
            return;
        }
        inspection.look(item.inner(nameWithin(item), out.octets(), !out.isFull()));
    }

    private static String nameWithin(Item item) {
        String own = item.names().isEmpty() ? "" : item.names().getFirst();
        return switch (FileNames.extension(own)) {
            case "bz2", "xz" -> own.substring(0, own.lastIndexOf('.'));
            case "tbz", "tbz2", "txz" -> own.substring(0, own.lastIndexOf('.')) + ".tar";
            default -> "";
        };
    }

    /** The XZ file format, version 1.2.1, §2 and §3; only LZMA2 is undone, other filters change few octets of a program. */
    private static void blocks(Octets in, Output out) throws Unreadable {
        long at = 12;
        for (int block = 0; block < MAX_BLOCKS && in.u8(at) != 0 && in.isInside(at); block++) {
            long header = at;
            long size = (in.u8(header) + 1L) * 4;
            int flags = in.u8(header + 1);
            at = header + 2;
            at = (flags & 0x40) != 0 ? behindNumber(in, at) : at;
            at = (flags & 0x80) != 0 ? behindNumber(in, at) : at;
            requireLzma2(in, at, (flags & 3) + 1);
            long data = header + size;
            long took = Lzma.decode2(in.from(data), out);
            if (out.isFull()) {
                return;
            }
            at = (data + took + 3) / 4 * 4 + checkSize(in.u8(7));
        }
    }

    private static void requireLzma2(Octets in, long from, int filters) throws Unreadable {
        long at = from;
        for (int i = 0; i < filters - 1; i++) {
            at = behindNumber(in, at);
            at += 1 + in.u8(at);
        }
        if (in.u8(at) != 0x21) {
            throw new Unreadable("a filter other than LZMA2");
        }
    }

    private static long behindNumber(Octets in, long from) {
        long at = from;
        while ((in.u8(at) & 0x80) != 0) {
            at++;
        }
        return at + 1;
    }

    private static int checkSize(int kind) {
        return switch (kind & 0x0f) {
            case 0 -> 0;
            case 1, 2, 3 -> 4;
            case 4, 5, 6 -> 8;
            case 7, 8, 9 -> 16;
            case 10, 11, 12 -> 32;
            default -> 64;
        };
    }
}
