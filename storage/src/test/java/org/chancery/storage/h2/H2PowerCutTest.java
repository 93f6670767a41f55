package org.chancery.storage.h2;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.chancery.core.mailbox.TraceRepository;
import org.chancery.core.mailbox.TraceRepository.Step;
import org.chancery.storage.Database;
import org.chancery.storage.DatabaseConfig;
import org.chancery.storage.mailbox.JooqTraceRepository;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * H2 under a power cut: what {@code force} or {@code durably} promised is there when the database is opened again, whatever
 * became of the writes that were not forced. The spool lets go of its segments on the strength of this.
 */
class H2PowerCutTest {
    /** So often it goes on with what a cut left; the last one is only looked at. */
    private static final int LIVES = Integer.getInteger("powercut.lives", 3);

    private static final int CUTS = Integer.getInteger("powercut.cuts", 4);
    private static final int ROWS = 600;
    private static final int WRITERS = 3;

    /** Room of old chunks is used again after so long; 45 s in earnest. One release of H2 lost chunks only from then on. */
    private static final int RETENTION_MILLIS = 50;

    /** Long enough that the file gains chunks all the time, and old ones are used again. */
    private static final String REASON = "x".repeat(700);

    private final TraceRepository traces = new JooqTraceRepository();
    private final AtomicLongArray committed = new AtomicLongArray(ROWS);
    private final AtomicLongArray promised = new AtomicLongArray(ROWS);
    private final AtomicInteger promises = new AtomicInteger();
    /** Taken to write by who wants the others to rest, so that the file does not grow for nothing. */
    private final ReadWriteLock rest = new ReentrantReadWriteLock(true);

    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicReference<@Nullable Throwable> trouble = new AtomicReference<>();

    @TempDir
    private Path dir;

    private enum Left {
        NOTHING,
        ALL,
        SOME_IN_ANY_ORDER,
        THE_FIRST
    }

    @ParameterizedTest
    @EnumSource
    void what_was_forced_survives_whatever_is_left_of_the_rest(Left left) throws Exception {
        ForgetfulFilePath.register();
        Random dice = new Random(left.ordinal());
        for (int life = 0; life < LIVES; life++) {
            live(file("live" + life), file("live" + (life + 1)), left, dice);
            assertNull(trouble.get());
        }
    }

    /** Works on the first file, cuts the power now and then, and leaves in the second what the last cut left. */
    private void live(Path file, Path next, Left left, Random dice) throws Exception {
        String url = "jdbc:h2:%s:%s:%s;RETENTION_TIME=%d"
                .formatted(OrderedFilePath.SCHEME, ForgetfulFilePath.SCHEME, name(file), RETENTION_MILLIS);
        long[] found = {};
        try (Database database = open(url)) {
            stopped.set(false);
            List<Thread> threads = startWork(database);
            for (int cut = 0; cut < CUTS; cut++) {
                // The first cut comes before anything is promised beside what was found.
                if (cut > 0) {
                    awaitPromise(promises.get() + 1);
                }
                long[] least = copyOf(promised);
                if (dice.nextBoolean()) {
                    ForgetfulFilePath.cutPower(file, next, reached(left, dice));
                } else {
                    ForgetfulFilePath.cutPowerAtForce(file, next, reached(left, dice));
                }
                Path copy = Files.copy(next, file("cut"), StandardCopyOption.REPLACE_EXISTING);
                found = whileWorkRests(() -> kept(name(copy)));
                assertKept(least, found);
            }
            stopped.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
        }
        for (int row = 0; row < ROWS; row++) {
            committed.set(row, found[row]);
            promised.set(row, found[row]);
        }
    }

    private static void assertKept(long[] least, long[] found) {
        for (int row = 0; row < ROWS; row++) {
            int at = row;
            assertTrue(
                    found[row] >= least[row],
                    () -> "row %s: %s was promised, %s is there".formatted(at, least[at], found[at]));
        }
    }

    private Path file(String name) {
        return dir.resolve(name + ".mv.db");
    }

    /** As H2's URLs have it. */
    private static Path name(Path file) {
        return file.resolveSibling(file.getFileName().toString().replace(".mv.db", ""));
    }

