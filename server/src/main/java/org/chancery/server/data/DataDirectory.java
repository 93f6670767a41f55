package org.chancery.server.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.chancery.server.config.ConfigurationError;
import org.jspecify.annotations.Nullable;

/**
 * The directory that one server has to itself while it runs. The lock is the operating system's, so that a server that was
 * killed leaves none behind.
 */
public final class DataDirectory implements AutoCloseable {
    private static final int KEY_BYTES = 32;

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
        try {
            Files.createDirectories(root);
            makePrivate(root.resolve("keys"));
            FileChannel file = FileChannel.open(
                    root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            FileLock lock = tryLock(file);
            if (lock == null) {
                String holder = read(file);
                file.close();
                throw new ConfigurationError("data.directory: " + root + " is in use by another server"
                        + (holder.isEmpty() ? "" : " (process " + holder + ")") + "; one server at a time.");
            }
            file.truncate(0);
            file.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)), 0);
            return new DataDirectory(root, file, lock);
        } catch (IOException unusable) {
            throw new ConfigurationError("data.directory: " + root + " cannot be used (" + unusable + ").");
        }
    }

    /** Whether a server uses the directory now. */
    public static boolean isInUse(Path directory) {
        Path file = directory.toAbsolutePath().normalize().resolve("lock");
        if (!Files.exists(file)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            FileLock lock = tryLock(channel);
            if (lock != null) {
                lock.release();
            }
            return lock == null;
        } catch (IOException unreadable) {
            return false;
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
        return root.resolve("keys");
    }

    /** Where operator's commands reach a running server. */
    public static Path adminSocket(Path directory) {
        return directory.toAbsolutePath().normalize().resolve("keys").resolve("admin.sock");
    }

    /** The server's secret, made at the first start: 32 random bytes. It signs return paths; losing it orphans bounces. */
    public byte[] secretKey() {
        Path file = keys().resolve("secret.key");
        try {
            if (!Files.exists(file)) {
                byte[] fresh = new byte[KEY_BYTES];
                new SecureRandom().nextBytes(fresh);
                writeDurably(file, fresh);
            }
            byte[] key = Files.readAllBytes(file);
            if (key.length != KEY_BYTES) {
                throw new ConfigurationError(file + ": must have " + KEY_BYTES + " bytes; restore it from a backup.");
            }
            return key;
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
        try {
            Files.deleteIfExists(root.resolve("ports.json"));
            lock.release();
            lockFile.close();
        } catch (IOException ignored) {
            // The process ends, and with it the lock.
        }
    }

    private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            return null;
        }
    }

    private static String read(FileChannel file) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(32);
        file.read(buffer, 0);
        return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8).strip();
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
