package org.chancery.core.attachment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.chancery.core.attachment.Unpacking.Unpacked;
import org.chancery.core.attachment.ZipDirectory.Directory;

/**
 * Judges a ZIP archive and what is in it. Programs disagree about broken ones, so what any of them would find is looked at: the
 * entries of the directory, and those that only stand in the data. An honest archive has no such difference.
 */
final class ZipInspector {
    private final Inspection inspection;
    private final Item item;
    private final Octets octets;

    ZipInspector(Inspection inspection, Item item) {
        this.inspection = inspection;
        this.item = item;
        this.octets = item.octets();
    }

    void inspect() {
        int end = ZipDirectory.findEnd(octets);
        List<ZipEntry> entries = new ArrayList<>();
        List<ZipEntry> hidden = new ArrayList<>();
        if (end >= 0) {
            Directory directory = ZipDirectory.read(octets, end, inspection.budget());
            entries.addAll(directory.entries());
            overlaps(directory);
            inGaps(directory, hidden);
            if (!hidden.isEmpty()) {
                found(AttachmentSign.ARCHIVE_TWO_READINGS, "has files that its directory does not name");
            }
        } else {
            scan(0, octets.length(), hidden);
            if (item.isWhole()) {
                found(AttachmentSign.NOT_UNPACKED, "a ZIP archive without its directory");
            }
        }
        ZipPackage kind = ZipPackage.of(entries, hidden);
        kind.judge(inspection, item);
        for (ZipEntry entry : entries) {
            ZipEntry local = octets.has(entry.headerAt(), ZipDirectory.LOCAL)
                    ? ZipDirectory.local(octets, entry.headerAt())
                    : entry;
            compare(entry, local);
            look(entry, local, kind);
        }
        hidden.forEach(entry -> look(entry, entry, kind));
        if (inspection.budget().isBurst()) {
            found(AttachmentSign.ARCHIVE_BOMB, "unpacks to more than is reasonable");
        }
    }

    private void compare(ZipEntry central, ZipEntry local) {
        String ending = FileNames.extension(central.name());
        boolean sameName = ending.equals(FileNames.extension(local.name()))
                && hasEnding(central.otherName(), ending)
                && hasEnding(local.otherName(), ending);
        if (!sameName || central.method() != local.method()) {
            found(AttachmentSign.ARCHIVE_TWO_READINGS, "names a file differently in two places");
        }
    }

    private static boolean hasEnding(String name, String ending) {
        return name.isEmpty() || FileNames.extension(name).equals(ending);
    }

    private void look(ZipEntry entry, ZipEntry local, ZipPackage kind) {
        Budget budget = inspection.budget();
        if (budget.isBurst()) {
            return;
        }
        if (entry.isEncrypted() || local.isEncrypted()) {
            found(AttachmentSign.ENCRYPTED_ARCHIVE, "a ZIP archive under a password");
            inspection.name(item.inner(entry.name(), Octets.NONE, false), false);
            return;
        }
        if (entry.isDirectory()) {
            return;
        }
        if (budget.wouldBurst(entry.size()) && isLikelyTrue(entry)) {
            found(AttachmentSign.ARCHIVE_BOMB, "has a file of " + (entry.size() >> 20) + " MiB");
            return;
        }
        if (!entry.isReadable()) {
            Item inner = item.inner(entry.name(), Octets.NONE, false);
            inspection.notUnpacked(inner, "packed by method " + entry.method());
            return;
        }
        Octets data = octets.slice(ZipDirectory.dataAt(octets, entry.headerAt()), data(entry));
        Item inner = entry.method() == ZipEntry.STORED ? stored(entry, data) : inflated(entry, data);
        kind.entry(inspection, item, entry.name(), inner.octets());
        inspection.look(inner);
    }

    // A size that no DEFLATE of these octets could come to is a false one, and what really comes out is counted.
    private static boolean isLikelyTrue(ZipEntry entry) {
        return entry.size() / 1_040 <= entry.packedSize();
    }

    // Behind a data descriptor (flag 3), and in headers that lie, the size is not known: DEFLATE tells its own end.
    private long data(ZipEntry entry) {
        boolean isKnown = entry.method() == ZipEntry.STORED && (entry.packedSize() > 0 || (entry.flags() & 8) == 0);
        return isKnown ? entry.packedSize() : octets.length();
    }

    private Item stored(ZipEntry entry, Octets data) {
        inspection.budget().unpacked(data.length());
        return item.inner(entry.name(), data, item.isWhole());
    }

    private Item inflated(ZipEntry entry, Octets data) {
        Unpacked unpacked = Unpacking.inflate(data, false, Unpacking.MAX_KEPT, inspection.budget());
        if (unpacked.isBroken() && item.isWhole()) {
            found(AttachmentSign.NOT_UNPACKED, "damaged");
        }
        return item.inner(entry.name(), unpacked.octets(), unpacked.isWhole());
    }

    /** Entries that share octets multiply what comes out without a limit (the "zip bomb without nesting"). */
    private void overlaps(Directory directory) {
        long behind = 0;
        for (ZipEntry entry : sorted(directory)) {
            if (entry.headerAt() < behind) {
                found(AttachmentSign.ARCHIVE_BOMB, "its files lie upon each other");
                return;
            }
            behind = ZipDirectory.dataAt(octets, entry.headerAt()) + entry.packedSize();
        }
    }

    private static List<ZipEntry> sorted(Directory directory) {
        return directory.entries().stream()
                .sorted(Comparator.comparingLong(ZipEntry::headerAt))
                .toList();
    }

    private void inGaps(Directory directory, List<ZipEntry> hidden) {
        long at = 0;
        for (ZipEntry entry : sorted(directory)) {
            scan(at, entry.headerAt(), hidden);
            at = Math.max(at, ZipDirectory.dataAt(octets, entry.headerAt()) + entry.packedSize());
        }
        scan(at, directory.start(), hidden);
        scan(directory.end(), octets.length(), hidden);
    }

    private void scan(long from, long to, List<ZipEntry> hidden) {
        long at = octets.indexOf(ZipDirectory.LOCAL, from);
        while (at >= 0 && at < to) {
            long next = at + 4;
            if (ZipDirectory.isLocal(octets, at)) {
                if (!inspection.budget().entry()) {
                    return;
                }
                ZipEntry entry = ZipDirectory.local(octets, at);
                hidden.add(entry);
                next = Math.max(
                        next,
                        ZipDirectory.dataAt(octets, at)
                                + (entry.packedSize() < octets.length() ? entry.packedSize() : 0));
            }
            at = octets.indexOf(ZipDirectory.LOCAL, next);
        }
    }

    private void found(AttachmentSign sign, String what) {
        inspection.findings().add(sign, item.path(), what);
    }
}
