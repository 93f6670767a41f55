package org.chancery.storage.spool;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.chancery.core.spool.Checkpoint;
import org.chancery.core.spool.SpooledMail;
import org.chancery.storage.disk.ForgetfulDisk;
import org.chancery.testkit.clock.TurningClock;

/** A spool with small segments on a disk that forgets, under a clock that stands. */
final class Lab {
    static final Path DATA = Path.of("/data");
    static final Path DIRECTORY = DATA.resolve("spool");
    static final int SEGMENT = 1 << 20;

    final ForgetfulDisk disk;
    final TurningClock clock = TurningClock.atStart();
    final SpoolDirectory directory;
    SpoolConfig config =
            new SpoolConfig(DIRECTORY, SEGMENT, SEGMENT / 8, 4 * SEGMENT, 1000, 1 << 20, 2, Duration.ofDays(1));

    private final ByteBuffer window = SegmentScan.newWindow();

    Lab(long seed) {
        disk = new ForgetfulDisk(new Random(seed));
        disk.makeDirectory(DATA);
        directory = new SpoolDirectory(disk.boot(), DIRECTORY.toAbsolutePath());
    }

    Lab() {
        this(1);
    }

    /** Opens the spool with a storage that proves everything; checkpoints happen only when a test asks for them. */
    SegmentedSpool open() {
        return open(() -> {});
    }

    SegmentedSpool open(Checkpoint storage) {
        return SegmentedSpool.open(config, storage, clock, disk.boot());
    }

    /** Ends the process that has the spool open; nothing is forgotten. */
    void kill(SegmentedSpool spool) {
        disk.kill();
        spool.close();
    }

    /** Ends the process that has the spool open, and takes what was not forced. */
    void cutPower(SegmentedSpool spool) {
        disk.cutPower();
        spool.close();
    }

    /** The names of the files that large mails lie in. */
    List<String> largeFiles() {
        return disk.names(directory.largeFiles().directory());
    }

    /** The files in the spool's directory that end so. */
    List<Path> files(String suffix) {
        return disk.names(directory.root()).stream()
                .filter(name -> name.endsWith(suffix))
                .map(directory.root()::resolve)
                .toList();
    }

    /** The one segment that has a record at its start. */
    Path usedSegment() {
        List<Path> used = files(SpoolDirectory.SEGMENT).stream()
                .filter(file -> ByteBuffer.wrap(disk.content(file)).getInt() == LogRecord.MAGIC)
                .toList();
        assertEquals(1, used.size());
        return used.get(0);
    }

    /** What the file, which is a segment, would be read as with other bytes in it. */
    SegmentScan.Found scan(Path segment, byte[] content) throws IOException {
        disk.content(segment, content);
        return SegmentScan.read(
                new SpoolDirectory(disk.boot(), directory.root()),
                UUID.fromString(new String(disk.content(directory.identity()), US_ASCII).strip()),
                SpoolDirectory.numberOf(segment, SpoolDirectory.SEGMENT).orElseThrow(),
                window);
    }

    /** Brings mail until the next segment takes it. */
    static void fillOneSegment(SegmentedSpool spool) {
        SentMail.ofSize(1).bring(spool);
        int before = spool.figures().segments();
        while (spool.figures().segments() == before) {
            SentMail.ofSize(100_000).bring(spool);
        }
    }

    /** All that can be claimed now. */
    static List<SpooledMail> claimAll(SegmentedSpool spool) throws InterruptedException {
        List<SpooledMail> mails = new ArrayList<>();
        for (Optional<SpooledMail> next = spool.claim(Duration.ZERO);
                next.isPresent();
                next = spool.claim(Duration.ZERO)) {
            mails.add(next.get());
        }
        return mails;
    }

    static SpooledMail claim(SegmentedSpool spool) throws InterruptedException {
        return spool.claim(Duration.ofSeconds(10)).orElseThrow(() -> new AssertionError("there is no mail"));
    }

    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                fail("still not: " + what);
            }
            LockSupport.parkNanos(100_000);
        }
    }
}
