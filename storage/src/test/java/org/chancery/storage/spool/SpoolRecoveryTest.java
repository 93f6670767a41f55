package org.chancery.storage.spool;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.SpoolId;
import org.chancery.core.spool.DamagedMail;
import org.chancery.core.spool.SpoolClaims;
import org.chancery.core.spool.SpooledMail;
import org.chancery.storage.disk.ForgetfulDisk.Call;
import org.chancery.storage.disk.Quiet;
import org.chancery.storage.raw.FileRawMailStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is found of a log that was torn, spoiled or used before. */
@ExtendWith(Quiet.class)
class SpoolRecoveryTest {
    // Enough of the segment for the mails of these tests; reading all of it thousands of times takes long.
    private static final int START = 16 * 1024;

    private final Lab lab = new Lab();

    @Test
    void a_torn_tail_is_cut_wherever_it_is_torn() throws Exception {
        List<LogRecord> records = threeMailsInRoundsOfTheirOwn();
        Path segment = lab.usedSegment();
        byte[] whole = Arrays.copyOf(lab.disk.content(segment), START);
        LogRecord last = records.get(2);
        for (long cut = last.place().position(); cut < last.end(); cut++) {
            byte[] torn = whole.clone();
            Arrays.fill(torn, (int) cut, torn.length, (byte) 0);
            SegmentScan.Found found = lab.scan(segment, torn);
            if (found.mails().size() == 3) {
                assertArrayEquals(whole, torn, "only zeros were cut");
            } else {
                assertEquals(records.subList(0, 2), found.mails());
                assertTrue(found.gaps().stream().noneMatch(gap -> gap.from() < found.lastBatch()), "no damage");
            }
            assertEquals(
                    records.subList(0, 2),
                    lab.scan(segment, Arrays.copyOf(whole, (int) cut)).mails());
        }
    }

    @Test
    void a_flipped_bit_takes_one_mail_and_no_other() throws Exception {
        List<LogRecord> records = threeMailsInRoundsOfTheirOwn();
        Path segment = lab.usedSegment();
        byte[] whole = Arrays.copyOf(lab.disk.content(segment), START);
        Random dice = new Random(5);
        for (int at = 0; at < records.get(2).end(); at++) {
            byte[] spoiled = whole.clone();
            spoiled[at] ^= (byte) (1 << dice.nextInt(8));
            SegmentScan.Found found = lab.scan(segment, spoiled);
            Optional<LogRecord> hit = recordAt(at, records);
            List<LogRecord> others = new ArrayList<>(records);
            hit.ifPresent(others::remove);
            assertEquals(others, found.mails(), "octet " + at);
            if (hit.isEmpty()) {
                assertEquals(List.of(), found.gaps());
            } else if (hit.get().equals(records.get(2))) {
                boolean headIsIntact = at >= hit.get().place().position() + LogRecord.HEAD;
                assertEquals(
                        headIsIntact ? hit : Optional.empty(),
                        found.gaps().stream().findFirst().flatMap(SegmentScan.Gap::head));
            } else {
                assertEquals(1, found.gaps().size());
                assertEquals(hit.get().place().position(), found.gaps().get(0).from());
                assertEquals(1, found.gaps().get(0).records());
                assertTrue(found.gaps().get(0).from() < found.lastBatch(), "damage is told from a torn tail");
            }
        }
    }

    @Test
    void in_a_sealed_segment_damage_of_the_last_mail_is_damage_too() throws Exception {
        SegmentedSpool spool = lab.open();
        SentMail.ofSize(100).bring(spool);
        spool.close();
        Path segment = lab.usedSegment();
        byte[] spoiled = lab.disk.content(segment);
        spoiled[50] ^= 1;
        lab.disk.content(segment, spoiled);
        try (SegmentedSpool reopened = lab.open()) {
            assertEquals(List.of(), Lab.claimAll(reopened));
            assertEquals(1, reopened.figures().damagedSegments());
        }
    }

