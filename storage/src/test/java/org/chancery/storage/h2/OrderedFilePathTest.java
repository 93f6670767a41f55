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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.h2.store.fs.FileBase;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When H2's file is forced, and what a disk that failed once is still believed. */
class OrderedFilePathTest {
    private static final int BEHIND_HEADER = 8192;

    @TempDir
    private Path dir;

    @BeforeEach
    void register() {
        OrderedFilePath.register();
        FilePath.register(new Watched());
        Watched.calls.clear();
        Watched.isBroken = false;
    }

    @Test
    void the_first_write_of_a_file_is_forced() throws IOException {
        try (FileChannel file = open()) {
            write(file, 0);
            assertEquals(List.of("write 0", "force"), Watched.calls);
        }
    }

    @Test
    void a_chunk_gets_its_last_sector_when_the_rest_of_it_is_forced() throws IOException {
        byte[] chunk = new byte[2 * 4096];
        Arrays.fill(chunk, (byte) 7);
        byte[] beforeForce = chunk.clone();
        Arrays.fill(beforeForce, chunk.length - 512, chunk.length, (byte) 0);
        try (FileChannel file = open()) {
            write(file, 0);
            file.write(ByteBuffer.wrap(chunk), BEHIND_HEADER);
            assertArrayEquals(beforeForce, onDisk(chunk.length));
            assertArrayEquals(chunk, read(file, BEHIND_HEADER, chunk.length));
            Watched.calls.clear();
            file.force(true);
            assertEquals(List.of("force", "write " + (BEHIND_HEADER + chunk.length - 512), "force"), Watched.calls);
            assertArrayEquals(chunk, onDisk(chunk.length));
        }
    }

    @Test
    void a_page_in_the_midst_of_what_is_held_is_read_as_it_was_written() throws IOException {
        byte[] chunk = new byte[4096];
        new Random(5).nextBytes(chunk);
        try (FileChannel file = open()) {
            write(file, 0);
            file.write(ByteBuffer.wrap(chunk), BEHIND_HEADER);
            for (int begin : new int[] {0, 3000, 3583, 3584, 3700}) {
                int length = Math.min(300, chunk.length - begin);
                assertArrayEquals(
                        Arrays.copyOfRange(chunk, begin, begin + length), read(file, BEHIND_HEADER + begin, length));
            }
        }
    }

    @Test
    void what_is_overwritten_is_forced_before() throws IOException {
        try (FileChannel file = open()) {
            write(file, 0);
            write(file, BEHIND_HEADER);
            Watched.calls.clear();
            write(file, BEHIND_HEADER);
            assertEquals(List.of("force", "write 8192", "force", "write 8192"), Watched.calls);
        }
    }

    @Test
    void a_header_that_calls_the_file_clean_comes_after_all_else() throws IOException {
        try (FileChannel file = open()) {
            write(file, 0);
            write(file, BEHIND_HEADER);
            Watched.calls.clear();
            file.write(ByteBuffer.wrap("H:2,clean:1,".getBytes(StandardCharsets.US_ASCII)), 0);
            assertEquals(List.of("force", "write 8192", "force", "write 0"), Watched.calls);
        }
    }

    @Test
    void closing_forces_what_was_not() throws IOException {
        FileChannel file = open();
        write(file, 0);
        write(file, BEHIND_HEADER);
        file.close();
        assertArrayEquals(new byte[] {1}, onDisk(1));
    }

    @Test
    void the_header_is_overwritten_without_forcing() throws IOException {
        try (FileChannel file = open()) {
            write(file, 0);
            write(file, BEHIND_HEADER);
            Watched.calls.clear();
            write(file, 0);
            assertEquals(List.of("write 0"), Watched.calls);
        }
    }

    @Test
    void after_a_failed_force_none_succeeds() throws IOException {
        try (FileChannel file = open()) {
            write(file, 0);
            Watched.isBroken = true;
            assertThrows(IOException.class, () -> file.force(true));
            Watched.isBroken = false;
            assertThrows(IOException.class, () -> file.force(true));
        }
    }

    private FileChannel open() throws IOException {
        return FilePath.get("ordered:watched:" + dir.resolve("file")).open("rw");
    }

    private byte[] onDisk(int length) throws IOException {
        byte[] all = Files.readAllBytes(dir.resolve("file"));
        return Arrays.copyOfRange(all, BEHIND_HEADER, BEHIND_HEADER + length);
    }

    private static byte[] read(FileChannel file, int position, int length) throws IOException {
        ByteBuffer found = ByteBuffer.allocate(length);
        assertEquals(length, file.read(found, position));
        return found.array();
    }

    private static void write(FileChannel file, long position) throws IOException {
        file.write(ByteBuffer.wrap(new byte[] {1}), position);
    }

    /** A file system that tells what is asked of it. */
    public static final class Watched extends FilePathWrapper {
        static final List<String> calls = new ArrayList<>();
        static boolean isBroken;

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
