package org.chancery.storage.h2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.h2.mvstore.DataUtils;
import org.h2.store.fs.FileBase;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When H2's file is forced, what its header names, and what a disk that failed once is still believed. */
class OrderedFileTest {
    private static final int BLOCK = 4096;
    private static final int BEHIND_HEADER = 2 * BLOCK;

    @TempDir
    private Path dir;

    @BeforeEach
    void register() {
        OrderedFilePath.register();
        FilePath.register(new Watched());
        Watched.calls.clear();
        Watched.isBroken = false;
        Watched.isFull = false;
    }

    @Test
    void the_first_write_of_a_file_is_forced() throws IOException {
        try (FileChannel file = open()) {
            write(file, header(0, 0, ""), 0);
            assertEquals(List.of("write 0", "force"), Watched.calls);
        }
    }

    @Test
    void a_chunk_gets_its_last_sector_and_the_header_its_name_when_the_rest_of_it_is_forced() throws IOException {
        byte[] chunk = chunk(1, 2);
        byte[] beforeForce = chunk.clone();
        Arrays.fill(beforeForce, chunk.length - 512, chunk.length, (byte) 0);
        try (FileChannel file = fresh()) {
            write(file, chunk, BEHIND_HEADER);
            assertArrayEquals(beforeForce, onDisk(BEHIND_HEADER, chunk.length));
            assertArrayEquals(chunk, read(file, BEHIND_HEADER, chunk.length));
            assertArrayEquals(header(0, 0, ""), onDisk(0, BEHIND_HEADER));
            file.force(true);
            assertEquals(
                    List.of(
                            "write " + BEHIND_HEADER,
                            "force",
                            "write 0",
                            "write " + (BEHIND_HEADER + chunk.length - 512),
                            "force",
                            "write " + BLOCK),
                    Watched.calls);
            assertArrayEquals(chunk, onDisk(BEHIND_HEADER, chunk.length));
            assertArrayEquals(header(1, 2, ""), onDisk(0, BEHIND_HEADER));
        }
    }

    @Test
    void of_several_chunks_each_is_whole_before_the_next_one() throws IOException {
        try (FileChannel file = fresh()) {
            write(file, chunk(1, 1), 4 * BLOCK);
            write(file, chunk(2, 1), 5 * BLOCK);
            Watched.calls.clear();
            file.force(true);
            assertEquals(
                    List.of(
                            "force",
                            "write " + (5 * BLOCK - 512),
                            "force",
                            "write 0",
                            "write " + (6 * BLOCK - 512),
                            "force",
                            "write " + BLOCK),
                    Watched.calls);
            assertArrayEquals(header(2, 5, ""), onDisk(0, BEHIND_HEADER));
        }
    }

    @Test
    void a_copy_of_an_old_chunk_is_not_named() throws IOException {
        try (FileChannel file = fresh()) {
            write(file, chunk(1, 1), 2 * BLOCK);
            write(file, chunk(2, 1), 3 * BLOCK);
            write(file, chunk(1, 1), 4 * BLOCK);
            file.force(true);
            assertArrayEquals(header(2, 3, ""), onDisk(0, BEHIND_HEADER));
        }
    }

    @Test
    void a_chunk_that_was_not_finished_is_not_taken_for_the_newest() throws IOException {
        byte[] unfinished = chunk(2, 1);
        Arrays.fill(unfinished, unfinished.length - 512, unfinished.length, (byte) 0);
        Path path = dir.resolve("file");
        Files.write(path, Arrays.copyOf(header(2, 3, ""), BLOCK));
        Files.write(path, Arrays.copyOf(header(1, 2, ""), BLOCK), StandardOpenOption.APPEND);
        Files.write(path, chunk(1, 1), StandardOpenOption.APPEND);
        Files.write(path, unfinished, StandardOpenOption.APPEND);
        try (FileChannel file = open()) {
            write(file, chunk(2, 1), 4 * BLOCK);
            file.force(true);
            assertArrayEquals(header(2, 4, ""), onDisk(0, BEHIND_HEADER));
        }
    }