    @Test
    void a_damaged_segment_is_kept_when_its_other_mails_are_done() throws Exception {
        List<LogRecord> records = threeMailsInRoundsOfTheirOwn();
        Path segment = lab.usedSegment();
        byte[] spoiled = lab.disk.content(segment);
        spoiled[(int) records.get(1).end() - 1] ^= 1;
        lab.disk.content(segment, spoiled);

        SegmentedSpool spool = lab.open();
        List<SpooledMail> offered = Lab.claimAll(spool);
        assertEquals(
                List.of(records.get(0).id(), records.get(2).id()),
                offered.stream().map(SpooledMail::id).toList());
        assertEquals(1, spool.figures().damagedSegments());
        offered.forEach(mail -> spool.processed(mail.id()));
        assertTrue(lab.disk.exists(segment));
        assertTrue(spool.checkpoint());
        assertFalse(lab.disk.exists(segment));
        assertArrayEquals(spoiled, lab.disk.content(SpoolDirectory.setAside(segment)));
        lab.cutPower(spool);

        try (SegmentedSpool reopened = lab.open()) {
            assertEquals(0, reopened.backlog());
            assertEquals(1, reopened.figures().damagedSegments(), "until the operator took it away");
        }
    }

    @Test
    void a_segment_whose_last_mail_is_spoiled_is_kept_though_a_power_cut_may_have_torn_it() throws Exception {
        List<LogRecord> records = threeMailsInRoundsOfTheirOwn();
        Path segment = lab.usedSegment();
        byte[] spoiled = lab.disk.content(segment);
        spoiled[(int) records.get(2).end() - 1] ^= 1;
        lab.disk.content(segment, spoiled);
        try (SegmentedSpool spool = lab.open()) {
            List<SpooledMail> offered = Lab.claimAll(spool);
            assertEquals(
                    List.of(records.get(0).id(), records.get(1).id()),
                    offered.stream().map(SpooledMail::id).toList());
            assertEquals(1, spool.figures().damagedSegments());
            offered.forEach(mail -> spool.processed(mail.id()));
            assertTrue(spool.checkpoint());
            assertArrayEquals(spoiled, lab.disk.content(SpoolDirectory.setAside(segment)));
        }
    }

    @Test
    void what_stands_before_a_mail_that_was_handed_out_was_accepted() throws Exception {
        List<SpoolId> ids = threeMailsInOneRound();
        byte[] spoiled = lab.disk.content(lab.usedSegment());
        spoiled[20] ^= 1;
        lab.disk.content(lab.usedSegment(), spoiled);
        SegmentedSpool spool = lab.open();
        assertEquals(0, spool.figures().damagedSegments(), "a power cut could leave it so");
        assertEquals(ids.get(1), Lab.claim(spool).id());
        lab.kill(spool);
        try (SegmentedSpool reopened = lab.open()) {
            assertEquals(1, reopened.figures().damagedSegments());
        }
    }

    @Test
    void a_spoiled_mail_that_storage_holds_is_no_damage() throws Exception {
        SegmentedSpool spool = lab.open();
        SentMail.ofSize(10).bring(spool);
        SentMail.ofSize(20).bring(spool);
        spool.processed(Lab.claim(spool).id());
        assertTrue(spool.checkpoint());
        lab.kill(spool);
        byte[] spoiled = lab.disk.content(lab.usedSegment());
        spoiled[LogRecord.HEAD + 5] ^= 1;
        lab.disk.content(lab.usedSegment(), spoiled);
        try (SegmentedSpool reopened = lab.open()) {
            assertEquals(1, Lab.claimAll(reopened).size());
            assertEquals(0, reopened.figures().damagedSegments());
        }
    }

    @Test
    void the_file_of_a_mail_whose_record_is_spoiled_is_kept() throws Exception {
        SegmentedSpool spool = lab.open();
        SpoolId spoiled = SentMail.ofSize(Lab.SEGMENT).bring(spool);
        spool.begin().write(new byte[Lab.SEGMENT], 0, Lab.SEGMENT);
        lab.kill(spool);
        byte[] log = lab.disk.content(lab.usedSegment());
        log[LogRecord.HEAD + 5] ^= 1;
        lab.disk.content(lab.usedSegment(), log);
        SegmentedSpool reopened = lab.open();
        assertEquals(List.of(), Lab.claimAll(reopened));
        lab.cutPower(reopened);
        assertEquals(
                List.of(spoiled.value() + ".eml" + SpoolDirectory.DAMAGED),
                lab.largeFiles(),
                "nor was the other accepted");
    }

    @Test
    void damage_that_comes_while_a_mail_waits_is_found_when_it_is_claimed() throws Exception {
        try (SegmentedSpool spool = lab.open()) {
            SentMail.ofSize(1000).bring(spool);
            SpoolId second = SentMail.ofSize(2000).bring(spool);
            byte[] spoiled = lab.disk.content(lab.usedSegment());
            spoiled[500] ^= 1;
            lab.disk.content(lab.usedSegment(), spoiled);
            assertEquals(second, Lab.claim(spool).id());
            assertEquals(Optional.empty(), spool.claim(Duration.ZERO));
            assertEquals(1, spool.backlog());
            assertEquals(1, spool.figures().damagedSegments());
        }
    }

