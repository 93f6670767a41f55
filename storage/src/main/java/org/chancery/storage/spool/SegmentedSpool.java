package org.chancery.storage.spool;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.SpoolId;
import org.chancery.core.spool.Admission;
import org.chancery.core.spool.Checkpoint;
import org.chancery.core.spool.Incoming;
import org.chancery.core.spool.Spool;
import org.chancery.core.spool.SpoolClaims;
import org.chancery.core.spool.SpooledMail;
import org.chancery.storage.disk.Disk;
import org.chancery.storage.disk.LocalDisk;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The spool on this machine's disk: a log of segments, forced in groups.
 *
 * <p>Three threads belong to it: {@code spool-commit} makes mails durable, {@code spool-segments} prepares files, {@code
 * spool-checkpoint} lets processed mails go. Everything else happens in the threads of the callers, which may be interrupted
 * at any time.
 */
public final class SegmentedSpool implements Spool, SpoolClaims, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentedSpool.class);
    // After a disk could not be read, so that a worker does not ask it again and again.
    private static final Duration READ_AGAIN_AFTER = Duration.ofSeconds(5);

    private final SpoolConfig config;
    private final InstantSource clock;
    private final Closeable lock;
    private final SpoolDirectory directory;
    private final LargeFiles largeFiles;
    private final ChunkPool memory;
    private final SpoolCounters counters;
    private final Backlog backlog;
    private final LogReader reader;
    private final SegmentSupply supply;
    private final GroupCommit commits;
    private final Checkpointer checkpointer;
    private final Gate gate;
    private final int damagedBefore;

    /**
     * Opens the spool and reads back what waits in it.
     *
     * @param storage asked for proof before mails are let go
     * @throws Unavailable where the directory cannot be read or written
     * @throws IllegalStateException where another spool has the directory open
     */
    public static SegmentedSpool open(SpoolConfig config, Checkpoint storage, InstantSource clock) {
        return open(config, storage, clock, new LocalDisk());
    }

    static SegmentedSpool open(SpoolConfig config, Checkpoint storage, InstantSource clock, Disk disk) {
        SpoolDirectory directory = new SpoolDirectory(disk, config.directory().toAbsolutePath());
        try {
            Closeable lock = prepareDirectory(directory);
            try {
                SegmentedSpool spool = new SegmentedSpool(config, storage, clock, directory, lock);
                spool.start();
                return spool;
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw new Unavailable("opening the spool in " + directory.root(), e);
        }
    }

    private SegmentedSpool(
            SpoolConfig config, Checkpoint storage, InstantSource clock, SpoolDirectory directory, Closeable lock)
            throws IOException {
        this.config = config;
        this.clock = clock;
        this.lock = lock;
        this.directory = directory;
        this.largeFiles = directory.largeFiles();
        this.memory = new ChunkPool(config.memoryBytes());
        this.counters = new SpoolCounters(clock);
        this.backlog = new Backlog(clock);
        UUID identity = new SpoolIdentity(directory).readOrMake();
        Recovery.Found found = new Recovery(directory, identity, backlog).run();
        this.damagedBefore = found.setAside();
        this.reader = new LogReader(directory, identity);
        this.supply = new SegmentSupply(directory, config, found.nextNumber(), found.spares());
        this.commits = new GroupCommit(directory, identity, supply, backlog, counters);
        this.checkpointer = new Checkpointer(directory, config.checkpointEvery(), storage, backlog, supply, clock);
        this.gate = new Gate(directory, config, backlog, commits, clock);
    }

    private static Closeable prepareDirectory(SpoolDirectory directory) throws IOException {
        Disk disk = directory.disk();
        disk.createDirectories(directory.largeFiles().directory());
        Closeable lock = disk.lock(directory.lock())
                .orElseThrow(() -> new IllegalStateException(
                        "the spool in " + directory.root() + " is in use; data.directory belongs to one server only"));
        try {
            directory.forceNames();
            Path above = directory.root().getParent();
            if (above != null) {
                disk.forceDirectory(above);
            }
            return lock;
        } catch (IOException e) {
            lock.close();
            throw e;
        }
    }

    private void start() {
        // Segments that are done are released first, and serve as the next ones.
        checkpointer.checkpoint();
        LOG.info("the spool in {} is open; {} mails wait", config.directory(), backlog.size());
        supply.start();
        commits.start();
        checkpointer.start();
    }

    @Override
    public Admission admission() {
        return gate.admission();
    }

    @Override
    public Incoming begin() {
        return new IncomingMail(
                SpoolId.at(clock.instant()), config.inlineBytes(), memory, largeFiles, gate, commits, counters);
    }

    @Override
    public long backlog() {
        return backlog.size();
    }

    @Override
    public Optional<SpooledMail> claim(Duration wait) throws InterruptedException {
        while (true) {
            Optional<LoggedMail> next = backlog.take(wait);
            if (next.isEmpty()) {
                return Optional.empty();
            }
            Optional<SpooledMail> read = handOut(next.get());
            if (read.isPresent()) {
                counters.claimed();
                return read;
            }
        }
    }

    @Override
    public void processed(SpoolId id) {
        if (backlog.processed(id)) {
            checkpointer.wake();
        }
    }

    @Override
    public void retry(SpoolId id, Instant notBefore) {
        backlog.retry(id, notBefore);
    }

    @Override
    public void postpone(SpoolId id, Instant notBefore) {
        backlog.postpone(id, notBefore).ifPresent(mail -> noteBegun(mail, mail.attempts));
    }

    @Override
    public void due(SpoolId id) {
        backlog.due(id);
    }

    @Override
    public void setAside(SpoolId id, String why) {
        backlog.inPipeline(id).ifPresent(mail -> setAside(mail, why));
    }

    @Override
    public int arrivalsPerSecond() {
        return counters.arrivalsInTheLastSecond();
    }

    @Override
    public List<Waiting> waiting(int limit) {
        List<Waiting> lines = new ArrayList<>();
        for (LoggedMail mail : backlog.oldest(limit)) {
            try {
                EnvelopeFormat.Decoded said = reader.readEnvelope(mail);
                lines.add(new Waiting(
                        mail.id(),
                        said.arrival().at(),
                        mail.size(),
                        mail.attempts,
                        said.envelope().reversePath().toString(),
                        said.envelope().recipients().size()));
            } catch (NoSuchFileException released) {
                LOG.debug("the mail {} was let go meanwhile", mail.id(), released);
            } catch (IOException | DamagedRecord e) {
                lines.add(new Waiting(
                        mail.id(), mail.since(), mail.size(), mail.attempts, "(cannot be read: " + e + ")", 0));
            }
        }
        return lines;
    }

    @Override
    public List<Damaged> damaged() {
        try {
            List<Path> files = new ArrayList<>(directory.allSetAside());
            backlog.damagedSegments().forEach(number -> files.add(directory.segment(number)));
            List<Damaged> lines = new ArrayList<>();
            for (Path file : files) {
                // What has no size was taken away, or got its other name, meanwhile.
                directory.disk().size(file).ifPresent(octets -> lines.add(new Damaged(file.toString(), octets)));
            }
            return lines;
        } catch (IOException e) {
            throw new Unavailable("listing what is damaged in " + directory.root(), e);
        }
    }

    /** The files that were set aside in the directory of a spool, open or not; none where there is no such directory. */
    public static List<Path> setAsideIn(Path directory) {
        try {
            return new SpoolDirectory(new LocalDisk(), directory).allSetAside();
        } catch (NoSuchFileException absent) {
            return List.of();
        } catch (IOException e) {
            throw new Unavailable("listing what is damaged in " + directory, e);
        }
    }

    /** How the spool stands. */
    public SpoolFigures figures() {
        Instant now = clock.instant();
        Checkpointer.Past past = checkpointer.past();
        return new SpoolFigures(
                counters.commits(),
                counters.batches(),
                counters.bytes(),
                counters.refusals(),
                counters.spills(),
                counters.claims(),
                backlog.size(),
                backlog.oldest(1).stream()
                        .findFirst()
                        .map(mail -> Duration.between(mail.since(), now))
                        .orElse(Duration.ZERO),
                backlog.unprovedCount(),
                memory.takenBytes(),
                backlog.segmentCount(),
                damagedBefore + past.setAside() + backlog.damagedSegments().size(),
                past.proofs(),
                past.failures(),
                past.last().map(at -> Duration.between(at, now)).orElse(Duration.ZERO),
                past.took());
    }

    /** Takes no mail any more, finishes the commits that wait, has storage prove what was processed, and closes the files. */
    @Override
    public void close() {
        gate.stop();
        backlog.close();
        commits.close();
        supply.close();
        checkpointer.close();
        try {
            lock.close();
        } catch (IOException e) {
            LOG.debug("unlocking the spool", e);
        }
        LOG.info("the spool in {} is closed; {} mails wait for the next start", config.directory(), backlog.size());
    }

    /** One checkpoint, now and in this thread. Whether all that was processed is let go. */
    boolean checkpoint() {
        return checkpointer.checkpoint();
    }

    /** The mail, its attempt written down first; empty where it cannot be read now. */
    private Optional<SpooledMail> handOut(LoggedMail mail) throws InterruptedException {
        int attempt = mail.attempts;
        try {
            noteBegun(mail, attempt);
            return Optional.of(reader.read(mail, attempt));
        } catch (ClosedByInterruptException e) {
            postpone(mail.id(), Instant.MIN);
            throw interrupted(e);
        } catch (IOException e) {
            LOG.error("the spooled mail {} cannot be read now; it is tried again", mail.id(), e);
            postpone(mail.id(), clock.instant().plus(READ_AGAIN_AFTER));
            return Optional.empty();
        } catch (DamagedRecord e) {
            setAside(mail, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private void setAside(LoggedMail mail, String why) {
        try {
            if (mail.isLarge()) {
                // Before its segment can go: the next start sweeps the files that no record speaks of.
                largeFiles.setAside(mail.id());
            }
        } catch (IOException e) {
            LOG.error("the damaged mail {} cannot be set aside now; it is tried again", mail.id(), e);
            postpone(mail.id(), clock.instant().plus(READ_AGAIN_AFTER));
            return;
        }
        LOG.error(
                "the spooled mail {} is damaged and cannot be processed: {}; segment {}{} for the operator",
                mail.id(),
                why,
                mail.segment().number(),
                mail.isLarge() ? " and the file of its body are kept" : " is kept");
        backlog.damaged(mail);
    }

    private void noteBegun(LoggedMail mail, int attempts) {
        // An interrupted thread could write nothing; and a worker that is stopped has to take its attempt back.
        boolean interrupted = Thread.interrupted();
        try {
            mail.segment().marks().begun(mail.id(), attempts);
        } catch (IOException e) {
            // The mail must not wait for a note about it: after a crash its attempts are counted wrongly by one.
            LOG.warn("an attempt at the spooled mail {} could not be noted", mail.id(), e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static InterruptedException interrupted(ClosedByInterruptException cause) {
        // The channel left the thread interrupted; the exception tells it from now on.
        Thread.interrupted();
        InterruptedException interrupted = new InterruptedException("while a spooled mail was read");
        interrupted.initCause(cause);
        return interrupted;
    }
}
