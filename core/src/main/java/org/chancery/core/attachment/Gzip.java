package org.chancery.core.attachment;

import org.chancery.core.attachment.Unpacking.Unpacked;

/** Reads gzip files (RFC 1952), of one member or several. */
final class Gzip {
    private static final int MAX_MEMBERS = 64;

    private Gzip() {}

    static void inspect(Inspection inspection, Item item) {
        Octets o = item.octets();
        long at = 0;
        for (int member = 0; member < MAX_MEMBERS && o.has(at, "\u001f\u008b"); member++) {
            long data = dataAt(o, at);
            Unpacked unpacked =
                    Unpacking.inflate(o.from(data), false, AttachmentInspector.MAX_PART, inspection.budget());
            if (inspection.budget().isBurst()) {
                inspection
                        .findings()
                        .add(AttachmentSign.ARCHIVE_BOMB, item.path(), "unpacks to more than is reasonable");
                return;
            }
            if (unpacked.isBroken() && item.isWhole()) {
                inspection.findings().add(AttachmentSign.NOT_UNPACKED, item.path(), "a damaged gzip file");
            }
            inspection.look(item.inner(name(o, at, item), unpacked.octets(), unpacked.isWhole()));
            at = data + unpacked.consumed() + 8;
        }
    }

    private static long dataAt(Octets o, long header) {
        int flags = o.u8(header + 3);
        long at = header + 10;
        if ((flags & 4) != 0) {
            at += 2 + o.u16(at);
        }
        if ((flags & 8) != 0) {
            at = behindZero(o, at);
        }
        if ((flags & 16) != 0) {
            at = behindZero(o, at);
        }
        return (flags & 2) != 0 ? at + 2 : at;
    }

    private static long behindZero(Octets o, long at) {
        int zero = o.indexOf("\0", at);
        return zero < 0 ? o.length() : zero + 1L;
    }

    /** What gunzip would call it: the name in the header, or the file's own without its ending. */
    private static String name(Octets o, long header, Item item) {
        if ((o.u8(header + 3) & 12) == 8) {
            long end = behindZero(o, header + 10);
            return o.slice(header + 10, end - header - 11).latin1();
        }
        String own = item.names().isEmpty() ? "" : item.names().getFirst();
        return switch (FileNames.extension(own)) {
            case "gz" -> own.substring(0, own.lastIndexOf('.'));
            case "tgz" -> own.substring(0, own.lastIndexOf('.')) + ".tar";
            case "svgz" -> own.substring(0, own.lastIndexOf('.')) + ".svg";
            default -> "";
        };
    }
}
