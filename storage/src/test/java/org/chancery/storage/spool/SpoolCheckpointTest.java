package org.chancery.storage.spool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.SpoolId;
import org.chancery.core.spool.SpooledMail;
import org.chancery.storage.disk.Quiet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** When mails leave the spool. */
@ExtendWith(Quiet.class)
class SpoolCheckpointTest {
    private final Lab lab = new Lab();
    private final AtomicBoolean storageIsAway = new AtomicBoolean();
    private final AtomicInteger proofs = new AtomicInteger();

    @Test
    void what_was_proved_is_not_handed_out_again() throws Exception {
        SegmentedSpool spool = lab.open();
        SpoolId done = SentMail.ofSize(1).bring(spool);
        SpoolId waiting = SentMail.ofSize(2).bring(spool);
        spool.processed(Lab.claim(spool).id());
        assertTrue(spool.checkpoint());
        lab.kill(spool);
        try (SegmentedSpool reopened = lab.open()) {
            SpooledMail claimed = Lab.claim(reopened);
            assertFalse(claimed.id().equals(done));
            assertEquals(waiting, claimed.id());
            assertEquals(1, reopened.backlog());
        }
    }

    @Test
    void what_was_processed_but_not_proved_is_handed_out_again() throws Exception {
        SegmentedSpool spool = lab.open();
        SpoolId id = SentMail.ofSize(1).bring(spool);
        spool.processed(Lab.claim(spool).id());
        assertEquals(0, spool.backlog());
        assertEquals(1, spool.figures().unproved());
        lab.kill(spool);
        try (SegmentedSpool reopened = lab.open()) {
            SpooledMail again = Lab.claim(reopened);
            assertEquals(id, again.id());
            assertEquals(2, again.attempt());
        }
    }

    @Test
    void a_segment_is_released_only_after_storage_proved_all_that_is_in_it() throws Exception {
        try (SegmentedSpool spool = lab.open(this::prove)) {
            Lab.fillOneSegment(spool);
            List<SpooledMail> mails = Lab.claimAll(spool);
            mails.subList(1, mails.size()).forEach(mail -> spool.processed(mail.id()));
            assertTrue(spool.checkpoint());
            assertEquals(2, spool.figures().segments(), "one mail is not yet processed");

            spool.processed(mails.get(0).id());
            storageIsAway.set(true);
            assertFalse(spool.checkpoint());
            assertEquals(2, spool.figures().segments());
            assertEquals(1, spool.figures().failedCheckpoints());

            storageIsAway.set(false);
            assertTrue(spool.checkpoint());
            assertEquals(1, spool.figures().segments());
            assertEquals(1, lab.files(SpoolDirectory.SPARE).size());
        }
    }

    @Test
    void the_segment_that_takes_mail_is_not_released() throws Exception {
        try (SegmentedSpool spool = lab.open()) {
            for (int i = 0; i < 10; i++) {
                SentMail.ofSize(i).bring(spool);
                spool.processed(Lab.claim(spool).id());
                assertTrue(spool.checkpoint());
            }
            assertEquals(1, spool.figures().segments());
            assertEquals(List.of(), lab.files(SpoolDirectory.SPARE));
        }
    }

    @Test
    void nothing_is_lost_while_storage_proves_nothing() throws Exception {
        storageIsAway.set(true);
        SegmentedSpool spool = lab.open(this::prove);
        Lab.fillOneSegment(spool);
        List<SpooledMail> mails = Lab.claimAll(spool);
        mails.forEach(mail -> spool.processed(mail.id()));
        assertFalse(spool.checkpoint());
        spool.close();
        lab.disk.cutPower();
        try (SegmentedSpool reopened = lab.open()) {
            assertEquals(mails.size(), Lab.claimAll(reopened).size());
        }
    }

    @Test
    void storage_is_asked_by_itself_and_again_until_it_proves() throws Exception {
        lab.config = new SpoolConfig(
                Lab.DIRECTORY, Lab.SEGMENT, Lab.SEGMENT / 8, Lab.SEGMENT, 1000, 0, 2, Duration.ofMillis(5));
        storageIsAway.set(true);
        try (SegmentedSpool spool = lab.open(this::prove)) {
            SentMail.ofSize(1).bring(spool);
            spool.processed(Lab.claim(spool).id());
            Lab.await("a first try", () -> spool.figures().failedCheckpoints() > 0);
            assertEquals(1, spool.figures().unproved());
            storageIsAway.set(false);
            Lab.await("a proof", () -> spool.figures().unproved() == 0);
            assertEquals(1, proofs.get());
        }
    }

    @Test
    void an_idle_spool_leaves_storage_alone() {
        lab.config =
                new SpoolConfig(Lab.DIRECTORY, Lab.SEGMENT, Lab.SEGMENT / 8, Lab.SEGMENT, 1000, 0, 2, Duration.ZERO);
        try (SegmentedSpool spool = lab.open(this::prove)) {
            SentMail.ofSize(1).bring(spool);
            assertTrue(spool.checkpoint());
        }
        assertEquals(0, proofs.get());
    }

    @Test
    void the_stop_has_what_was_processed_proved() throws Exception {
        SegmentedSpool spool = lab.open(this::prove);
        SentMail.ofSize(1).bring(spool);
        spool.processed(Lab.claim(spool).id());
        spool.close();
        assertEquals(1, proofs.get());
        try (SegmentedSpool reopened = lab.open()) {
            assertEquals(0, reopened.backlog());
        }
    }

    @Test
    void processed_twice_or_unknown_changes_nothing() throws Exception {
        try (SegmentedSpool spool = lab.open()) {
            SpoolId id = SentMail.ofSize(1).bring(spool);
            SentMail.ofSize(2).bring(spool);
            spool.processed(id);
            assertEquals(2, spool.backlog(), "not claimed yet");
            Lab.claim(spool);
            spool.processed(id);
            spool.processed(id);
            spool.processed(SpoolId.at(lab.clock.instant()));
            spool.retry(id, lab.clock.instant());
            spool.postpone(id, lab.clock.instant());
            assertEquals(1, spool.backlog());
            assertEquals(1, Lab.claimAll(spool).size());
        }
    }

    @Test
    void no_more_empty_segments_are_kept_than_configured() throws Exception {
        try (SegmentedSpool spool = lab.open()) {
            for (int i = 0; i < 4; i++) {
                Lab.fillOneSegment(spool);
            }
            Lab.claimAll(spool).forEach(mail -> spool.processed(mail.id()));
            assertTrue(spool.checkpoint());
            assertEquals(1, spool.figures().segments());
            assertEquals(2, lab.files(SpoolDirectory.SPARE).size());
            assertEquals(
                    List.of(),
                    lab.files(SpoolDirectory.MARKS).stream()
                            .filter(file -> !file.equals(lab.directory.marks(number(spool))))
                            .toList());
        }
    }

    private long number(SegmentedSpool spool) {
        assertEquals(0, spool.backlog());
        return lab.files(SpoolDirectory.SEGMENT).stream()
                .mapToLong(file ->
                        SpoolDirectory.numberOf(file, SpoolDirectory.SEGMENT).orElseThrow())
                .min()
                .orElseThrow();
    }

    private void prove() {
        if (storageIsAway.get()) {
            throw new Unavailable("storage is away", null);
        }
        proofs.incrementAndGet();
    }
}