    @Test
    void a_large_mail_whose_file_is_gone_is_damage() throws Exception {
        try (SegmentedSpool spool = lab.open()) {
            SpoolId large = SentMail.ofSize(Lab.SEGMENT).bring(spool);
            lab.disk.boot().delete(lab.directory.largeFiles().file(large));
            assertEquals(List.of(), Lab.claimAll(spool));
            assertEquals(1, spool.figures().damagedSegments());
        }
    }

    @Test
    void a_large_mail_whose_file_is_spoiled_cannot_be_read_to_its_end() throws Exception {
        try (SegmentedSpool spool = lab.open()) {
            Path file =
                    lab.directory.largeFiles().file(SentMail.ofSize(Lab.SEGMENT).bring(spool));
            byte[] spoiled = lab.disk.content(file);
            spoiled[1000] ^= 1;
            lab.disk.content(file, spoiled);
            SpooledMail claimed = Lab.claim(spool);
            try (InputStream raw = claimed.open()) {
                assertThrows(DamagedMail.class, raw::readAllBytes);
            }
            try (InputStream raw = claimed.open()) {
                assertThrows(DamagedMail.class, () -> raw.skipNBytes(Lab.SEGMENT + 1));
            }
            try (InputStream raw = claimed.open()) {
                lab.disk.content(file, Arrays.copyOf(spoiled, 1000));
                assertThrows(DamagedMail.class, raw::readAllBytes);
            }
            assertThrows(DamagedMail.class, claimed::open);
            lab.disk.boot().delete(file);
            assertThrows(DamagedMail.class, claimed::open);
        }
    }

    @Test
    void a_large_mail_that_cannot_be_read_now_is_not_taken_for_a_damaged_one() throws Exception {
        try (SegmentedSpool spool = lab.open()) {
            SentMail sent = SentMail.ofSize(Lab.SEGMENT);
            sent.bring(spool);
            SpooledMail claimed = Lab.claim(spool);
            try (InputStream raw = claimed.open()) {
                lab.disk.faults((call, file) -> call == Call.READ);
                assertThrows(Unavailable.class, raw::readAllBytes);
            }
            lab.disk.faults((call, file) -> call == Call.OPEN);
            assertThrows(Unavailable.class, claimed::open);
            lab.disk.faults((call, file) -> false);
            sent.assertSameAs(claimed);
        }
    }

    @Test
    void the_file_of_a_damaged_mail_is_kept_for_good() throws Exception {
        SegmentedSpool spool = lab.open();
        Path file = lab.directory.largeFiles().file(SentMail.ofSize(Lab.SEGMENT).bring(spool));
        byte[] shortened = Arrays.copyOf(lab.disk.content(file), 5000);
        lab.disk.content(file, shortened);
        assertEquals(List.of(), Lab.claimAll(spool));
        assertKeptForGood(spool, file, shortened);
    }

    @Test
    void a_mail_that_its_reader_found_damaged_is_handed_out_no_more_and_kept_for_good(@TempDir Path rawMail)
            throws Exception {
        SegmentedSpool spool = lab.open();
        Path file = lab.directory.largeFiles().file(SentMail.ofSize(Lab.SEGMENT).bring(spool));
        byte[] spoiled = lab.disk.content(file);
        spoiled[1000] ^= 1;
        lab.disk.content(file, spoiled);
        SpooledMail claimed = Lab.claim(spool);
        FileRawMailStore store = FileRawMailStore.open(rawMail.resolve("raw"));
        try (InputStream raw = claimed.open()) {
            assertThrows(DamagedMail.class, () -> store.put(raw));
        }
        spool.setAside(claimed.id(), "as its reader says");
        spool.setAside(claimed.id(), "said twice, which changes nothing");
        assertKeptForGood(spool, file, spoiled);
    }

    @Test
    void a_damaged_mail_waits_while_its_file_cannot_be_set_aside() throws Exception {
        try (SegmentedSpool spool = lab.open()) {
            Path file =
                    lab.directory.largeFiles().file(SentMail.ofSize(Lab.SEGMENT).bring(spool));
            lab.disk.content(file, new byte[1]);
            lab.disk.faults((call, path) -> call == Call.FORCE_DIRECTORY);
            assertEquals(List.of(), Lab.claimAll(spool));
            assertEquals(1, spool.backlog());
            lab.disk.faults((call, path) -> false);
            lab.clock.turn(Duration.ofMinutes(1));
            assertEquals(List.of(), Lab.claimAll(spool));
            assertEquals(0, spool.backlog());
            assertTrue(lab.disk.exists(SpoolDirectory.setAside(file)));
        }
    }

