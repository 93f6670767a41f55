package org.chancery.storage.spool;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.spool.Admission;
import org.chancery.core.spool.SpoolRefused;
import org.chancery.core.spool.SpooledMail;
import org.chancery.storage.disk.ForgetfulDisk.Call;
import org.chancery.storage.disk.Quiet;
import org.chancery.storage.raw.FileRawMailStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A disk that is full again and again, while mail comes in and while it goes from the spool into the raw-mail store: whoever
 * was told that his mail is accepted finds it in the store, and the others were told that the disk is full.
 */
@ExtendWith(Quiet.class)
class FullDiskTest {
    private static final int ROUNDS = 20;

    @Test
    void what_was_accepted_reaches_the_raw_mail_store_and_what_was_refused_never_does() throws Exception {
        for (long seed = 1; seed <= ROUNDS; seed++) {
            try {
                new Round(seed).play();
            } catch (Exception | AssertionError e) {
                throw new AssertionError("with seed " + seed, e);
            }
        }
    }

    /** One spool and one store on one disk. */
    private static final class Round {
        private final Random dice;
        private final Lab lab;
        private final Path raw = Lab.DATA.resolve("raw");
        private final AtomicBoolean full = new AtomicBoolean();
        private final AtomicBoolean over = new AtomicBoolean();
        private final Map<SpoolId, SentMail> accepted = new ConcurrentHashMap<>();
        private final Set<Arrival> refused = ConcurrentHashMap.newKeySet();
        private final Map<SpoolId, RawDigest> stored = new ConcurrentHashMap<>();
        private final Set<Arrival> seen = ConcurrentHashMap.newKeySet();

        Round(long seed) {
            dice = new Random(seed);
            lab = new Lab(seed);
            lab.config = new SpoolConfig(
                    Lab.DIRECTORY, Lab.SEGMENT, 16 * 1024, 256 * 1024, 10_000, 0, 1, Duration.ofMillis(2));
            // What is written into a segment has its space already.
            lab.disk.wantOfSpace((call, file) -> full.get()
                    && (call == Call.CREATE
                            || (call == Call.WRITE && !file.toString().endsWith(SpoolDirectory.SEGMENT))));
        }

        void play() throws Exception {
            FileRawMailStore store = FileRawMailStore.open(raw, lab.disk.boot());
            SegmentedSpool spool = lab.open(store::force);
            try (ExecutorService threads = Executors.newFixedThreadPool(5)) {
                List<Future<?>> workers = new ArrayList<>();
                for (int i = 0; i < 2; i++) {
                    workers.add(threads.submit(() -> store(spool, store)));
                }
                List<Future<?>> sessions = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    Random own = new Random(dice.nextLong());
                    sessions.add(threads.submit(() -> bringMail(spool, own)));
                }
                for (Future<?> session : sessions) {
                    session.get();
                }
                full.set(false);
                Lab.await("mail is taken again", () -> spool.admission() == Admission.OPEN);
                Lab.await("all is in the store", () -> spool.backlog() == 0);
                over.set(true);
                for (Future<?> worker : workers) {
                    worker.get();
                }
            }
            Lab.await("all is proved", spool::checkpoint);
            lab.cutPower(spool);
            check();
        }

        private void bringMail(SegmentedSpool spool, Random own) {
            for (int i = 0; i < 40; i++) {
                if (own.nextInt(5) == 0) {
                    full.set(own.nextBoolean());
                }
                SentMail mail = SentMail.random(own, own.nextInt(own.nextInt(4) == 0 ? 300_000 : 16_000));
                try {
                    accepted.put(mail.bring(spool), mail);
                } catch (SpoolRefused e) {
                    assertSame(
                            Admission.Reason.DISK,
                            e.refusal().reason(),
                            e.refusal().why());
                    refused.add(mail.arrival());
                }
            }
        }

        private @Nullable Void store(SegmentedSpool spool, FileRawMailStore store) throws Exception {
            while (!over.get()) {
                Optional<SpooledMail> claimed = spool.claim(Duration.ofMillis(1));
                if (claimed.isPresent()) {
                    store(claimed.get(), spool, store);
                }
            }
            return null;
        }

        private void store(SpooledMail mail, SegmentedSpool spool, FileRawMailStore store) throws IOException {
            seen.add(mail.arrival());
            try (InputStream bytes = mail.open()) {
                stored.put(mail.id(), store.put(bytes).digest());
                spool.processed(mail.id());
            } catch (Unavailable away) {
                spool.postpone(mail.id(), lab.clock.instant());
            }
        }

        private void check() throws Exception {
            FileRawMailStore store = FileRawMailStore.open(raw, lab.disk.boot());
            assertEquals(accepted.keySet(), stored.keySet());
            for (Map.Entry<SpoolId, SentMail> mail : accepted.entrySet()) {
                try (InputStream bytes = store.open(Objects.requireNonNull(stored.get(mail.getKey())))) {
                    assertArrayEquals(mail.getValue().body(), bytes.readAllBytes());
                }
            }
            assertFalse(seen.stream().anyMatch(refused::contains), "refused, yet processed");
            try (SegmentedSpool reopened = lab.open()) {
                for (SpooledMail again : Lab.claimAll(reopened)) {
                    assertFalse(refused.contains(again.arrival()), "refused, yet processed");
                }
            }
        }
    }
}
