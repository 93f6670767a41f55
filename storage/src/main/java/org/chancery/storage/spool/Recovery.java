package org.chancery.storage.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.chancery.core.id.SpoolId;
import org.chancery.storage.disk.Disk;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads back what is in the spool's directory when it is opened. Mails that are whole and were not proved to be in storage
 * wait again, in their order. What the last writes before a power cut left behind is passed over: no 250 was said for it.
 * What is unreadable among records that had been forced is damage: it is reported, and its file kept. So is the file with a
 * record that may be either: one of the last writes, spoiled behind its head, by a power cut or long after its 250.
 */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final Disk disk;
    private final SpoolDirectory directory;
    private final LargeFiles largeFiles;
    private final UUID spool;
    private final Backlog backlog;

    private final Set<Path> largeInUse = new HashSet<>();
    private final Set<Path> largeDone = new HashSet<>();
    // Their records are spoiled, but for the heads.
    private final Set<Path> largeOfSpoiled = new HashSet<>();
    // There may be bodies whose records nobody can read.
    private boolean headsMissing;

    Recovery(SpoolDirectory directory, UUID spool, Backlog backlog) {
        this.disk = directory.disk();
        this.directory = directory;
        this.largeFiles = directory.largeFiles();
        this.spool = spool;
        this.backlog = backlog;
    }

    /** Why a place of the log cannot be read. */
    private enum Cause {
        /** Something spoiled what had been forced. */
        DAMAGE,
        /** The power failed before it was forced; nothing there was accepted. */
        POWER_CUT,
        /** One of the two. */
        UNKNOWN,
        /** Whatever it is, storage holds the mail. */
        NO_MATTER;

        boolean mayBeAccepted() {
            return this == DAMAGE || this == UNKNOWN;
        }
    }

    /**
     * How the directory was found.
     *
     * @param nextNumber for the next segment: above all that are in use, so that nothing left in a file used again can be
     *     taken for a record of its new number
     * @param spares numbers of emptied segments
     * @param setAside how many damaged segments wait for the operator
     */
    record Found(long nextNumber, List<Long> spares, int setAside) {}

    /** Fills the backlog. */
    Found run() throws IOException {
        List<Path> files = disk.list(directory.root());
        List<Long> segments = numbers(files, SpoolDirectory.SEGMENT);
        readSegments(segments);
        for (long unfinished : numbers(files, SpoolDirectory.UNFINISHED)) {
            disk.delete(directory.unfinished(unfinished));
        }
        for (long marks : numbers(files, SpoolDirectory.MARKS)) {
            if (!segments.contains(marks)) {
                disk.delete(directory.marks(marks));
            }
        }
        sweepLargeFiles();
        List<Long> spares = numbers(files, SpoolDirectory.SPARE);
        List<Long> setAside = numbers(files, SpoolDirectory.SEGMENT + SpoolDirectory.DAMAGED);
        if (!setAside.isEmpty()) {
            LOG.warn("{} damaged segments of the spool wait for the operator in {}", setAside.size(), directory.root());
        }
        return new Found(1 + highest(segments, spares, setAside), spares, setAside.size());
    }

    private void readSegments(List<Long> numbers) throws IOException {
        ByteBuffer window = SegmentScan.newWindow();
        for (long number : numbers) {
            SegmentScan.Found found = SegmentScan.read(directory, spool, number, window);
            Segment segment = new Segment(number, Marks.existing(disk, directory.marks(number)));
            Marks.Known known = segment.marks().read();
            long forced = forcedUpTo(found, known);
            for (SegmentScan.Gap gap : found.gaps()) {
                Cause cause = causeOf(gap, forced, known);
                report(number, gap, cause);
                keepWhatIsLeft(gap, cause, segment);
            }
            backlog.opened(segment);
            backlog.committed(waiting(segment, found.mails(), known));
            backlog.full(segment);
        }
    }

    private List<LoggedMail> waiting(Segment segment, List<LogRecord> records, Marks.Known known) {
        List<LoggedMail> waiting = new ArrayList<>();
        for (LogRecord record : records) {
            boolean isDone = known.proved().contains(record.id());
            if (record.kind() == LogRecord.Kind.LARGE) {
                (isDone ? largeDone : largeInUse).add(largeFiles.file(record.id()));
            }
            if (isDone) {
                continue;
            }
            waiting.add(new LoggedMail(record, segment, known.attempts().getOrDefault(record.id(), 0)));
        }
        return waiting;
    }

    // A mail is handed out only after it was forced, and with it all that stands before it.
    private static long forcedUpTo(SegmentScan.Found found, Marks.Known known) {
        return found.mails().stream()
                .filter(mail -> known.attempts().containsKey(mail.id())
                        || known.proved().contains(mail.id()))
                .mapToLong(LogRecord::end)
                .reduce(found.lastBatch(), Math::max);
    }

    private static Cause causeOf(SegmentScan.Gap gap, long forced, Marks.Known known) {
        Optional<SpoolId> id = gap.head().map(LogRecord::id);
        if (id.filter(known.proved()::contains).isPresent()) {
            return Cause.NO_MATTER;
        }
        boolean handedOut = id.filter(known.attempts()::containsKey).isPresent();
        if (gap.from() < forced || handedOut) {
            return Cause.DAMAGE;
        }
        return id.isPresent() ? Cause.UNKNOWN : Cause.POWER_CUT;
    }

    private void keepWhatIsLeft(SegmentScan.Gap gap, Cause cause, Segment segment) {
        if (!cause.mayBeAccepted()) {
            return;
        }
        segment.markDamaged();
        if (gap.head().isEmpty()) {
            headsMissing = true;
        }
        gap.head()
                .filter(head -> head.kind() == LogRecord.Kind.LARGE)
                .ifPresent(head -> largeOfSpoiled.add(largeFiles.file(head.id())));
    }

    private void report(long number, SegmentScan.Gap gap, Cause cause) {
        switch (cause) {
            case NO_MATTER ->
                LOG.warn(
                        "segment {} of the spool is damaged at octet {}, in a mail that is in storage already",
                        number,
                        gap.from());
            case DAMAGE ->
                LOG.error(
                        "segment {} of the spool is damaged from octet {} to {}: {} mails there cannot be read;"
                                + " the file is kept as {} when its other mails are done",
                        number,
                        gap.from(),
                        gap.to(),
                        gap.records(),
                        directory.damagedSegment(number).getFileName());
            case UNKNOWN ->
                LOG.warn(
                        "segment {} of the spool cannot be read from octet {} to {}, among its last writes: either a power"
                                + " cut tore a mail that was not yet accepted, or the disk spoiled one that was;"
                                + " the file is kept as {} when its other mails are done",
                        number,
                        gap.from(),
                        gap.to(),
                        directory.damagedSegment(number).getFileName());
            case POWER_CUT ->
                LOG.warn(
                        "segment {} of the spool breaks off at octet {}, as a power cut leaves it: {} mails that"
                                + " were not yet accepted are dropped",
                        number,
                        gap.from(),
                        gap.records());
        }
    }

    // Files that no record speaks of were never accepted; but where records cannot be read, they may have been.
    private void sweepLargeFiles() throws IOException {
        boolean setAside = false;
        for (Path file : largeFiles.all()) {
            if (largeInUse.contains(file)) {
                continue;
            }
            if ((headsMissing && !largeDone.contains(file)) || largeOfSpoiled.contains(file)) {
                LOG.error("the spooled mail {} is in no record that can be read; it is kept for the operator", file);
                disk.rename(file, SpoolDirectory.setAside(file));
                setAside = true;
            } else {
                disk.delete(file);
            }
        }
        if (setAside) {
            // Else a power cut gives them their old names back, and by then nothing may say that a record is missing.
            largeFiles.forceNames();
        }
    }

    private static List<Long> numbers(List<Path> files, String suffix) {
        return files.stream()
                .map(file -> SpoolDirectory.numberOf(file, suffix))
                .flatMapToLong(OptionalLong::stream)
                .sorted()
                .boxed()
                .toList();
    }

    private static long highest(List<Long> segments, List<Long> spares, List<Long> setAside) {
        return Stream.of(segments, spares, setAside)
                .flatMap(List::stream)
                .mapToLong(Long::longValue)
                .max()
                .orElse(0);
    }
}