    /** Whatever happens to the spool, and however often it is opened again. */
    private void assertKeptForGood(SegmentedSpool spool, Path file, byte[] content) throws Exception {
        assertEquals(0, spool.backlog());
        assertEquals(1, spool.figures().damagedSegments());
        assertEquals(
                List.of(
                        SpoolDirectory.setAside(file).toString(),
                        lab.usedSegment().toString()),
                spool.damaged().stream().map(SpoolClaims.Damaged::where).toList());
        lab.cutPower(spool);
        for (int life = 0; life < 3; life++) {
            SegmentedSpool reopened = lab.open();
            assertEquals(List.of(), Lab.claimAll(reopened));
            assertTrue(reopened.checkpoint());
            assertEquals(1, reopened.figures().damagedSegments());
            assertEquals(
                    List.of(
                            lab.files(SpoolDirectory.DAMAGED).get(0).toString(),
                            SpoolDirectory.setAside(file).toString()),
                    reopened.damaged().stream().map(SpoolClaims.Damaged::where).toList());
            lab.cutPower(reopened);
            assertEquals(
                    1,
                    lab.files(SpoolDirectory.SEGMENT + SpoolDirectory.DAMAGED).size());
            assertArrayEquals(content, lab.disk.content(SpoolDirectory.setAside(file)));
        }
    }

    @Test
    void records_of_an_earlier_use_of_the_file_are_not_read_again() throws Exception {
        SegmentedSpool spool = lab.open();
        Lab.fillOneSegment(spool);
        Lab.claimAll(spool).forEach(mail -> spool.processed(mail.id()));
        assertTrue(spool.checkpoint());
        assertEquals(1, lab.files(SpoolDirectory.SPARE).size());
        spool.close();

        for (int life = 0; life < 3; life++) {
            try (SegmentedSpool reopened = lab.open()) {
                assertEquals(0, reopened.backlog());
                SpoolId id = SentMail.ofSize(life).bring(reopened);
                SpooledMail claimed = Lab.claim(reopened);
                assertEquals(id, claimed.id());
                reopened.processed(id);
                assertTrue(reopened.checkpoint());
            }
        }
    }

    @Test
    void a_record_in_the_body_of_a_mail_is_no_record() throws Exception {
        SegmentedSpool spool = lab.open();
        SpoolId first = SentMail.ofSize(500).bring(spool);
        byte[] log = lab.disk.content(lab.usedSegment());
        // The log so far, at every alignment: one of them is that of a search.
        byte[] body = new byte[lab.config.inlineBytes()];
        for (int at = 0; at + 1024 < body.length; at += 1024 + 1) {
            System.arraycopy(log, 0, body, at, 1024);
        }
        SentMail carrier = new SentMail(
                body, SentMail.ofSize(1).envelope(), SentMail.ofSize(1).arrival());
        for (int i = 0; i < 3; i++) {
            carrier.bring(spool);
        }
        SpoolId last = SentMail.ofSize(10).bring(spool);
        lab.kill(spool);
        Path segment = lab.usedSegment();
        byte[] content = lab.disk.content(segment);
        List<LogRecord> records = lab.scan(segment, content).mails();
        for (LogRecord record : records.subList(1, 4)) {
            content[(int) record.place().position()] ^= 1;
        }
        assertEquals(
                List.of(first, last),
                lab.scan(segment, content).mails().stream().map(LogRecord::id).toList());
    }

    @Test
    void a_lost_identity_is_read_from_the_log() throws Exception {
        SegmentedSpool spool = lab.open();
        SpoolId id = SentMail.ofSize(10).bring(spool);
        spool.close();
        lab.disk.boot().delete(lab.directory.identity());
        try (SegmentedSpool reopened = lab.open()) {
            assertEquals(id, Lab.claim(reopened).id());
        }
    }

    @Test
    void files_of_mails_that_were_never_accepted_are_swept() throws Exception {
        SegmentedSpool spool = lab.open();
        SpoolId accepted = SentMail.ofSize(Lab.SEGMENT).bring(spool);
        spool.begin().write(new byte[Lab.SEGMENT], 0, Lab.SEGMENT);
        assertEquals(2, lab.largeFiles().size());
        lab.kill(spool);
        try (SegmentedSpool reopened = lab.open()) {
            assertEquals(
                    List.of(String.valueOf(
                            lab.directory.largeFiles().file(accepted).getFileName())),
                    lab.largeFiles());
            assertEquals(1, reopened.backlog());
        }
    }

