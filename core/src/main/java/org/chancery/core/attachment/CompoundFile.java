package org.chancery.core.attachment;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * A compound file ([MS-CFB]), as old Office documents, installers and Outlook messages are. Follows chains of sectors as far as
 * there are sectors, so that one which bites its own tail comes to an end.
 */
final class CompoundFile {
    private static final int ENTRY = 128;
    private static final long LAST_REGULAR = 0xfffffffaL;
    private static final int IN_HEADER = 109;

    private final Octets o;
    private final int sector;
    private final int miniSector;
    private final List<Long> fatSectors = new ArrayList<>();
    private final List<Entry> entries = new ArrayList<>();
    private final Octets miniFat;
    private final Octets miniStream;
    private final long miniCutoff;

    /**
     * A storage or stream.
     *
     * @param classId sixteen octets
     */
    record Entry(String name, int type, Octets classId, long start, long size) {
        static final int STREAM = 2;
        static final int ROOT = 5;

        boolean isStream() {
            return type == STREAM;
        }
    }

    CompoundFile(Octets octets, Budget budget) {
        this.o = octets;
        // Version 3 has sectors of 512 octets, version 4 of 4096; others are made up.
        this.sector = octets.u16(30) == 12 ? 4_096 : 512;
        this.miniSector = 64;
        this.miniCutoff = 4_096;
        readFatSectors();
        Octets directory = chain(octets.u32(48), octets.length());
        for (int at = 0; at + ENTRY <= directory.length() && budget.entry(); at += ENTRY) {
            Octets entry = directory.slice(at, ENTRY);
            int nameLength = Math.clamp(entry.u16(64) - 2L, 0, 62);
            if (entry.u8(66) != 0) {
                entries.add(new Entry(
                        entry.slice(0, nameLength).utf16(),
                        entry.u8(66),
                        entry.slice(80, 16),
                        entry.u32(116),
                        entry.u32(120)));
            }
        }
        this.miniFat = chain(octets.u32(60), octets.length());
        this.miniStream = entries.stream()
                .filter(entry -> entry.type() == Entry.ROOT)
                .findFirst()
                .map(root -> chain(root.start(), root.size()))
                .orElse(Octets.NONE);
    }

    List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** What a stream holds, or the beginning of it. */
    Octets stream(Entry entry) {
        long size = Math.min(entry.size(), Unpacking.MAX_KEPT);
        return entry.size() < miniCutoff ? miniChain(entry.start(), size) : chain(entry.start(), size);
    }

    private void readFatSectors() {
        for (int i = 0; i < IN_HEADER; i++) {
            addFatSector(o.u32(76 + 4L * i));
        }
        long next = o.u32(68);
        for (long read = 0; read <= o.length() / sector && next < LAST_REGULAR; read++) {
            long at = at(next);
            for (int i = 0; i < sector / 4 - 1; i++) {
                addFatSector(o.u32(at + 4L * i));
            }
            next = o.isInside(at) ? o.u32(at + sector - 4) : LAST_REGULAR;
        }
    }

    private void addFatSector(long number) {
        if (number < LAST_REGULAR && o.isInside(at(number)) && fatSectors.size() <= o.length() / sector) {
            fatSectors.add(number);
        }
    }

    private long at(long sectorNumber) {
        return (sectorNumber + 1) * sector; // the header takes a whole sector, whatever its size
    }

    private long next(long number) {
        int perSector = sector / 4;
        long index = number / perSector;
        return index < fatSectors.size()
                ? o.u32(at(fatSectors.get((int) index)) + number % perSector * 4)
                : LAST_REGULAR;
    }

    private Octets chain(long start, long size) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long number = start;
        while (number < LAST_REGULAR && out.size() < size && o.isInside(at(number)) && out.size() <= o.length()) {
            Octets one = o.slice(at(number), Math.min(sector, size - out.size()));
            out.write(one.array(), one.start(), one.length());
            number = next(number);
        }
        return Octets.of(out.toByteArray());
    }

    private Octets miniChain(long start, long size) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long number = start;
        while (number < LAST_REGULAR && out.size() < size && miniStream.isInside(number * miniSector)) {
            Octets one = miniStream.slice(number * miniSector, Math.min(miniSector, size - out.size()));
            out.write(one.array(), one.start(), one.length());
            number = miniFat.isInside(number * 4) ? miniFat.u32(number * 4) : LAST_REGULAR;
        }
        return Octets.of(out.toByteArray());
    }
}