    private static BooleanSupplier reached(Left left, Random dice) {
        double share = dice.nextDouble();
        AtomicBoolean ended = new AtomicBoolean();
        return switch (left) {
            case NOTHING -> () -> false;
            case ALL -> () -> true;
            case SOME_IN_ANY_ORDER -> () -> dice.nextDouble() < share;
            case THE_FIRST ->
                () -> {
                    ended.compareAndSet(false, dice.nextDouble() > share);
                    return !ended.get();
                };
        };
    }

    private List<Thread> startWork(Database database) {
        Thread forcing = start(() -> promise(database));
        List<Thread> threads = new ArrayList<>(List.of(forcing));
        for (int writer = 0; writer < WRITERS; writer++) {
            int mine = writer;
            threads.add(start(() -> write(database, mine)));
        }
        return threads;
    }

    private Thread start(Runnable step) {
        return Thread.ofPlatform().start(() -> {
            try {
                while (!stopped.get()) {
                    rest.readLock().lock();
                    try {
                        step.run();
                    } finally {
                        rest.readLock().unlock();
                    }
                }
            } catch (RuntimeException | Error e) {
                trouble.set(e);
            }
        });
    }

    /** Writers share no row, so that what is committed of a row only grows. */
    private void write(Database database, int writer) {
        int row = ThreadLocalRandom.current().nextInt(ROWS / WRITERS) * WRITERS + writer;
        long version = committed.get(row) + 1;
        database.transactions().run(tx -> traces.replace(tx, id(row), List.of(step(version))));
        committed.set(row, version);
    }

    private void promise(Database database) {
        long[] before = copyOf(committed);
        database.transactions().force();
        for (int row = 0; row < ROWS; row++) {
            promised.set(row, before[row]);
        }
        synchronized (promises) {
            promises.incrementAndGet();
            promises.notifyAll();
        }
    }

    private void awaitPromise(int count) {
        synchronized (promises) {
            while (promises.get() < count && trouble.get() == null) {
                try {
                    promises.wait(1_000);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    private <T> T whileWorkRests(Supplier<T> look) {
        rest.writeLock().lock();
        try {
            return look.get();
        } finally {
            rest.writeLock().unlock();
        }
    }

    /**
     * What is there, at the least, for several transactions at once: H2 numbers those that are open, and a number that was in
     * use when the power went must not tell its next holder anything else.
     */
    private long[] kept(Path path) {
        long[] least = new long[ROWS];
        Arrays.fill(least, Long.MAX_VALUE);
        CyclicBarrier allOpen = new CyclicBarrier(WRITERS + 1);
        try (Database database = open("jdbc:h2:file:" + path);
                ExecutorService readers = Executors.newFixedThreadPool(WRITERS + 1)) {
            List<Future<long[]>> looks = new ArrayList<>();
            for (int reader = 0; reader <= WRITERS; reader++) {
                looks.add(readers.submit(() -> look(database, allOpen)));
            }
            for (Future<long[]> look : looks) {
                long[] found = look.get();
                Arrays.setAll(least, row -> Math.min(least[row], found[row]));
            }
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return least;
    }

    private long[] look(Database database, CyclicBarrier allOpen) {
        long[] found = new long[ROWS];
        database.transactions().run(tx -> {
            for (int row = 0; row < ROWS; row++) {
                int at = row;
                traces.find(tx, id(row))
                        .ifPresent(steps -> found[at] = steps.getFirst().micros());
                if (row == 0) {
                    await(allOpen);
                }
            }
        });
        return found;
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(20, TimeUnit.SECONDS);
        } catch (BrokenBarrierException | TimeoutException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Database open(String url) {
        return Database.open(new DatabaseConfig(url, "sa", new DatabaseConfig.Password(""), WRITERS + 2));
    }

    private static Step step(long version) {
        return new Step(Instant.EPOCH, "root", "All", "Test", "done", REASON, version);
    }

    private static UUID id(int row) {
        return new UUID(7, row);
    }

    private static long[] copyOf(AtomicLongArray array) {
        long[] copy = new long[array.length()];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = array.get(i);
        }
        return copy;
    }
}
