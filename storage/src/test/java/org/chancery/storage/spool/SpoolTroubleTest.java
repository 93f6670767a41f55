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
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.chancery.core.id.SpoolId;
import org.chancery.core.mail.Arrival;
import org.chancery.core.spool.Admission;
import org.chancery.core.spool.Incoming;
import org.chancery.core.spool.SpoolRefused;
import org.chancery.core.spool.SpooledMail;
import org.chancery.storage.disk.ForgetfulDisk.Call;
import org.chancery.storage.disk.Quiet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A disk that does not do what it is asked. */
@ExtendWith(Quiet.class)
class SpoolTroubleTest {
    private final Lab lab = new Lab();

    @ParameterizedTest
    @EnumSource(names = {"WRITE", "FORCE"})
    void a_mail_that_could_not_be_made_durable_is_refused_and_never_processed(Call failing) throws Exception {
        SegmentedSpool spool = lab.open();
        SpoolId before = SentMail.ofSize(100).bring(spool);
        lab.disk.faults((call, file) -> call == failing && isSegment(file) && lab.disk.failedCalls() == 0);
        SpoolRefused refused =
                assertThrows(SpoolRefused.class, () -> SentMail.ofSize(200).bring(spool));
        assertEquals(Admission.Reason.BROKEN, refused.refusal().reason());
        assertSame(Admission.OPEN, spool.admission(), "it goes on in another segment");
        SpoolId after = SentMail.ofSize(300).bring(spool);
        assertEquals(1, spool.figures().refused());
        assertEquals(2, spool.backlog());
        lab.kill(spool);
        try (SegmentedSpool reopened = lab.open()) {
            assertEquals(
                    List.of(before, after),
                    Lab.claimAll(reopened).stream().map(SpooledMail::id).toList());
            assertEquals(0, reopened.figures().damagedSegments());
        }
    }

    @Test
    void what_was_refused_stays_away_also_after_a_power_cut() throws Exception {
        for (long seed = 1; seed <= 30; seed++) {
            Lab each = new Lab(seed);
            SegmentedSpool spool = each.open();
            SpoolId before = SentMail.ofSize(10).bring(spool);
            each.disk.faults((call, file) -> call == Call.FORCE && isSegment(file) && each.disk.failedCalls() == 0);
            assertThrows(SpoolRefused.class, () -> SentMail.ofSize(20).bring(spool));
            each.cutPower(spool);
            try (SegmentedSpool reopened = each.open()) {
                assertEquals(
                        List.of(before),
                        Lab.claimAll(reopened).stream().map(SpooledMail::id).toList(),
                        "with seed " + seed);
            }
        }
    }

    @Test
    void nothing_is_taken_until_what_was_refused_is_cut_off() throws Exception {
        SegmentedSpool spool = lab.open();
        SpoolId before = SentMail.ofSize(100).bring(spool);
        lab.disk.faults((call, file) -> (call == Call.FORCE || call == Call.TRUNCATE) && isSegment(file));
        assertThrows(SpoolRefused.class, () -> SentMail.ofSize(200).bring(spool));
        Admission.Refused refusal = assertInstanceOf(Admission.Refused.class, spool.admission());
        assertEquals(Admission.Reason.BROKEN, refusal.reason());
        assertThrows(SpoolRefused.class, () -> SentMail.ofSize(300).bring(spool));
        lab.disk.faults((call, file) -> false);
        Lab.await("mail is taken again", () -> spool.admission() == Admission.OPEN);
        SpoolId after = SentMail.ofSize(400).bring(spool);
        lab.cutPower(spool);
        try (SegmentedSpool reopened = lab.open()) {
            assertEquals(
                    List.of(before, after),
                    Lab.claimAll(reopened).stream().map(SpooledMail::id).toList());
        }
    }

    @Test
    void a_mail_that_was_accepted_but_could_not_be_noted_is_processed_after_the_next_start() throws Exception {
        AtomicBoolean noMemory = new AtomicBoolean();
        InstantSource clock = () -> {
            if (noMemory.get() && Thread.currentThread().getName().equals("spool-commit")) {
                throw new OutOfMemoryError("as the test says");
            }
            return lab.clock.instant();
        };
        SegmentedSpool spool = SegmentedSpool.open(lab.config, () -> {}, clock, lab.disk.boot());
        SentMail.ofSize(100).bring(spool);
        noMemory.set(true);
        SpoolId unnoted = SentMail.ofSize(200).bring(spool);
        SpoolId large = SentMail.ofSize(Lab.SEGMENT).bring(spool);
        noMemory.set(false);
        assertSame(Admission.OPEN, spool.admission());
        assertEquals(0, spool.figures().refused());
        Lab.fillOneSegment(spool);
        Lab.claimAll(spool).forEach(mail -> spool.processed(mail.id()));
        assertTrue(spool.checkpoint());
        assertEquals(0, spool.backlog());
        lab.kill(spool);
        try (SegmentedSpool reopened = lab.open()) {
            assertEquals(
                    List.of(unnoted, large),
                    Lab.claimAll(reopened).stream().map(SpooledMail::id).toList());
        }
    }

