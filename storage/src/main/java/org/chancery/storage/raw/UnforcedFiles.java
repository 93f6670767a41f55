package org.chancery.storage.raw;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.chancery.storage.disk.Disk;

/** Which files and names were not forced yet. Used by many threads at once; one forces at a time. */
final class UnforcedFiles {
    // Several forces at a time share one commit of the file system's journal; beyond a handful nothing more is gained.
    private static final int THREADS = 4;

    private final Disk disk;
    private final Work rewrite;
    private final Object forcing = new Object();

    // Guarded by this:
    private Set<Path> files = new LinkedHashSet<>();
    private Set<Path> directories = new LinkedHashSet<>();
    // Files that could not be forced: the system may call them clean since, so that they have to be written anew.
    private final Set<Path> suspects = new HashSet<>();
    // Directories whose own names were forced.
    private final Set<Path> anchored = new HashSet<>();

    /** What is done with one file or directory. */
    @FunctionalInterface
    interface Work {
        void on(Path path) throws IOException;
    }

    /** What was collected between two forces. */
    private record Taken(Set<Path> files, Set<Path> directories, Set<Path> suspects) {}

    private record Failure(Path path, IOException cause) {}

    /**
     * @param rewrite writes a file anew under the same name, and forces it
     */
    UnforcedFiles(Disk disk, Work rewrite) {
        this.disk = disk;
        this.rewrite = rewrite;
    }

    /** The file is in its place, and is to be forced with its name. */
    synchronized void add(Path file) {
        Path directory = directoryOf(file);
        files.add(file);
        directories.add(directory);
        if (!anchored.contains(directory)) {
            directories.add(directoryOf(directory));
        }
    }

    /** Forces all that was added before the call; what fails is kept for the next call. */
    void force() throws IOException {
        synchronized (forcing) {
            Taken taken = take();
            boolean done = false;
            try {
                Map<Path, IOException> failed = failures(this::writeAnew, taken.suspects());
                failed.putAll(failures(this::forceFile, taken.files()));
                // Names after contents, else a power cut in between leaves the name of a torn file.
                Map<Path, IOException> unnamed = failures(disk::forceDirectory, taken.directories());
                settle(taken.directories(), unnamed.keySet());
                done = true;
                failed.putAll(unnamed);
                requireNone(failed);
            } finally {
                if (!done) {
                    giveBack(taken);
                }
            }
        }
    }

    /** Forces the one file and its name. */
    void force(Path file) throws IOException {
        if (isSuspect(file)) {
            writeAnew(file);
        } else {
            forceFile(file);
        }
        Path directory = directoryOf(file);
        disk.forceDirectory(directory);
        if (!isAnchored(directory)) {
            disk.forceDirectory(directoryOf(directory));
            settle(Set.of(directory), Set.of());
        }
    }

    private synchronized Taken take() {
        Taken taken = new Taken(files, directories, Set.copyOf(suspects));
        files = new LinkedHashSet<>();
        directories = new LinkedHashSet<>();
        return taken;
    }

    // Forcing them broke off, nobody knows where; some may have failed.
    private synchronized void giveBack(Taken taken) {
        taken.files().forEach(this::suspect);
        directories.addAll(taken.directories());
    }

    private synchronized void settle(Set<Path> forced, Set<Path> unnamed) {
        directories.addAll(unnamed);
        for (Path directory : forced) {
            if (!unnamed.contains(directoryOf(directory))) {
                anchored.add(directory);
            }
        }
    }

    private static void requireNone(Map<Path, IOException> failed) throws IOException {
        if (!failed.isEmpty()) {
            Map.Entry<Path, IOException> first = failed.entrySet().iterator().next();
            throw new IOException(
                    first.getKey() + " and " + (failed.size() - 1) + " others are not forced", first.getValue());
        }
    }

    // Written anew, it has a new name to be forced.
    private synchronized void suspect(Path file) {
        suspects.add(file);
        directories.add(directoryOf(file));
    }

    private synchronized boolean isSuspect(Path file) {
        return suspects.contains(file);
    }

    private synchronized boolean isAnchored(Path directory) {
        return anchored.contains(directory);
    }

    private void writeAnew(Path file) throws IOException {
        rewrite.on(file);
        synchronized (this) {
            suspects.remove(file);
        }
    }

    private void forceFile(Path file) throws IOException {
        try (FileChannel channel = disk.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        } catch (IOException e) {
            suspect(file);
            throw e;
        }
    }

    /** Does the work on all, several at a time, and gives those with which it failed. */
    private static Map<Path, IOException> failures(Work work, Set<Path> paths) throws IOException {
        Map<Path, IOException> failures = new LinkedHashMap<>();
        if (paths.isEmpty()) {
            return failures;
        }
        List<Callable<Optional<Failure>>> tasks = new ArrayList<>();
        paths.forEach(path -> tasks.add(() -> attempt(work, path)));
        try (ExecutorService threads = Executors.newFixedThreadPool(
                Math.min(THREADS, tasks.size()),
                Thread.ofPlatform().name("raw-mail-force-", 1).factory())) {
            for (Future<Optional<Failure>> outcome : threads.invokeAll(tasks)) {
                outcome.get().ifPresent(failure -> failures.put(failure.path(), failure.cause()));
            }
            return failures;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while raw mail was forced");
        } catch (ExecutionException e) {
            throw new IOException("forcing raw mail broke", e);
        }
    }

    private static Optional<Failure> attempt(Work work, Path path) {
        try {
            work.on(path);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(new Failure(path, e));
        }
    }

    private static Path directoryOf(Path path) {
        return Objects.requireNonNull(path.getParent());
    }
}