    @Test
    void a_file_whose_last_force_was_cut_off_has_two_headers_of_its_newest_chunk_before_anything_is_written()
            throws IOException {
        Path path = dir.resolve("file");
        Files.write(path, Arrays.copyOf(header(2, 3, ""), BLOCK));
        Files.write(path, Arrays.copyOf(header(1, 2, ""), BLOCK), StandardOpenOption.APPEND);
        Files.write(path, chunk(1, 1), StandardOpenOption.APPEND);
        Files.write(path, chunk(2, 1), StandardOpenOption.APPEND);
        try (FileChannel file = open()) {
            assertEquals(List.of("force", "write " + BLOCK, "force"), Watched.calls);
            assertArrayEquals(header(2, 3, ""), onDisk(0, BEHIND_HEADER));
            assertEquals(4 * BLOCK, file.size());
        }
    }

    @Test
    void a_page_in_the_midst_of_what_is_held_is_read_as_it_was_written() throws IOException {
        byte[] chunk = new byte[BLOCK];
        new Random(5).nextBytes(chunk);
        try (FileChannel file = fresh()) {
            write(file, chunk, BEHIND_HEADER);
            for (int begin : new int[] {0, 3000, 3583, 3584, 3700}) {
                int length = Math.min(300, chunk.length - begin);
                assertArrayEquals(
                        Arrays.copyOfRange(chunk, begin, begin + length), read(file, BEHIND_HEADER + begin, length));
            }
        }
    }

    @Test
    void what_is_overwritten_is_forced_before() throws IOException {
        try (FileChannel file = fresh()) {
            write(file, chunk(1, 1), BEHIND_HEADER);
            Watched.calls.clear();
            write(file, chunk(2, 1), BEHIND_HEADER);
            assertEquals(
                    List.of(
                            "force",
                            "write 0",
                            "write " + (3 * BLOCK - 512),
                            "force",
                            "write " + BLOCK,
                            "write " + BEHIND_HEADER),
                    Watched.calls);
        }
    }

    @Test
    void a_header_that_calls_the_file_clean_comes_after_all_else() throws IOException {
        byte[] clean = header(1, 2, ",clean:1");
        try (FileChannel file = fresh()) {
            write(file, chunk(1, 1), BEHIND_HEADER);
            write(file, clean, 0);
            assertArrayEquals(header(1, 2, ""), onDisk(0, BEHIND_HEADER));
        }
        assertArrayEquals(clean, onDisk(0, BEHIND_HEADER));
        assertEquals("force", Watched.calls.getLast());
    }

    @Test
    void a_chunk_of_which_a_part_could_not_be_written_is_never_whole() throws IOException {
        FileChannel file = fresh();
        write(file, chunk(1, 1), BEHIND_HEADER);
        Watched.isFull = true;
        assertThrows(IOException.class, () -> write(file, chunk(2, 1), 3 * BLOCK));
        Watched.isFull = false;
        assertThrows(IOException.class, file::close);
        assertArrayEquals(header(0, 0, ""), onDisk(0, BEHIND_HEADER));
        assertEquals(3 * BLOCK, Files.size(dir.resolve("file")));
    }

    @Test
    void closing_forces_what_was_not() throws IOException {
        byte[] chunk = chunk(1, 1);
        FileChannel file = fresh();
        write(file, chunk, BEHIND_HEADER);
        file.close();
        assertArrayEquals(chunk, onDisk(BEHIND_HEADER, chunk.length));
    }

    @Test
    void what_is_no_header_is_not_written_in_its_place() throws IOException {
        try (FileChannel file = fresh()) {
            assertThrows(IOException.class, () -> write(file, new byte[BEHIND_HEADER], 0));
        } catch (IOException closing) {
            assertArrayEquals(header(0, 0, ""), onDisk(0, BEHIND_HEADER));
        }
    }

    @Test
    void after_a_failed_force_none_succeeds() throws IOException {
        FileChannel file = fresh();
        Watched.isBroken = true;
        assertThrows(IOException.class, () -> file.force(true));
        Watched.isBroken = false;
        assertThrows(IOException.class, () -> file.force(true));
        assertThrows(IOException.class, () -> write(file, chunk(1, 1), BEHIND_HEADER));
        assertThrows(IOException.class, () -> file.truncate(0));
    }