    @Test
    void a_full_disk_is_told_as_such_and_needs_no_restart() throws Exception {
        lab.config = new SpoolConfig(
                Lab.DIRECTORY, Lab.SEGMENT, Lab.SEGMENT / 8, Lab.SEGMENT, 1000, 0, 2, Duration.ofDays(1));
        try (SegmentedSpool spool = lab.open()) {
            SentMail.ofSize(1).bring(spool);
            lab.disk.usableBytes(Lab.SEGMENT - 1);
            int taken = 0;
            SpoolRefused refused = null;
            while (refused == null) {
                try {
                    SentMail.ofSize(100_000).bring(spool);
                    taken++;
                } catch (SpoolRefused e) {
                    refused = e;
                }
            }
            assertEquals(Admission.Reason.DISK, refused.refusal().reason());
            assertEquals(
                    Admission.Reason.DISK,
                    assertInstanceOf(Admission.Refused.class, spool.admission()).reason());
            assertEquals(taken + 1, spool.backlog());
            lab.disk.usableBytes(Long.MAX_VALUE);
            Lab.await("mail is taken again", () -> spool.admission() == Admission.OPEN);
            SentMail.ofSize(2).bring(spool);
            assertEquals(taken + 2, Lab.claimAll(spool).size());
        }
    }

    @Test
    void a_file_that_cannot_be_written_concerns_its_own_mail_only() throws Exception {
        try (SegmentedSpool spool = lab.open()) {
            Incoming large = spool.begin();
            lab.disk.faults(
                    (call, file) -> call == Call.WRITE && file.toString().endsWith(".eml"));
            byte[] bytes = new byte[Lab.SEGMENT];
            assertThrows(SpoolRefused.class, () -> large.write(bytes, 0, bytes.length));
            assertThrows(IllegalStateException.class, () -> large.write(bytes, 0, 1));
            assertThrows(
                    IllegalStateException.class,
                    () -> large.commit(
                            SentMail.ofSize(1).envelope(), SentMail.ofSize(1).arrival()));
            large.close();
            assertSame(Admission.OPEN, spool.admission());
            SentMail.ofSize(10).bring(spool);
            assertEquals(1, spool.backlog());
            assertEquals(List.of(), lab.largeFiles());
        }
    }

    @Test
    void a_mail_that_cannot_be_read_now_is_handed_out_later_as_the_same_attempt() throws Exception {
        try (SegmentedSpool spool = lab.open()) {
            SentMail sent = SentMail.ofSize(10);
            sent.bring(spool);
            lab.disk.faults((call, file) -> call == Call.READ);
            assertEquals(List.of(), Lab.claimAll(spool));
            assertEquals(1, spool.backlog());
            assertEquals(1, spool.waiting(10).size(), "the operator sees it");
            lab.disk.faults((call, file) -> false);
            lab.clock.turn(Duration.ofMinutes(1));
            SpooledMail claimed = Lab.claim(spool);
            sent.assertSameAs(claimed);
            assertEquals(1, claimed.attempt());
        }
    }

    @Test
    void marks_that_cannot_be_written_do_not_stop_the_pipeline() throws Exception {
        try (SegmentedSpool spool = lab.open()) {
            lab.disk.faults((call, file) -> file.toString().endsWith(SpoolDirectory.MARKS));
            SentMail.ofSize(10).bring(spool);
            spool.processed(Lab.claim(spool).id());
            assertEquals(false, spool.checkpoint());
            assertEquals(1, spool.figures().unproved());
            lab.disk.faults((call, file) -> false);
            assertTrue(spool.checkpoint());
            assertEquals(0, spool.figures().unproved());
        }
    }

    @Test
    void whatever_fails_what_was_committed_is_processed_and_what_was_refused_is_not() throws Exception {
        for (long seed = 1; seed <= 40; seed++) {
            Lab each = new Lab(seed);
            Random dice = new Random(seed);
            Map<SpoolId, SentMail> committed = new ConcurrentHashMap<>();
            Set<Arrival> refused = ConcurrentHashMap.newKeySet();
            SegmentedSpool spool = each.open();
            // The question how much space there is, asked once a second of a clock that stands, would close the spool
            // for good.
            each.disk.faults(
                    (call, file) -> call != Call.READ && !file.equals(each.directory.root()) && dice.nextInt(15) == 0);
            try (ExecutorService sessions = Executors.newFixedThreadPool(3)) {
                List<Future<?>> running = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    Random own = new Random(dice.nextLong());
                    running.add(sessions.submit(() -> bringMail(spool, own, committed, refused)));
                }
                for (Future<?> session : running) {
                    session.get();
                }
            }
            each.disk.faults((call, file) -> false);
            Lab.await("mail is taken again", () -> spool.admission() == Admission.OPEN);
            if (dice.nextBoolean()) {
                each.kill(spool);
            } else {
                each.cutPower(spool);
            }
            try (SegmentedSpool reopened = each.open()) {
                List<SpooledMail> offered = Lab.claimAll(reopened);
                for (SpooledMail mail : offered) {
                    assertTrue(!refused.contains(mail.arrival()), "refused, yet processed, with seed " + seed);
                }
                assertEquals(
                        committed.keySet(),
                        Set.copyOf(offered.stream().map(SpooledMail::id).toList()),
                        "with seed " + seed);
                for (SpooledMail mail : offered) {
                    SentMail sent = committed.get(mail.id());
                    assertTrue(sent != null);
                    sent.assertSameAs(mail);
                }
            }
        }
    }

    private static void bringMail(
            SegmentedSpool spool, Random dice, Map<SpoolId, SentMail> committed, Set<Arrival> refused) {
        for (int i = 0; i < 30; i++) {
            SentMail mail = SentMail.random(dice, dice.nextInt(dice.nextInt(5) == 0 ? 300_000 : 5_000));
            try {
                committed.put(mail.bring(spool), mail);
            } catch (SpoolRefused e) {
                refused.add(mail.arrival());
            }
        }
    }

    private static boolean isSegment(Path file) {
        return file.toString().endsWith(SpoolDirectory.SEGMENT);
    }
}
