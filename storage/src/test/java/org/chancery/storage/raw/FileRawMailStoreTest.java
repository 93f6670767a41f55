package org.chancery.storage.raw;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.mailbox.RawMailStore;
import org.chancery.storage.disk.ForgetfulDisk;
import org.chancery.storage.disk.ForgetfulDisk.Call;
import org.chancery.storage.disk.Quiet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Quiet.class)
class FileRawMailStoreTest {
    private static final Path DATA = Path.of("/data");
    private static final Path DIRECTORY = DATA.resolve("raw");

    private final ForgetfulDisk disk = new ForgetfulDisk(new Random(1));

    FileRawMailStoreTest() {
        disk.makeDirectory(DATA);
    }

    @Test
    void what_was_put_can_be_read_by_its_digest(@TempDir Path directory) throws Exception {
        FileRawMailStore store = FileRawMailStore.open(directory.resolve("raw"));
        for (int size : new int[] {0, 1, 32 * 1024 - 1, 32 * 1024, 32 * 1024 + 1, 1_000_000}) {
            byte[] mail = mail(size);
            RawMailStore.Kept kept = put(store, mail);
            assertEquals(new RawMailStore.Kept(RawDigest.of(mail), size), kept);
            assertArrayEquals(mail, read(store, kept.digest()));
        }
        store.force();
        assertArrayEquals(mail(1), read(FileRawMailStore.open(directory.resolve("raw")), RawDigest.of(mail(1))));
    }

    @Test
    void the_same_bytes_are_kept_once() throws Exception {
        FileRawMailStore store = open();
        RawMailStore.Kept kept = put(store, mail(100));
        assertEquals(kept, put(store, mail(100)));
        assertEquals(List.of(kept.digest().hex()), disk.names(DIRECTORY.resolve(fanOut(kept.digest()))));
        assertEquals(List.of(), disk.names(DIRECTORY.resolve("unfinished")));
    }

    @Test
    void what_was_put_before_a_force_survives_a_power_cut() throws Exception {
        for (long seed = 1; seed <= 200; seed++) {
            Random dice = new Random(seed);
            ForgetfulDisk each = new ForgetfulDisk(dice);
            each.makeDirectory(DATA);
            Map<RawDigest, byte[]> forced = new HashMap<>();
            for (int life = 0; life < 3; life++) {
                liveUntilThePowerFails(each, dice, forced);
                each.cutPower();
                FileRawMailStore reopened = FileRawMailStore.open(DIRECTORY, each.boot());
                for (Map.Entry<RawDigest, byte[]> mail : forced.entrySet()) {
                    assertArrayEquals(mail.getValue(), read(reopened, mail.getKey()), "with seed " + seed);
                }
                assertEquals(List.of(), each.names(DIRECTORY.resolve("unfinished")));
                each.kill();
            }
        }
    }

