package org.chancery.storage.h2;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStoreException;

/**
 * The begin of H2's file, which tells among others which chunk is the newest and where it stands: a line of names and
 * hexadecimal values with a checksum (H2's documentation of MVStore, "File Format"). The file has two copies, and H2 needs one.
 */
final class StoreHeader {
    /** Octets of one copy. */
    static final int COPY = 4096;

    /** Octets of a chunk's own header at most, and of what marks its end (H2's bounds). */
    private static final int CHUNK_LINE = 1024;

    private static final int CHUNK_END = 128;

    private static final String CHUNK = "chunk";
    private static final String BLOCK = "block";
    private static final String VERSION = "version";
    private static final String LENGTH = "len";
    private static final String CLEAN = "clean";
    private static final String FLETCHER = "fletcher";

    private final HashMap<String, String> fields;

    private StoreHeader(HashMap<String, String> fields) {
        this.fields = fields;
    }

    /** Empty where it is no header or its checksum does not fit, as when the writing was cut off. */
    static Optional<StoreHeader> of(byte[] copy) {
        String line = line(copy, COPY);
        int end = line.lastIndexOf(',' + FLETCHER + ':');
        if (end < 0) {
            return Optional.empty();
        }
        return fields(line).filter(all -> isWhole(copy, end, all)).map(all -> {
            all.remove(FLETCHER);
            return new StoreHeader(all);
        });
    }

    private static boolean isWhole(byte[] copy, int end, HashMap<String, String> all) {
        return DataUtils.getFletcher32(copy, 0, end) == DataUtils.parseHexInt(all.getOrDefault(FLETCHER, ""));
    }

    /** Reads octets of the file; fewer than asked for where it ends before. */
    interface Octets {
        byte[] at(long position, int length) throws IOException;
    }

    /**
     * Of a file's two copies the one that H2 goes by: the newer of those whose chunk is whole, else the older.
     *
     * @return empty where neither is whole itself
     */
    static Optional<StoreHeader> of(Octets file) throws IOException {
        List<StoreHeader> copies = new ArrayList<>();
        of(file.at(0, COPY)).ifPresent(copies::add);
        of(file.at(COPY, COPY)).ifPresent(copies::add);
        copies.sort(Comparator.comparingLong(StoreHeader::version).reversed());
        for (StoreHeader copy : copies) {
            if (copy.isChunkWhole(file)) {
                return Optional.of(copy);
            }
        }
        return copies.isEmpty() ? Optional.empty() : Optional.of(copies.getLast());
    }

    private boolean isChunkWhole(Octets file) throws IOException {
        long position = DataUtils.readHexLong(fields, BLOCK, 0) * COPY;
        Optional<HashMap<String, String>> begin = fields(line(file.at(position, CHUNK_LINE), CHUNK_LINE));
        if (begin.isEmpty() || !isNamedBy(begin.get())) {
            return false;
        }
        long end = position + DataUtils.readHexLong(begin.get(), LENGTH, 0) * COPY;
        return fields(line(file.at(end - CHUNK_END, CHUNK_END), CHUNK_END))
                .filter(this::isNamedBy)
                .isPresent();
    }

    private boolean isNamedBy(HashMap<String, String> chunk) {
        return Objects.equals(chunk.get(CHUNK), fields.get(CHUNK))
                && DataUtils.readHexLong(chunk, VERSION, -1) == version();
    }

    /**
     * The same for a newer chunk.
     *
     * @param position of the chunk; octets from the begin of the file
     * @return empty for what is no chunk, or not newer than the one named here, such as a copy of one that was moved
     */
    Optional<StoreHeader> naming(byte[] chunk, long position) {
        return fields(line(chunk, CHUNK_LINE))
                .filter(told -> told.containsKey(CHUNK) && DataUtils.readHexLong(told, VERSION, -1) > version())
                .map(told -> {
                    HashMap<String, String> named = new HashMap<>(fields);
                    named.remove(CLEAN);
                    named.put(CHUNK, told.get(CHUNK));
                    named.put(VERSION, told.get(VERSION));
                    named.put(BLOCK, Long.toHexString(position / COPY));
                    return new StoreHeader(named);
                });
    }

    /** Whether the file was closed in order: behind this mark H2 looks at nothing any more when it opens the file. */
    boolean isClean() {
        return fields.containsKey(CLEAN);
    }

    private long version() {
        return DataUtils.readHexLong(fields, VERSION, -1);
    }

    /** One copy as it stands in the file. */
    byte[] copy() {
        StringBuilder line = DataUtils.appendMap(new StringBuilder(), fields);
        byte[] summed = line.toString().getBytes(StandardCharsets.ISO_8859_1);
        DataUtils.appendMap(line, FLETCHER, DataUtils.getFletcher32(summed, 0, summed.length));
        return Arrays.copyOf(line.append('\n').toString().getBytes(StandardCharsets.ISO_8859_1), COPY);
    }

    private static String line(byte[] octets, int most) {
        String begin = new String(octets, 0, Math.min(octets.length, most), StandardCharsets.ISO_8859_1);
        int end = begin.indexOf('\n');
        return end < 0 ? "" : begin.substring(0, end).trim();
    }

    private static Optional<HashMap<String, String>> fields(String line) {
        try {
            return Optional.of(DataUtils.parseMap(line)).filter(all -> !all.isEmpty());
        } catch (MVStoreException e) {
            return Optional.empty();
        }
    }
}
