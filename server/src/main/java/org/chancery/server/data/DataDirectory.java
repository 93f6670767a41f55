package org.chancery.server.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.chancery.core.evidence.EvidenceKey;
import org.chancery.server.config.ConfigurationError;

/**
 * The directory that one server has to itself while it runs. The lock is the operating system's, so that a server that was
 * killed leaves none behind.
 */
public final class DataDirectory implements AutoCloseable {
    private static final int KEY_BYTES = 32;
    private static final String LOCK = "lock";

    /**
     * The roots that servers of this process hold, which guards itself. The system's lock belongs to the process: closing any
     * channel of the lock file gives it back, so that one of our own must not even be looked at.
     */
    private static final Set<Path> TAKEN = new HashSet<>();

    private final Path root;
    private final FileChannel lockFile;
    private final FileLock lock;

    private DataDirectory(Path root, FileChannel lockFile, FileLock lock) {
        this.root = root;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /**
     * Takes the directory, making it where it is missing.
     *
     * @throws ConfigurationError where it cannot be used, or another server uses it
     */
    public static DataDirectory take(Path directory) {
        Path root = directory.toAbsolutePath().normalize();
        synchronized (TAKEN) {
            try {
                makeRoot(root);
                makePrivate(keysIn(root));
                if (TAKEN.contains(root.toRealPath())) {
                    throw inUse(root, Long.toString(ProcessHandle.current().pid()));
                }
                DataDirectory taken = lock(root);
                TAKEN.add(root.toRealPath());
                return taken;
            } catch (IOException unusable) {
                throw new ConfigurationError("data.directory: " + root + " cannot be used (" + unusable + ").");
            }
        }
    }

    private static DataDirectory lock(Path root) throws IOException {
        FileChannel file = FileChannel.open(
                root.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            FileLock lock = file.tryLock();
            if (lock == null) {
                throw inUse(root, read(file));
            }
            file.truncate(0);
            file.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)), 0);
            return new DataDirectory(root, file, lock);
        } catch (IOException | RuntimeException failed) {
            file.close();
            throw failed;
        }
    }

    private static ConfigurationError inUse(Path root, String holder) {
        return new ConfigurationError("data.directory: " + root + " is in use by another server"
                + (holder.isEmpty() ? "" : " (process " + holder + ")") + "; one server at a time.");
    }

    /** Whether a server uses the directory now. */
    public static boolean isInUse(Path directory) {
        Path root = directory.toAbsolutePath().normalize();
        synchronized (TAKEN) {
            if (!Files.exists(root.resolve(LOCK))) {
                return false;
            }
            try {
                return TAKEN.contains(root.toRealPath()) || isLockedByAnotherProcess(root);
            } catch (IOException unreadable) {
                return false;
            }
        }
    }

    private static boolean isLockedByAnotherProcess(Path root) throws IOException {
        try (FileChannel channel =
                FileChannel.open(root.resolve(LOCK), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                lock.release();
            }
            return lock == null;
        }
    }

    public Path root() {
        return root;
    }

    public Path spool() {
        return root.resolve("spool");
    }

    public Path raw() {
        return root.resolve("raw");
    }

    /** Keys and the admin socket; only the server's user may look into it. */
    public Path keys() {
        return keysIn(root);
    }

    /** The same of a directory that another server may have. */
    public static Path keysIn(Path directory) {
        return directory.toAbsolutePath().normalize().resolve("keys");
    }

    /** The server's secret, made at the first start: 32 random bytes. It signs return paths; losing it orphans bounces. */
    public byte[] secretKey() {
        byte[] key = key("secret.key", DataDirectory::randomKey);
        if (key.length != KEY_BYTES) {
            throw new ConfigurationError(
                    keys().resolve("secret.key") + ": must have " + KEY_BYTES + " bytes; restore it from a backup.");
        }
        return key;
    }

    /** What the server signs evidence with, made at the first start. Whoever was told its fingerprint knows it by that. */
    public EvidenceKey evidenceKey() {
        try {
            return EvidenceKey.of(key("evidence.key", EvidenceKey::generate));
        } catch (IllegalArgumentException broken) {
            throw new ConfigurationError(
                    keys().resolve("evidence.key") + ": " + broken.getMessage() + "; restore it from a backup.");
        }
    }

    private static byte[] randomKey() {
        byte[] fresh = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(fresh);
        return fresh;
    }

    private byte[] key(String name, Supplier<byte[]> fresh) {
        Path file = keys().resolve(name);
        try {
            if (!Files.exists(file)) {
                writeDurably(file, fresh.get());
            }
            return Files.readAllBytes(file);
        } catch (IOException unusable) {
            throw new ConfigurationError(file + " cannot be used (" + unusable + ").");
        }
    }

    /** Names this server among those that share a database; made at the first start. */
    public String serverId() {
        Path file = root.resolve("server-id");
        try {
            if (!Files.exists(file)) {
                writeDurably(file, UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8));
            }
            return Files.readString(file).strip();
        } catch (IOException unusable) {
            throw new ConfigurationError(file + " cannot be used (" + unusable + ").");
        }
    }

    /** Writes {@code ports.json}: the real ports of what is served. */
    public void writePorts(Map<String, Integer> ports) {
        String json = ports.entrySet().stream()
                .map(entry -> '"' + entry.getKey() + "\": " + entry.getValue())
                .collect(Collectors.joining(", ", "{", "}\n"));
        try {
            writeDurably(root.resolve("ports.json"), json.getBytes(StandardCharsets.UTF_8));
        } catch (IOException unusable) {
            throw new UncheckedIOException(unusable);
        }
    }

    /** Gives the directory back. */
    @Override
    public void close() {
        synchronized (TAKEN) {
            try {
                TAKEN.remove(root.toRealPath());
                Files.deleteIfExists(root.resolve("ports.json"));
                lock.release();
                lockFile.close();
            } catch (IOException ignored) {
                // The process ends, and with it the lock.
            }
        }
    }

    private static String read(FileChannel file) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(32);
        file.read(buffer, 0);
        return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8).strip();
    }

    /** Mail and keys are nobody else's; a directory that the operator made keeps the rights that it was given. */
    private static void makeRoot(Path root) throws IOException {
        if (Files.notExists(root)) {
            makePrivate(root);
        }
    }

    private static void makePrivate(Path directory) throws IOException {
        Files.createDirectories(directory);
        if (Files.getFileStore(directory).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        }
    }

    /** Whole or not at all, also after a power cut. */
    private static void writeDurably(Path file, byte[] content) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Path directory = file.getParent();
        if (directory != null) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