    /** A new file that has its header and nothing else. */
    private FileChannel fresh() throws IOException {
        FileChannel file = open();
        write(file, header(0, 0, ""), 0);
        Watched.calls.clear();
        return file;
    }

    /** Both copies, as H2 writes them. */
    private static byte[] header(int version, int block, String more) {
        String line = "H:2,block:%x,blockSize:1000,chunk:%x%s,created:1a22,format:3,version:%x"
                .formatted(block, version, more, version);
        byte[] copy = Arrays.copyOf((summed(line) + '\n').getBytes(StandardCharsets.ISO_8859_1), BLOCK);
        byte[] both = Arrays.copyOf(copy, 2 * BLOCK);
        System.arraycopy(copy, 0, both, BLOCK, BLOCK);
        return both;
    }

    private static byte[] chunk(int version, int blocks) {
        byte[] chunk = new byte[blocks * BLOCK];
        new Random(version).nextBytes(chunk);
        byte[] begin = "chunk:%x,len:%x,pages:1,version:%x \n"
                .formatted(version, blocks, version)
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] end = "%-127s%n"
                .formatted(summed("chunk:%x,len:%x,version:%x".formatted(version, blocks, version)))
                .getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(begin, 0, chunk, 0, begin.length);
        System.arraycopy(end, 0, chunk, chunk.length - end.length, end.length);
        return chunk;
    }

    private static String summed(String line) {
        byte[] octets = line.getBytes(StandardCharsets.ISO_8859_1);
        return line + ",fletcher:" + Integer.toHexString(DataUtils.getFletcher32(octets, 0, octets.length));
    }

    private FileChannel open() throws IOException {
        return FilePath.get("ordered:watched:" + dir.resolve("file")).open("rw");
    }

    private byte[] onDisk(int position, int length) throws IOException {
        byte[] all = Files.readAllBytes(dir.resolve("file"));
        return Arrays.copyOfRange(all, position, position + length);
    }

    private static byte[] read(FileChannel file, int position, int length) throws IOException {
        ByteBuffer found = ByteBuffer.allocate(length);
        assertEquals(length, file.read(found, position));
        return found.array();
    }

    private static void write(FileChannel file, byte[] octets, long position) throws IOException {
        assertEquals(octets.length, file.write(ByteBuffer.wrap(octets), position));
    }

    /** A file system that tells what is asked of it. */
    public static final class Watched extends FilePathWrapper {
        static final List<String> calls = new ArrayList<>();
        static boolean isBroken;
        static boolean isFull;

        @Override
        public String getScheme() {
            return "watched";
        }

        @Override
        public FileChannel open(String mode) throws IOException {
            return new WatchedFile(super.open(mode));
        }
    }

    private static final class WatchedFile extends FileBase {
        private final FileChannel base;

        WatchedFile(FileChannel base) {
            this.base = base;
        }

        @Override
        public int write(ByteBuffer from, long position) throws IOException {
            Watched.calls.add("write " + position);
            if (Watched.isFull) {
                throw new IOException("no space left");
            }
            return base.write(from, position);
        }

        @Override
        public int write(ByteBuffer from) throws IOException {
            return base.write(from);
        }

        @Override
        public void force(boolean metaData) throws IOException {
            Watched.calls.add("force");
            if (Watched.isBroken) {
                throw new IOException("broken");
            }
            base.force(metaData);
        }

        @Override
        public int read(ByteBuffer to) throws IOException {
            return base.read(to);
        }

        @Override
        public int read(ByteBuffer to, long position) throws IOException {
            return base.read(to, position);
        }

        @Override
        public long position() throws IOException {
            return base.position();
        }

        @Override
        public FileChannel position(long position) throws IOException {
            base.position(position);
            return this;
        }

        @Override
        public long size() throws IOException {
            return base.size();
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            base.truncate(size);
            return this;
        }

        @Override
        protected void implCloseChannel() throws IOException {
            base.close();
        }
    }
}