    private static void liveUntilThePowerFails(ForgetfulDisk each, Random dice, Map<RawDigest, byte[]> forced) {
        Map<RawDigest, byte[]> put = new HashMap<>();
        each.failPowerAfter(1 + dice.nextInt(200));
        try {
            FileRawMailStore store = FileRawMailStore.open(DIRECTORY, each.boot());
            while (true) {
                byte[] mail = mail(dice.nextInt(40));
                boolean durably = dice.nextInt(5) == 0;
                RawDigest digest = (durably
                                ? store.putDurably(new ByteArrayInputStream(mail))
                                : store.put(new ByteArrayInputStream(mail)))
                        .digest();
                (durably ? forced : put).put(digest, mail);
                if (dice.nextInt(8) == 0) {
                    store.force();
                    forced.putAll(put);
                }
            }
        } catch (Unavailable powerFailed) {
            assertTrue(each.isPowerOff());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_file_that_a_power_cut_tore_is_healed_by_the_next_put() throws Exception {
        for (long seed = 1; seed <= 50; seed++) {
            ForgetfulDisk each = new ForgetfulDisk(new Random(seed));
            each.makeDirectory(DATA);
            byte[] mail = mail(5000);
            put(FileRawMailStore.open(DIRECTORY, each.boot()), mail);
            each.cutPower();
            FileRawMailStore reopened = FileRawMailStore.open(DIRECTORY, each.boot());
            RawMailStore.Kept kept = put(reopened, mail);
            assertArrayEquals(mail, read(reopened, kept.digest()));
            reopened.force();
            each.cutPower();
            assertArrayEquals(mail, read(FileRawMailStore.open(DIRECTORY, each.boot()), kept.digest()));
        }
    }

    @Test
    void a_file_that_a_killed_process_did_not_force_is_forced_for_the_next_one() throws Exception {
        for (long seed = 1; seed <= 50; seed++) {
            ForgetfulDisk each = new ForgetfulDisk(new Random(seed));
            each.makeDirectory(DATA);
            byte[] mail = mail(5000);
            put(FileRawMailStore.open(DIRECTORY, each.boot()), mail);
            each.kill();
            FileRawMailStore next = FileRawMailStore.open(DIRECTORY, each.boot());
            RawMailStore.Kept kept = put(next, mail);
            next.force();
            each.cutPower();
            assertArrayEquals(mail, read(FileRawMailStore.open(DIRECTORY, each.boot()), kept.digest()));
        }
    }

    @Test
    void a_file_that_could_not_be_forced_is_written_anew() throws Exception {
        FileRawMailStore store = open();
        RawDigest digest = put(store, mail(5000)).digest();
        disk.faults((call, file) -> call == Call.FORCE);
        assertThrows(Unavailable.class, store::force);
        assertThrows(Unavailable.class, store::force);
        disk.faults((call, file) -> false);
        // A force that merely succeeds now would prove nothing: the pages count as clean since the one that failed.
        store.force();
        disk.cutPower();
        assertArrayEquals(mail(5000), read(open(), digest));
    }

    @Test
    void a_file_that_could_not_be_forced_is_not_promised_by_a_later_put() throws Exception {
        for (long seed = 1; seed <= 20; seed++) {
            ForgetfulDisk each = new ForgetfulDisk(new Random(seed));
            each.makeDirectory(DATA);
            FileRawMailStore store = FileRawMailStore.open(DIRECTORY, each.boot());
            put(store, mail(5000));
            each.faults((call, file) -> call == Call.FORCE);
            assertThrows(Unavailable.class, store::force);
            each.faults((call, file) -> false);
            RawDigest digest =
                    store.putDurably(new ByteArrayInputStream(mail(5000))).digest();
            each.cutPower();
            assertArrayEquals(mail(5000), read(FileRawMailStore.open(DIRECTORY, each.boot()), digest));
        }
    }

    @Test
    void a_directory_that_could_not_be_forced_is_forced_again() throws Exception {
        FileRawMailStore store = open();
        RawDigest digest = put(store, mail(10)).digest();
        disk.faults((call, file) -> call == Call.FORCE_DIRECTORY);
        assertThrows(Unavailable.class, store::force);
        assertThrows(Unavailable.class, () -> store.putDurably(new ByteArrayInputStream(mail(11))));
        disk.faults((call, file) -> false);
        store.force();
        disk.cutPower();
        FileRawMailStore reopened = open();
        assertArrayEquals(mail(10), read(reopened, digest));
        assertArrayEquals(mail(11), read(reopened, RawDigest.of(mail(11))));
    }

    @Test
    void a_stream_that_breaks_leaves_nothing_and_is_not_blamed_on_the_store() {
        FileRawMailStore store = open();
        InputStream broken = new SequenceInputStream(new ByteArrayInputStream(mail(50_000)), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the peer is gone");
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                return read();
            }
        });
        assertThrows(IOException.class, () -> store.put(broken));
        assertEquals(List.of(), disk.names(DIRECTORY.resolve("unfinished")));
        store.force();
    }

    @Test
    void trouble_of_the_disk_is_trouble_of_the_store() {
        FileRawMailStore store = open();
        disk.faults((call, file) -> call == Call.WRITE);
        assertThrows(Unavailable.class, () -> put(store, mail(10)));
        disk.faults((call, file) -> call == Call.RENAME);
        assertThrows(Unavailable.class, () -> put(store, mail(10)));
        disk.faults((call, file) -> false);
        assertEquals(List.of(), disk.names(DIRECTORY.resolve("unfinished")));
    }

    @Test
    void a_mail_that_is_missing_says_that_the_store_was_damaged() {
        FileRawMailStore store = open();
        assertThrows(IllegalStateException.class, () -> store.open(RawDigest.of(new byte[3])));
    }

    @Test
    void many_put_while_it_is_forced(@TempDir Path directory) throws Exception {
        FileRawMailStore store = FileRawMailStore.open(directory.resolve("raw"));
        Map<RawDigest, byte[]> kept = new ConcurrentHashMap<>();
        try (ExecutorService workers = Executors.newFixedThreadPool(4)) {
            List<Future<?>> running = new ArrayList<>();
            for (int worker = 0; worker < 4; worker++) {
                running.add(workers.submit(() -> {
                    for (int i = 0; i < 200; i++) {
                        kept.put(put(store, mail(i)).digest(), mail(i));
                    }
                    return null;
                }));
            }
            for (int i = 0; i < 5; i++) {
                store.force();
            }
            for (Future<?> worker : running) {
                worker.get();
            }
        }
        store.force();
        assertEquals(200, kept.size());
        for (Map.Entry<RawDigest, byte[]> mail : kept.entrySet()) {
            assertArrayEquals(mail.getValue(), read(store, mail.getKey()));
        }
    }

    private FileRawMailStore open() {
        return FileRawMailStore.open(DIRECTORY, disk.boot());
    }

    private static RawMailStore.Kept put(FileRawMailStore store, byte[] mail) throws IOException {
        return store.put(new ByteArrayInputStream(mail));
    }

    private static byte[] read(FileRawMailStore store, RawDigest digest) throws IOException {
        try (InputStream raw = store.open(digest)) {
            return raw.readAllBytes();
        }
    }

    private static String fanOut(RawDigest digest) {
        return digest.hex().substring(0, 2);
    }

    private static byte[] mail(int size) {
        byte[] mail = new byte[size];
        new Random(size).nextBytes(mail);
        return mail;
    }
}
