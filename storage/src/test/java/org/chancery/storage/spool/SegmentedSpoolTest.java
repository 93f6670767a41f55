package org.chancery.storage.spool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.chancery.core.id.SpoolId;
import org.chancery.core.spool.Admission;
import org.chancery.core.spool.Incoming;
import org.chancery.core.spool.SpoolClaims;
import org.chancery.core.spool.SpoolRefused;
import org.chancery.core.spool.SpooledMail;
import org.chancery.storage.disk.Quiet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Quiet.class)
class SegmentedSpoolTest {
    private final Lab lab = new Lab();

    @Test
    void what_was_committed_is_handed_out_byte_for_byte() throws Exception {
        try (SegmentedSpool spool = lab.open()) {
            for (int size : new int[] {0, 1, 17, ChunkPool.CHUNK - 1, ChunkPool.CHUNK, ChunkPool.CHUNK + 1, 100_000}) {
                SentMail sent = SentMail.ofSize(size);
                SpoolId id = sent.bring(spool);
                SpooledMail claimed = Lab.claim(spool);
                assertEquals(id, claimed.id());
                sent.assertSameAs(claimed);
            }
        }
    }

    @Test
    void mails_are_handed_out_in_the_order_of_arrival() throws Exception {
        try (SegmentedSpool spool = lab.open()) {
            List<SpoolId> sent = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                sent.add(SentMail.ofSize(i * 100).bring(spool));
            }
            assertEquals(sent, Lab.claimAll(spool).stream().map(SpooledMail::id).toList());
        }
    }

    @Test
    void a_mail_that_was_not_committed_leaves_nothing_behind() throws Exception {
        try (SegmentedSpool spool = lab.open()) {
            try (Incoming small = spool.begin();
                    Incoming large = spool.begin()) {
                small.write(new byte[1000], 0, 1000);
                large.write(new byte[Lab.SEGMENT], 0, Lab.SEGMENT);
                assertEquals(1, lab.largeFiles().size());
            }
            assertEquals(0, spool.backlog());
            assertEquals(0, spool.figures().memoryBytes());
            assertEquals(List.of(), lab.largeFiles());
        }
        try (SegmentedSpool spool = lab.open()) {
            assertEquals(List.of(), Lab.claimAll(spool));
        }
    }

    @Test
    void a_mail_larger_than_a_segment_is_kept_in_a_file_of_its_own() throws Exception {
        SentMail large = SentMail.ofSize(3 * Lab.SEGMENT + 5);
        SentMail small = SentMail.ofSize(5);
        SegmentedSpool spool = lab.open();
        large.bring(spool);
        small.bring(spool);
        spool.close();
        lab.disk.cutPower();
        try (SegmentedSpool reopened = lab.open()) {
            SpooledMail claimed = Lab.claim(reopened);
            large.assertSameAs(claimed);
            small.assertSameAs(Lab.claim(reopened));
            reopened.processed(claimed.id());
            assertTrue(reopened.checkpoint());
            assertEquals(List.of(), lab.largeFiles());
        }
    }

    @Test
    void mail_goes_to_files_early_when_memory_is_short() throws Exception {
        lab.config = new SpoolConfig(
                Lab.DIRECTORY, Lab.SEGMENT, Lab.SEGMENT / 8, 4 * ChunkPool.CHUNK, 1000, 0, 2, Duration.ofDays(1));
        SentMail mail = SentMail.ofSize(3 * ChunkPool.CHUNK);
        try (SegmentedSpool spool = lab.open()) {
            List<Incoming> open = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                Incoming incoming = spool.begin();
                incoming.write(mail.body(), 0, 1000);
                incoming.write(mail.body(), 1000, mail.body().length - 1000);
                open.add(incoming);
                assertTrue(spool.figures().memoryBytes() <= 4 * ChunkPool.CHUNK);
            }
            for (Incoming incoming : open) {
                incoming.commit(mail.envelope(), mail.arrival());
                incoming.close();
            }
            assertEquals(19, spool.figures().spilled());
            assertEquals(0, spool.figures().memoryBytes());
            List<SpooledMail> claimed = Lab.claimAll(spool);
            assertEquals(20, claimed.size());
            for (SpooledMail each : claimed) {
                mail.assertSameAs(each);
            }
        }
    }

    @Test
    void a_mail_is_claimed_by_one_worker_only() throws Exception {
        int mails = 500;
        try (SegmentedSpool spool = lab.open();
                ExecutorService workers = Executors.newFixedThreadPool(4)) {
            Set<SpoolId> claimed = Collections.synchronizedSet(new HashSet<>());
            AtomicInteger claims = new AtomicInteger();
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                running.add(workers.submit(() -> {
                    while (claims.get() < mails) {
                        spool.claim(Duration.ofMillis(20)).ifPresent(mail -> {
                            claims.incrementAndGet();
                            assertTrue(claimed.add(mail.id()));
                            spool.processed(mail.id());
                        });
                    }
                    return null;
                }));
            }
            for (int i = 0; i < mails; i++) {
                SentMail.ofSize(i).bring(spool);
            }
            for (Future<?> worker : running) {
                worker.get();
            }
            assertEquals(mails, claims.get());
            assertEquals(0, spool.backlog());
        }
    }

    @Test
    void a_worker_that_waits_gets_mail_as_soon_as_it_comes() throws Exception {
        try (SegmentedSpool spool = lab.open();
                ExecutorService worker = Executors.newSingleThreadExecutor()) {
            Future<Optional<SpooledMail>> claim = worker.submit(() -> spool.claim(Duration.ofDays(1)));
            SpoolId id = SentMail.ofSize(3).bring(spool);
            assertEquals(id, claim.get().orElseThrow().id());
        }
    }

    @Test
    void a_retry_comes_when_it_is_due_as_the_next_attempt() throws Exception {
        try (SegmentedSpool spool = lab.open()) {
            SentMail.ofSize(1).bring(spool);
            SpooledMail first = Lab.claim(spool);
            assertEquals(1, first.attempt());
            spool.retry(first.id(), lab.clock.instant().plusSeconds(60));
            assertEquals(Optional.empty(), spool.claim(Duration.ZERO));
            assertEquals(1, spool.backlog());
            lab.clock.turn(Duration.ofSeconds(60));
            assertEquals(2, Lab.claim(spool).attempt());
        }
    }

    @Test
    void what_is_postponed_comes_again_as_the_same_attempt_also_after_a_crash() throws Exception {
        SegmentedSpool spool = lab.open();
        SentMail.ofSize(1).bring(spool);
        for (int i = 0; i < 5; i++) {
            SpooledMail claimed = Lab.claim(spool);
            assertEquals(1, claimed.attempt());
            spool.postpone(claimed.id(), lab.clock.instant());
        }
        lab.kill(spool);
        try (SegmentedSpool reopened = lab.open()) {
            assertEquals(1, Lab.claim(reopened).attempt());
        }
    }

    @Test
    void what_is_postponed_comes_at_once_when_what_it_waits_for_is_there() throws Exception {
        try (SegmentedSpool spool = lab.open();
                ExecutorService worker = Executors.newSingleThreadExecutor()) {
            SpoolId waits = SentMail.ofSize(1).bring(spool);
            SpoolId other = SentMail.ofSize(2).bring(spool);
            assertEquals(waits, Lab.claim(spool).id());
            spool.due(waits);
            spool.due(SpoolId.at(lab.clock.instant()));
            spool.postpone(waits, lab.clock.instant().plusSeconds(30));
            assertEquals(other, Lab.claim(spool).id());
            assertEquals(Optional.empty(), spool.claim(Duration.ZERO));
            Future<Optional<SpooledMail>> claim = worker.submit(() -> spool.claim(Duration.ofDays(1)));
            spool.due(waits);
            assertEquals(waits, claim.get().orElseThrow().id());
            spool.due(waits);
            assertEquals(Optional.empty(), spool.claim(Duration.ZERO), "it is in the pipeline");
        }
    }

    @Test
    void what_failed_keeps_its_pause_though_something_that_it_waited_for_is_there() throws Exception {
        try (SegmentedSpool spool = lab.open()) {
            SpoolId mail = SentMail.ofSize(1).bring(spool);
            assertEquals(mail, Lab.claim(spool).id());
            spool.postpone(mail, lab.clock.instant());
            assertEquals(mail, Lab.claim(spool).id());
            spool.retry(mail, lab.clock.instant().plusSeconds(5));
            spool.due(mail);
            assertEquals(Optional.empty(), spool.claim(Duration.ZERO));
        }
    }

    @Test
    void tries_that_end_in_a_crash_count() throws Exception {
        SegmentedSpool spool = lab.open();
        SpoolId poison = SentMail.ofSize(10).bring(spool);
        SpoolId innocent = SentMail.ofSize(11).bring(spool);
        for (int attempt = 1; attempt <= 4; attempt++) {
            SpooledMail claimed = Lab.claim(spool);
            assertEquals(poison, claimed.id());
            assertEquals(attempt, claimed.attempt());
            lab.kill(spool);
            spool = lab.open();
        }
        Lab.claim(spool);
        SpooledMail other = Lab.claim(spool);
        assertEquals(innocent, other.id());
        assertEquals(1, other.attempt());
        spool.close();
    }

    @Test
    void above_the_bound_of_the_backlog_no_mail_is_taken() throws Exception {
        lab.config = lab.config.withBacklog(3);
        try (SegmentedSpool spool = lab.open()) {
            for (int i = 0; i < 3; i++) {
                assertSame(Admission.OPEN, spool.admission());
                SentMail.ofSize(i).bring(spool);
            }
            assertEquals(Admission.Reason.BACKLOG, refusal(spool).reason());
            SpooledMail claimed = Lab.claim(spool);
            assertEquals(Admission.Reason.BACKLOG, refusal(spool).reason());
            spool.processed(claimed.id());
            assertSame(Admission.OPEN, spool.admission());
        }
    }

    @Test
    void sessions_that_were_let_in_together_do_not_pass_the_bound_together() throws Exception {
        lab.config = lab.config.withBacklog(5);
        AtomicInteger taken = new AtomicInteger();
        try (SegmentedSpool spool = lab.open();
                ExecutorService sessions = Executors.newFixedThreadPool(20)) {
            CyclicBarrier complete = new CyclicBarrier(20);
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                SentMail mail = SentMail.ofSize(i);
                running.add(sessions.submit(() -> {
                    assertSame(Admission.OPEN, spool.admission());
                    try (Incoming incoming = spool.begin()) {
                        incoming.write(mail.body(), 0, mail.body().length);
                        complete.await();
                        incoming.commit(mail.envelope(), mail.arrival());
                        taken.incrementAndGet();
                    } catch (SpoolRefused refused) {
                        assertEquals(Admission.Reason.BACKLOG, refused.refusal().reason());
                    }
                    return null;
                }));
            }
            for (Future<?> session : running) {
                session.get();
            }
            assertTrue(taken.get() >= 1 && taken.get() <= 5, taken + " were taken");
            assertEquals(taken.get(), spool.backlog());
            assertEquals(20 - taken.get(), spool.figures().refused());
            while (spool.backlog() < 5) {
                SentMail.ofSize(1).bring(spool);
            }
        }
    }

    @Test
    void a_mail_is_refused_at_its_end_where_the_space_went_meanwhile() {
        try (SegmentedSpool spool = lab.open();
                Incoming incoming = spool.begin()) {
            incoming.write(new byte[Lab.SEGMENT], 0, Lab.SEGMENT);
            lab.disk.usableBytes(lab.config.minimumFreeBytes() - 1);
            lab.clock.turn(Duration.ofSeconds(1));
            SentMail said = SentMail.ofSize(1);
            SpoolRefused refused =
                    assertThrows(SpoolRefused.class, () -> incoming.commit(said.envelope(), said.arrival()));
            assertEquals(Admission.Reason.DISK, refused.refusal().reason());
            incoming.close();
            assertEquals(List.of(), lab.largeFiles());
            assertEquals(0, spool.backlog());
        }
    }

    @Test
    void with_little_space_left_no_mail_is_taken_until_there_is_more() {
        try (SegmentedSpool spool = lab.open()) {
            SentMail.ofSize(1).bring(spool);
            assertSame(Admission.OPEN, spool.admission());
            lab.disk.usableBytes(lab.config.minimumFreeBytes() - 1);
            assertSame(Admission.OPEN, spool.admission(), "the disk is asked once a second");
            lab.clock.turn(Duration.ofSeconds(1));
            assertEquals(Admission.Reason.DISK, refusal(spool).reason());
            lab.disk.usableBytes(lab.config.minimumFreeBytes());
            lab.clock.turn(Duration.ofSeconds(1));
            assertSame(Admission.OPEN, spool.admission());
        }
    }

    @Test
    void after_the_stop_began_nothing_is_taken_and_nothing_handed_out() throws Exception {
        SegmentedSpool spool = lab.open();
        SentMail.ofSize(1).bring(spool);
        spool.close();
        assertEquals(Admission.Reason.STOPPING, refusal(spool).reason());
        assertEquals(Optional.empty(), spool.claim(Duration.ofDays(1)));
        SpoolRefused refused =
                assertThrows(SpoolRefused.class, () -> SentMail.ofSize(2).bring(spool));
        assertEquals(Admission.Reason.STOPPING, refused.refusal().reason());
        try (SegmentedSpool reopened = lab.open()) {
            assertEquals(1, reopened.backlog());
        }
    }

    @Test
    void mails_that_come_while_it_stops_are_either_kept_or_refused() throws Exception {
        for (int round = 0; round < 20; round++) {
            Lab each = new Lab(round);
            SegmentedSpool spool = each.open();
            AtomicInteger kept = new AtomicInteger();
            try (ExecutorService sessions = Executors.newFixedThreadPool(4)) {
                List<Future<?>> running = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    running.add(sessions.submit(() -> {
                        while (true) {
                            try {
                                SentMail.ofSize(100).bring(spool);
                                kept.incrementAndGet();
                            } catch (SpoolRefused stopping) {
                                return;
                            }
                        }
                    }));
                }
                Lab.await("some mails", () -> kept.get() > 10);
                spool.close();
                for (Future<?> session : running) {
                    session.get();
                }
            }
            try (SegmentedSpool reopened = each.open()) {
                assertEquals(kept.get(), reopened.backlog());
            }
        }
    }

    @Test
    void the_operator_sees_what_waits_oldest_first() throws Exception {
        try (SegmentedSpool spool = lab.open()) {
            SentMail first = SentMail.ofSize(10);
            SentMail second = SentMail.ofSize(20);
            SpoolId firstId = first.bring(spool);
            SpoolId secondId = second.bring(spool);
            SentMail.ofSize(30).bring(spool);
            spool.retry(Lab.claim(spool).id(), lab.clock.instant().plusSeconds(5));
            assertEquals(
                    List.of(
                            new SpoolClaims.Waiting(
                                    firstId,
                                    first.arrival().at(),
                                    10,
                                    1,
                                    first.envelope().reversePath().toString(),
                                    first.envelope().recipients().size()),
                            new SpoolClaims.Waiting(
                                    secondId,
                                    second.arrival().at(),
                                    20,
                                    0,
                                    second.envelope().reversePath().toString(),
                                    second.envelope().recipients().size())),
                    spool.waiting(2));
            assertEquals(3, spool.waiting(100).size());
        }
    }

    @Test
    void arrivals_of_the_last_second_are_counted() {
        try (SegmentedSpool spool = lab.open()) {
            for (int i = 0; i < 5; i++) {
                SentMail.ofSize(1).bring(spool);
                lab.clock.turn(Duration.ofMillis(100));
            }
            assertEquals(5, spool.arrivalsPerSecond());
            lab.clock.turn(Duration.ofMillis(600));
            assertEquals(3, spool.arrivalsPerSecond());
            lab.clock.turn(Duration.ofSeconds(1));
            assertEquals(0, spool.arrivalsPerSecond());
        }
    }

    @Test
    void figures_say_what_happened() throws Exception {
        try (SegmentedSpool spool = lab.open()) {
            SentMail.ofSize(100).bring(spool);
            SentMail.ofSize(Lab.SEGMENT).bring(spool);
            lab.clock.turn(Duration.ofSeconds(3));
            spool.processed(Lab.claim(spool).id());
            SpoolFigures figures = spool.figures();
            assertEquals(2, figures.commits());
            assertEquals(100 + Lab.SEGMENT, figures.bytes());
            assertEquals(1, figures.spilled());
            assertEquals(1, figures.claims());
            assertEquals(1, figures.backlog());
            assertEquals(1, figures.unproved());
            assertEquals(1, figures.segments());
            assertEquals(Duration.ofSeconds(3), figures.oldestAge());
            spool.checkpoint();
            assertEquals(1, spool.figures().checkpoints());
            assertEquals(0, spool.figures().unproved());
        }
    }

    @Test
    void a_directory_in_use_is_not_opened_twice(@TempDir Path directory) {
        SpoolConfig config = SpoolConfig.in(directory.resolve("spool"));
        try (SegmentedSpool spool = SegmentedSpool.open(config, () -> {}, InstantSource.system())) {
            assertEquals(0, spool.backlog());
            IllegalStateException inUse = assertThrows(
                    IllegalStateException.class, () -> SegmentedSpool.open(config, () -> {}, InstantSource.system()));
            assertTrue(String.valueOf(inUse.getMessage()).contains("in use"));
        }
        SegmentedSpool.open(config, () -> {}, InstantSource.system()).close();
    }

    @Test
    void an_interrupted_session_does_not_harm_the_others(@TempDir Path directory) throws Exception {
        SpoolConfig config = SpoolConfig.in(directory.resolve("spool"));
        try (SegmentedSpool spool = SegmentedSpool.open(config, () -> {}, InstantSource.system())) {
            Thread.currentThread().interrupt();
            SentMail.ofSize(100).bring(spool);
            assertTrue(Thread.interrupted());
            SentMail.ofSize(200).bring(spool);
            assertEquals(2, Lab.claimAll(spool).size());
        }
    }

    @Test
    void an_interrupted_worker_leaves_its_mail_to_the_others(@TempDir Path directory) throws Exception {
        SpoolConfig config = SpoolConfig.in(directory.resolve("spool"));
        try (SegmentedSpool spool = SegmentedSpool.open(config, () -> {}, InstantSource.system())) {
            SentMail sent = SentMail.ofSize(100);
            sent.bring(spool);
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, () -> spool.claim(Duration.ofSeconds(1)));
            SpooledMail claimed = Lab.claim(spool);
            assertEquals(1, claimed.attempt());
            sent.assertSameAs(claimed);
        }
    }

    private static Admission.Refused refusal(SegmentedSpool spool) {
        return assertInstanceOf(Admission.Refused.class, spool.admission());
    }
}
