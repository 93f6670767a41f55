package org.chancery.storage.spool;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.SpoolId;
import org.chancery.core.mail.Arrival;
import org.chancery.core.spool.SpoolRefused;
import org.chancery.core.spool.SpooledMail;
import org.chancery.storage.disk.Quiet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Random lives of a spool that all end by force: sessions bring mail, workers process it, checkpoints run, and at some call
 * the power fails or the process is killed. Whatever the dice say: what was committed is there afterwards, whole.
 *
 * <p>A failure names its seed; {@code -Dspool.seed=…} plays that round alone, {@code -Dspool.rounds=…} plays more.
 */
@ExtendWith(Quiet.class)
class SpoolDurabilityTest {
    private static final int ROUNDS = Integer.getInteger("spool.rounds", 150);
    private static final int LIVES = 4;

    @Test
    void every_commit_that_returned_survives_and_nothing_appears_half() throws Exception {
        Long only = Long.getLong("spool.seed");
        long first = only != null ? only : 1;
        long last = only != null ? only : ROUNDS;
        for (long seed = first; seed <= last; seed++) {
            try {
                new Round(seed).play();
            } catch (Exception | AssertionError e) {
                throw new AssertionError("with -Dspool.seed=" + seed, e);
            }
        }
    }

    /** One disk and several lives of a spool on it. */
    private static final class Round {
        private final Random dice;
        private final Lab lab;
        /** What was brought, and so may be there or not; told apart by their arrivals, which are random. */
        private final Map<Arrival, SentMail> tried = new ConcurrentHashMap<>();
        /** What was committed, and so must be there until storage is proved to hold it. */
        private final Map<SpoolId, SentMail> committed = new ConcurrentHashMap<>();

        private final Set<SpoolId> inStorage = ConcurrentHashMap.newKeySet();
        private final Set<SpoolId> durableInStorage = ConcurrentHashMap.newKeySet();

        private int powerCuts;

        Round(long seed) {
            dice = new Random(seed);
            lab = new Lab(seed * 31);
            lab.config = new SpoolConfig(
                    Lab.DIRECTORY,
                    Lab.SEGMENT,
                    16 * 1024,
                    256 * 1024,
                    10_000,
                    0,
                    dice.nextInt(3),
                    Duration.ofMillis(dice.nextInt(10)));
        }

        void play() throws Exception {
            for (int life = 0; life < LIVES; life++) {
                live();
                dieWhileOpening();
            }
            try (SegmentedSpool spool = lab.open()) {
                List<SpooledMail> offered = Lab.claimAll(spool);
                check(offered);
                offered.forEach(mail -> spool.processed(mail.id()));
                assertTrue(spool.checkpoint());
                checkWhatIsKept(spool.figures().damagedSegments());
            }
        }

        // A kill spoils nothing, and a power cut nothing but the last writes; of these the spool cannot tell in each
        // case.
        private void checkWhatIsKept(int damagedSegments) {
            assertTrue(damagedSegments <= powerCuts, damagedSegments + " damaged by " + powerCuts + " power cuts");
            for (String name : lab.largeFiles()) {
                assertTrue(name.endsWith(SpoolDirectory.DAMAGED), name + " is left over");
                assertTrue(
                        committed.keySet().stream()
                                .filter(id -> !durableInStorage.contains(id))
                                .noneMatch(id -> name.startsWith(id.value() + ".")),
                        name + " was accepted, and is in no other place");
            }
        }

        private void live() throws Exception {
            SegmentedSpool spool = lab.open(this::prove);
            List<SpooledMail> offered = Lab.claimAll(spool);
            check(offered);
            offered.forEach(mail -> spool.postpone(mail.id(), lab.clock.instant()));
            lab.disk.failPowerAfter(1 + dice.nextInt(dice.nextBoolean() ? 40 : 400));
            work(spool);
            if (dice.nextInt(4) == 0) {
                spool.close();
            }
            die();
            spool.close();
        }

