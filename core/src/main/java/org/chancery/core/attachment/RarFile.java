package org.chancery.core.attachment;

/**
 * Reads the headers of RAR archives, old (1.5 to 4) and new (5): what is encrypted, how the files are called and how long they
 * would be. What is stored is looked into; RAR's own compression is not undone, so that its files are judged by their names.
 */
final class RarFile {
    private static final String OLD = "Rar!\u001a\u0007\0";
    private static final String NEW = "Rar!\u001a\u0007\u0001\0";

    private final Inspection inspection;
    private final Item item;
    private final Octets o;
    private long at;

    private RarFile(Inspection inspection, Item item) {
        this.inspection = inspection;
        this.item = item;
        this.o = item.octets();
    }

    static void inspect(Inspection inspection, Item item) {
        RarFile file = new RarFile(inspection, item);
        if (item.octets().has(0, NEW)) {
            file.blocksOfNew();
        } else if (item.octets().has(0, OLD)) {
            file.blocksOfOld();
        } else {
            inspection.notUnpacked(item, "a RAR archive of an unknown version");
        }
    }

    private void blocksOfOld() {
        for (at = OLD.length(); at + 7 <= o.length(); ) {
            int type = o.u8(at + 2);
            int flags = o.u16(at + 3);
            int size = o.u16(at + 5);
            boolean hasData = type == 0x74 || (flags & 0x8000) != 0;
            long data = hasData ? o.u32(at + 7) : 0;
            if (size < 7 || type == 0x7b || !inspection.budget().entry()) {
                return;
            }
            if (type == 0x73 && (flags & 0x80) != 0) {
                encrypted();
                return; // nothing behind it can be read
            }
            if (type == 0x74) {
                int nameAt = (flags & 0x100) != 0 ? 40 : 32;
                String name = o.slice(at + nameAt, o.u16(at + 26)).latin1();
                int zero = name.indexOf(0);
                boolean isStored = o.u8(at + 25) == 0x30;
                file(
                        zero < 0 ? name : name.substring(0, zero),
                        (flags & 4) != 0,
                        isStored,
                        o.u32(at + 11),
                        at + size,
                        data);
            }
            at += size + data;
        }
    }

    private void blocksOfNew() {
        at = NEW.length();
        while (at + 7 <= o.length() && inspection.budget().entry()) {
            at += 4;
            long size = number();
            long header = at;
            long type = number();
            long flags = number();
            long extra = (flags & 1) != 0 ? number() : 0;
            long data = (flags & 2) != 0 ? number() : 0;
            long end = header + size;
            if (size <= 0 || size > o.length() || type == 5) {
                return;
            }
            if (type == 4) {
                encrypted();
                return;
            }
            if (type == 2) {
                fileOfNew(end, extra, data);
            }
            at = data > o.length() ? o.length() : end + data;
        }
    }

    private void fileOfNew(long end, long extra, long data) {
        long fileFlags = number();
        long size = number();
        number(); // attributes
        at += ((fileFlags & 2) != 0 ? 4 : 0) + ((fileFlags & 4) != 0 ? 4 : 0);
        long compression = number();
        number(); // host system
        long nameLength = number();
        String name = o.slice(at, Math.min(nameLength, 4_096)).utf8();
        boolean isDirectory = (fileFlags & 1) != 0;
        if (!isDirectory) {
            boolean isStored = (compression >> 7 & 7) == 0;
            file(name, isEncrypted(end - extra, end), isStored, size, end, data);
        }
    }

    private boolean isEncrypted(long from, long end) {
        at = Math.max(0, from);
        while (at < end && at < o.length()) {
            long size = number();
            long next = at + size;
            if (size <= 0) {
                return false;
            }
            if (number() == 1) {
                return true;
            }
            at = next;
        }
        return false;
    }

    private void file(String name, boolean isEncrypted, boolean isStored, long size, long dataAt, long dataSize) {
        Item inner = item.inner(name, o.slice(dataAt, dataSize), item.isWhole());
        if (isEncrypted) {
            encrypted();
            inspection.name(inner, false);
        } else if (inspection.budget().wouldBurst(size)) {
            inspection
                    .findings()
                    .add(AttachmentSign.ARCHIVE_BOMB, item.path(), "has a file of " + (size >> 20) + " MiB");
        } else if (isStored) {
            inspection.look(inner);
        } else {
            inspection.notUnpacked(inner, "packed by RAR, judged by its name");
        }
    }

    private void encrypted() {
        inspection.findings().add(AttachmentSign.ENCRYPTED_ARCHIVE, item.path(), "a RAR archive under a password");
    }

    /** RAR 5's numbers: seven bits an octet, the lowest first. */
    private long number() {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            int octet = o.u8(at++);
            value |= (long) (octet & 0x7f) << shift;
            if ((octet & 0x80) == 0) {
                break;
            }
        }
        return Math.max(0, value);
    }
}