    @Test
    void where_records_are_damaged_files_of_unknown_mails_are_kept() throws Exception {
        SegmentedSpool spool = lab.open();
        SpoolId lost = SentMail.ofSize(Lab.SEGMENT).bring(spool);
        SentMail.ofSize(10).bring(spool);
        spool.close();
        byte[] spoiled = lab.disk.content(lab.usedSegment());
        spoiled[20] ^= 1;
        lab.disk.content(lab.usedSegment(), spoiled);
        try (SegmentedSpool reopened = lab.open()) {
            assertEquals(1, reopened.backlog());
            assertTrue(lab.disk.exists(
                    SpoolDirectory.setAside(lab.directory.largeFiles().file(lost))));
            lab.cutPower(reopened);
        }
        assertTrue(lab.disk.exists(
                SpoolDirectory.setAside(lab.directory.largeFiles().file(lost))));
    }

    @Test
    void marks_that_are_torn_only_let_mails_come_again() throws Exception {
        SegmentedSpool spool = lab.open();
        for (int i = 0; i < 4; i++) {
            SentMail.ofSize(i).bring(spool);
        }
        List<SpooledMail> mails = Lab.claimAll(spool);
        spool.processed(mails.get(0).id());
        spool.processed(mails.get(1).id());
        spool.checkpoint();
        lab.kill(spool);
        Path marks = lab.files(SpoolDirectory.MARKS).get(0);
        byte[] whole = lab.disk.content(marks);
        assertEquals(6 * Marks.LENGTH, whole.length);
        for (int cut = 0; cut <= whole.length; cut++) {
            lab.disk.content(marks, Arrays.copyOf(whole, cut));
            Marks.Known known = Marks.existing(lab.disk.boot(), marks).read();
            assertEquals(Math.min(4, cut / Marks.LENGTH), known.attempts().size());
            assertEquals(Math.max(0, cut / Marks.LENGTH - 4), known.proved().size());
        }
    }

    /** Three mails, each forced on its own, by a spool that was killed afterwards. */
    private List<LogRecord> threeMailsInRoundsOfTheirOwn() throws Exception {
        SegmentedSpool spool = lab.open();
        SentMail.ofSize(300).bring(spool);
        SentMail.ofSize(4000).bring(spool);
        SentMail.ofSize(700).bring(spool);
        lab.kill(spool);
        Path segment = lab.usedSegment();
        List<LogRecord> records = lab.scan(segment, lab.disk.content(segment)).mails();
        assertEquals(3, records.size());
        return records;
    }

    /** Three mails that were forced together, in the one segment of a spool that was killed. */
    private List<SpoolId> threeMailsInOneRound() throws Exception {
        SegmentedSpool spool = lab.open();
        SentMail.ofSize(10).bring(spool);
        lab.kill(spool);
        Path file = lab.usedSegment();
        UUID identity =
                lab.scan(file, lab.disk.content(file)).mails().get(0).place().spool();
        lab.disk.boot().delete(file);
        lab.disk.boot().delete(lab.directory.marks(1));
        Segment segment = new Segment(7, Marks.fresh(lab.disk.boot(), lab.directory.marks(7)));
        lab.disk
                .boot()
                .open(lab.directory.segment(7), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)
                .close();
        lab.disk.content(lab.directory.segment(7), new byte[Lab.SEGMENT]);
        SegmentWriter writer = new SegmentWriter(
                lab.disk.boot().open(lab.directory.segment(7), StandardOpenOption.WRITE),
                identity,
                segment,
                ByteBuffer.allocate(Lab.SEGMENT));
        SentMail sent = SentMail.ofSize(10);
        List<SpoolId> ids = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            InlineBody body = new InlineBody(new ChunkPool(Lab.SEGMENT));
            assertTrue(body.add(sent.body(), 0, sent.body().length));
            ids.add(writer.append(new PendingCommit(
                            LogRecord.Kind.INLINE,
                            SpoolId.at(lab.clock.instant()),
                            EnvelopeFormat.encode(sent.envelope(), sent.arrival()),
                            body,
                            LogRecord.Part.of(ByteBuffer.wrap(sent.body()))))
                    .id());
        }
        writer.force();
        writer.close();
        return ids;
    }

    private static Optional<LogRecord> recordAt(long position, List<LogRecord> records) {
        return records.stream()
                .filter(record -> record.place().position() <= position && position < record.end())
                .findFirst();
    }
}
