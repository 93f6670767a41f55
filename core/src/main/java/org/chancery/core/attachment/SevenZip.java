package org.chancery.core.attachment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads 7z archives (7-Zip's "7zFormat.txt"): names, encryption, and the files of folders that are copied, or packed by LZMA or
 * LZMA2 alone. Files packed in other ways are judged by their names.
 */
final class SevenZip {
    private static final int START_HEADER = 32;
    private static final int MAX_HEADER = 4 << 20;
    private static final int MAX_FOLDERS = 2_000;
    private static final int MAX_CODERS = 8;

    private static final int HEADER = 0x01;
    private static final int MAIN_STREAMS = 0x04;
    private static final int FILES = 0x05;
    private static final int PACK_INFO = 0x06;
    private static final int UNPACK_INFO = 0x07;
    private static final int SUBSTREAMS = 0x08;
    private static final int SIZES = 0x09;
    private static final int CRC = 0x0a;
    private static final int FOLDER = 0x0b;
    private static final int UNPACK_SIZES = 0x0c;
    private static final int COUNTS = 0x0d;
    private static final int EMPTY_STREAM = 0x0e;
    private static final int NAMES = 0x11;
    private static final int ENCODED_HEADER = 0x17;

    private static final String COPY = "\0";
    private static final String LZMA = "\u0003\u0001\u0001";
    private static final String LZMA2 = "\u0021";
    private static final String AES = "\u0006\u00f1\u0007\u0001";

    private final Inspection inspection;
    private final Item item;
    private final Octets file;
    private Octets o = Octets.NONE;
    private long at;

    private record Coder(String id, Octets properties) {}

    private record Folder(List<Coder> coders, int outputs, int packedStreams) {
        boolean isEncrypted() {
            return coders.stream().anyMatch(coder -> coder.id().equals(AES));
        }
    }

    /** What the streams of an archive are. */
    private static final class Streams {
        long packedAt;
        List<Long> packedSizes = List.of();
        List<Folder> folders = List.of();
        /** Of the last output of each folder. */
        List<Long> sizes = List.of();
        /** Of which folders the whole has a checksum. */
        boolean[] checked = new boolean[0];
        /** Of the files in each folder. */
        List<List<Long>> fileSizes = List.of();
    }

    SevenZip(Inspection inspection, Item item) {
        this.inspection = inspection;
        this.item = item;
        this.file = item.octets();
    }

    void inspect() {
        try {
            o = file.slice(START_HEADER + file.u64(12), Math.min(file.u64(20), MAX_HEADER));
            int kind = o.u8(at++);
            for (int layers = 0; kind == ENCODED_HEADER && layers < 4; layers++) {
                Streams header = streams();
                if (isEncrypted(header)) {
                    return;
                }
                o = unpack(header, 0, MAX_HEADER);
                at = 0;
                kind = o.u8(at++);
            }
            if (kind != HEADER) {
                throw new Unreadable("no header");
            }
            content();
        } catch (Unreadable broken) {
            inspection.notUnpacked(item, "a 7z archive that could not be read");
        }
    }

    private void content() throws Unreadable {
        Streams streams = new Streams();
        List<String> names = List.of();
        boolean[] empty = new boolean[0];
        for (long id = number(); id != 0 && at < o.length(); id = number()) {
            switch ((int) id) {
                case MAIN_STREAMS -> streams = streams();
                case FILES -> {
                    int count = count(Budget.MAX_ENTRIES);
                    empty = new boolean[count];
                    for (long property = number(); property != 0 && at < o.length(); property = number()) {
                        long end = number();
                        end += at;
                        if (property == NAMES) {
                            at++; // external
                            names = names(count);
                        } else if (property == EMPTY_STREAM) {
                            bits(empty);
                        }
                        at = end;
                    }
                }
                default -> throw new Unreadable("an unknown part");
            }
        }
        isEncrypted(streams);
        files(streams, names, empty);
    }

    private boolean isEncrypted(Streams streams) {
        boolean encrypted = streams.folders.stream().anyMatch(Folder::isEncrypted);
        if (encrypted) {
            inspection.findings().add(AttachmentSign.ENCRYPTED_ARCHIVE, item.path(), "a 7z archive under a password");
        }
        return encrypted;
    }

    private void files(Streams streams, List<String> names, boolean[] empty) {
        List<String> full = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            if (i >= empty.length || !empty[i]) {
                full.add(names.get(i));
            }
        }
        int next = 0;
        for (int folder = 0; folder < streams.folders.size(); folder++) {
            List<Long> sizes = folder < streams.fileSizes.size() ? streams.fileSizes.get(folder) : List.of();
            List<String> here = full.subList(Math.min(next, full.size()), Math.min(next + sizes.size(), full.size()));
            next += sizes.size();
            folder(streams, folder, sizes, here);
        }
    }

    private void folder(Streams streams, int folder, List<Long> sizes, List<String> names) {
        Octets unpacked;
        try {
            long size = streams.sizes.get(folder);
            if (inspection.budget().wouldBurst(size)) {
                inspection
                        .findings()
                        .add(AttachmentSign.ARCHIVE_BOMB, item.path(), "has files of " + (size >> 20) + " MiB");
                return;
            }
            unpacked = unpack(streams, folder, inspection.budget().atOnce());
        } catch (Unreadable | IndexOutOfBoundsException notHere) {
            names.forEach(name ->
                    inspection.notUnpacked(item.inner(name, Octets.NONE, false), "not unpacked, judged by its name"));
            return;
        }
        if (!inspection.budget().unpacked(unpacked.length())) {
            inspection.findings().add(AttachmentSign.ARCHIVE_BOMB, item.path(), "unpacks to more than is reasonable");
            return;
        }
        long from = 0;
        for (int i = 0; i < sizes.size(); i++) {
            Octets content = unpacked.slice(from, sizes.get(i));
            String name = i < names.size() ? names.get(i) : "";
            inspection.look(item.inner(name, content, content.length() == sizes.get(i)));
            from += sizes.get(i);
        }
    }

    private Octets unpack(Streams streams, int number, long limit) throws Unreadable {
        if (number >= streams.folders.size() || number >= streams.sizes.size()) {
            throw new Unreadable("no such folder");
        }
        long packedAt = START_HEADER + streams.packedAt;
        int stream = 0;
        for (int i = 0; i < number; i++) {
            for (int j = 0; j < streams.folders.get(i).packedStreams() && stream < streams.packedSizes.size(); j++) {
                packedAt += streams.packedSizes.get(stream++);
            }
        }
        Folder folder = streams.folders.get(number);
        if (folder.coders().size() != 1 || stream >= streams.packedSizes.size()) {
            throw new Unreadable("more than one coder");
        }
        Octets packed = file.slice(packedAt, streams.packedSizes.get(stream));
        Coder coder = folder.coders().getFirst();
        Output out = new Output(Math.min(limit, streams.sizes.get(number)));
        switch (coder.id()) {
            case COPY -> {
                return packed;
            }
            case LZMA -> Lzma.decode(packed, coder.properties().u8(0), streams.sizes.get(number), out);
            case LZMA2 -> Lzma.decode2(packed, out);
            default -> throw new Unreadable("another coder");
        }
        return out.octets();
    }

    private Streams streams() throws Unreadable {
        Streams streams = new Streams();
        for (long id = number(); id != 0 && at < o.length(); id = number()) {
            switch ((int) id) {
                case PACK_INFO -> packInfo(streams);
                case UNPACK_INFO -> unpackInfo(streams);
                case SUBSTREAMS -> substreams(streams);
                default -> throw new Unreadable("an unknown part");
            }
        }
        if (streams.fileSizes.isEmpty()) {
            streams.fileSizes = streams.sizes.stream().map(List::of).toList();
        }
        return streams;
    }

    private void packInfo(Streams streams) throws Unreadable {
        streams.packedAt = number();
        int count = count(MAX_FOLDERS * MAX_CODERS);
        for (long id = number(); id != 0 && at < o.length(); id = number()) {
            if (id == SIZES) {
                streams.packedSizes = numbers(count);
            } else if (id == CRC) {
                checksums(count);
            } else {
                throw new Unreadable("an unknown part");
            }
        }
    }

    private void unpackInfo(Streams streams) throws Unreadable {
        List<Folder> folders = new ArrayList<>();
        for (long id = number(); id != 0 && at < o.length(); id = number()) {
            if (id == FOLDER) {
                int count = count(MAX_FOLDERS);
                at++; // external
                for (int i = 0; i < count; i++) {
                    folders.add(folder());
                }
                streams.folders = folders;
            } else if (id == UNPACK_SIZES) {
                List<Long> sizes = new ArrayList<>();
                for (Folder folder : folders) {
                    sizes.add(numbers(folder.outputs()).getLast());
                }
                streams.sizes = sizes;
            } else if (id == CRC) {
                streams.checked = checksums(folders.size());
            } else {
                throw new Unreadable("an unknown part");
            }
        }
    }

    private Folder folder() throws Unreadable {
        int count = count(MAX_CODERS);
        List<Coder> coders = new ArrayList<>();
        int inputs = 0;
        int outputs = 0;
        for (int i = 0; i < count; i++) {
            int flags = o.u8(at++);
            String id = o.slice(at, flags & 0x0f).latin1();
            at += flags & 0x0f;
            boolean isComplex = (flags & 0x10) != 0;
            inputs += isComplex ? count(32) : 1;
            outputs += isComplex ? count(32) : 1;
            long properties = (flags & 0x20) != 0 ? number() : 0;
            coders.add(new Coder(id, o.slice(at, properties)));
            at += Math.min(properties, o.length());
        }
        if (outputs == 0 || inputs < outputs - 1) {
            throw new Unreadable("no outputs");
        }
        int bonds = outputs - 1;
        int packed = inputs - bonds;
        for (int i = 0; i < 2 * bonds + (packed > 1 ? packed : 0); i++) {
            number();
        }
        return new Folder(coders, outputs, packed);
    }

    private void substreams(Streams streams) throws Unreadable {
        List<Integer> counts =
                new ArrayList<>(streams.folders.stream().map(folder -> 1).toList());
        List<List<Long>> sizes = new ArrayList<>();
        long id = number();
        if (id == COUNTS) {
            for (int i = 0; i < counts.size(); i++) {
                counts.set(i, count(Budget.MAX_ENTRIES));
            }
            id = number();
        }
        for (int i = 0; i < counts.size() && i < streams.sizes.size(); i++) {
            List<Long> here = new ArrayList<>();
            long left = streams.sizes.get(i);
            for (int j = 0; j < counts.get(i) - 1 && id == SIZES; j++) {
                here.add(number());
                left -= here.getLast();
            }
            if (counts.get(i) > 0) {
                here.add(Math.max(0, left));
            }
            sizes.add(here);
        }
        streams.fileSizes = sizes;
        if (id == SIZES) {
            id = number();
        }
        for (; id != 0 && at < o.length(); id = number()) {
            if (id == CRC) {
                checksums(unchecked(streams, counts));
            }
        }
    }

    /** Of how many files checksums follow: of all but those whose folder holds nothing else and has one. */
    private static int unchecked(Streams streams, List<Integer> counts) {
        int unchecked = 0;
        for (int i = 0; i < counts.size(); i++) {
            boolean isChecked = counts.get(i) == 1 && i < streams.checked.length && streams.checked[i];
            unchecked += isChecked ? 0 : counts.get(i);
        }
        return Math.min(unchecked, Budget.MAX_ENTRIES);
    }

    private List<String> names(int count) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count && o.isInside(at); i++) {
            long from = at;
            while (o.isInside(at) && o.u16(at) != 0) {
                at += 2;
            }
            names.add(o.slice(from, at - from).utf16());
            at += 2;
        }
        return names;
    }

    private boolean[] checksums(int count) {
        boolean[] defined = new boolean[count];
        if (o.u8(at++) != 0) {
            Arrays.fill(defined, true);
        } else {
            bits(defined);
        }
        for (boolean one : defined) {
            at += one ? 4 : 0;
        }
        return defined;
    }

    private void bits(boolean[] into) {
        for (int i = 0; i < into.length; i++) {
            into[i] = (o.u8(at + i / 8) >> (7 - i % 8) & 1) != 0;
        }
        at += (into.length + 7) / 8;
    }

    private List<Long> numbers(int count) throws Unreadable {
        List<Long> numbers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (!o.isInside(at)) {
                throw new Unreadable("cut off");
            }
            numbers.add(number());
        }
        return numbers;
    }

    private int count(int most) throws Unreadable {
        long count = number();
        if (count > most) {
            throw new Unreadable("more than " + most);
        }
        return (int) count;
    }

    /** The first octet's leading ones tell how many follow it. */
    private long number() {
        int first = o.u8(at++);
        long value = 0;
        int mask = 0x80;
        for (int i = 0; i < 8; i++) {
            if ((first & mask) == 0) {
                long high = first & (mask - 1);
                value += i < 7 ? high << 8 * i : 0;
                break;
            }
            value |= (long) o.u8(at++) << 8 * i;
            mask >>= 1;
        }
        return Math.max(0, value);
    }
}