        private void work(SegmentedSpool spool) throws Exception {
            AtomicBoolean over = new AtomicBoolean();
            Set<SpoolId> processed = ConcurrentHashMap.newKeySet();
            try (ExecutorService threads = Executors.newFixedThreadPool(5)) {
                List<Future<?>> workers = new ArrayList<>();
                for (int i = 0; i < 2; i++) {
                    workers.add(threads.submit(() -> processMail(spool, processed, over)));
                }
                List<Future<?>> sessions = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    Random ownDice = new Random(dice.nextLong());
                    sessions.add(threads.submit(() -> bringMail(spool, ownDice)));
                }
                for (Future<?> session : sessions) {
                    session.get();
                }
                over.set(true);
                for (Future<?> worker : workers) {
                    worker.get();
                }
            }
        }

        private void bringMail(SegmentedSpool spool, Random ownDice) {
            int mails = ownDice.nextInt(60);
            for (int i = 0; i < mails && !lab.disk.isPowerOff(); i++) {
                SentMail mail = SentMail.random(ownDice, size(ownDice));
                tried.put(mail.arrival(), mail);
                try {
                    committed.put(mail.bring(spool), mail);
                } catch (SpoolRefused refused) {
                    // As is right on a dying disk.
                }
            }
        }

        private static int size(Random ownDice) {
            return switch (ownDice.nextInt(20)) {
                case 0 -> 0;
                case 1 -> ownDice.nextInt(3 << 20);
                case 2, 3, 4 -> ownDice.nextInt(100_000);
                default -> ownDice.nextInt(16_000);
            };
        }

        private @Nullable Void processMail(SegmentedSpool spool, Set<SpoolId> processed, AtomicBoolean over)
                throws Exception {
            while (!over.get()) {
                Optional<SpooledMail> claimed = spool.claim(Duration.ofMillis(1));
                if (claimed.isPresent() && isSameAsSent(claimed.get())) {
                    SpoolId id = claimed.get().id();
                    inStorage.add(id);
                    assertTrue(processed.add(id), "processed once in a life");
                    spool.processed(id);
                }
            }
            return null;
        }

        private boolean isSameAsSent(SpooledMail mail) throws IOException {
            try {
                check(mail);
                return true;
            } catch (IOException | Unavailable e) {
                if (lab.disk.isPowerOff()) {
                    return false;
                }
                throw e;
            }
        }

        private void prove() {
            if (lab.disk.isPowerOff()) {
                throw new Unavailable("the power is off for storage too", null);
            }
            durableInStorage.addAll(List.copyOf(inStorage));
        }

        private void die() {
            if (lab.disk.isPowerOff() || dice.nextBoolean()) {
                lab.disk.cutPower();
                powerCuts++;
                inStorage.clear();
                inStorage.addAll(durableInStorage);
            } else {
                lab.disk.kill();
            }
        }

        private void dieWhileOpening() {
            while (dice.nextBoolean()) {
                lab.disk.failPowerAfter(1 + dice.nextInt(30));
                Optional<SegmentedSpool> opened = Optional.empty();
                try {
                    opened = Optional.of(lab.open(this::prove));
                } catch (Unavailable powerFailed) {
                    // Before it was open.
                }
                die();
                opened.ifPresent(SegmentedSpool::close);
            }
        }

        private void check(List<SpooledMail> offered) throws IOException {
            Set<SpoolId> ids = new HashSet<>();
            for (SpooledMail mail : offered) {
                assertTrue(ids.add(mail.id()), "offered once");
                check(mail);
            }
            for (SpoolId id : committed.keySet()) {
                assertTrue(
                        ids.contains(id) || inStorage.contains(id),
                        () -> "lost: " + id + " of " + committed.get(id).body().length + " octets");
            }
        }

        private void check(SpooledMail mail) throws IOException {
            SentMail sent = tried.get(mail.arrival());
            assertNotNull(sent, "a mail that nobody sent");
            sent.assertSameAs(mail);
        }
    }
}
