package org.chancery.storage.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that forgets. After a power cut only what was forced is sure to be there; of all else, bytes and names
 * alike, the dice decide what reached it: nothing, all, or some sectors in any order. Files of the log are torn worse: a page
 * that was being written may hold noise.
 *
 * <p>{@link #boot} gives the disk as one process sees it. {@link #kill} ends that process and keeps what the system has;
 * {@link #cutPower} ends it and forgets. A process that has ended gets nothing but exceptions from its disk.
 */
public final class ForgetfulDisk {
    private static final int SECTOR = 512;
    private static final int PAGE = 4096;

    private final Random dice;
    private final Directory root = new Directory();
    private final Set<Path> locked = new HashSet<>();
    private int life;
    private int callsUntilCut = Integer.MAX_VALUE;
    private Faults faults = (call, file) -> false;
    private Faults wantOfSpace = (call, file) -> false;
    private long usable = Long.MAX_VALUE;
    private int failed;

    /** What is asked of the disk. */
    public enum Call {
        CREATE,
        OPEN,
        READ,
        WRITE,
        TRUNCATE,
        FORCE,
        RENAME,
        DELETE,
        FORCE_DIRECTORY,
        LIST;

        private boolean changes() {
            return this != OPEN && this != READ && this != LIST;
        }
    }

    /** Says which calls fail. */
    @FunctionalInterface
    public interface Faults {
        boolean fails(Call call, Path file);
    }

    private sealed interface Node permits File, Directory {}

    private static final class File implements Node {
        byte[] now = new byte[0];
        int size;
        byte[] kept = new byte[0];
        int keptSize;
        final BitSet dirty = new BitSet();
    }

    private static final class Directory implements Node {
        final Map<String, Node> now = new LinkedHashMap<>();
        final Map<String, Node> kept = new LinkedHashMap<>();
        final List<Map<String, Optional<Node>>> changes = new ArrayList<>();

        void change(Map<String, Optional<Node>> change) {
            apply(change, now);
            changes.add(change);
        }

        static void apply(Map<String, Optional<Node>> change, Map<String, Node> to) {
            change.forEach((name, node) -> {
                if (node.isPresent()) {
                    to.put(name, node.get());
                } else {
                    to.remove(name);
                }
            });
        }
    }

    public ForgetfulDisk(Random dice) {
        this.dice = dice;
    }

    /** Makes a directory that is there from the beginning. */
    public synchronized void makeDirectory(Path path) {
        Directory above = root;
        for (Path name : path.toAbsolutePath()) {
            Directory made = new Directory();
            above.now.put(name.toString(), made);
            above.kept.put(name.toString(), made);
            above = made;
        }
    }

    /** The disk for a new process. */
    public synchronized Disk boot() {
        return new View(life);
    }

    /** Ends the process; nothing is forgotten. */
    public synchronized void kill() {
        life++;
        locked.clear();
        callsUntilCut = Integer.MAX_VALUE;
    }

    /** Ends the process and forgets. */
    public synchronized void cutPower() {
        kill();
        forget(root);
    }

    /** Lets the power fail at the given one of the calls to come that change something; {@link #cutPower} has to follow. */
    public synchronized void failPowerAfter(int calls) {
        callsUntilCut = calls;
    }

    public synchronized boolean isPowerOff() {
        return callsUntilCut <= 0;
    }

    public synchronized void faults(Faults which) {
        faults = which;
    }

    /** The same, and they fail as on a disk that is full. */
    public synchronized void wantOfSpace(Faults which) {
        wantOfSpace = which;
    }

    /** How many calls failed because of {@link #faults}. */
    public synchronized int failedCalls() {
        return failed;
    }

    public synchronized void usableBytes(long bytes) {
        usable = bytes;
    }

    /** The bytes of the file as they are now. */
    public synchronized byte[] content(Path file) {
        try {
            File found = fileAt(file);
            return Arrays.copyOf(found.now, found.size);
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Puts other bytes into the file, as if they had always been there. */
    public synchronized void content(Path file, byte[] bytes) {
        try {
            File changed = fileAt(file);
            changed.now = bytes.clone();
            changed.size = bytes.length;
            changed.kept = bytes.clone();
            changed.keptSize = bytes.length;
            changed.dirty.clear();
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    public synchronized boolean exists(Path file) {
        return nodeAt(file) != null;
    }

    /** The names in the directory, sorted. */
    public synchronized List<String> names(Path directory) {
        return nodeAt(directory) instanceof Directory found
                ? found.now.keySet().stream().sorted().toList()
                : List.of();
    }

    private void forget(Directory directory) {
        boolean inOrder = dice.nextBoolean();
        int reached = dice.nextInt(directory.changes.size() + 1);
        for (int i = 0; i < directory.changes.size(); i++) {
            if (inOrder ? i < reached : dice.nextBoolean()) {
                Directory.apply(directory.changes.get(i), directory.kept);
            }
        }
        directory.changes.clear();
        directory.now.clear();
        directory.now.putAll(directory.kept);
        directory.now.forEach((child, node) -> {
            switch (node) {
                case File file -> forget(file, child.endsWith(".seg") || child.endsWith(".spare"));
                case Directory below -> forget(below);
            }
        });
    }

    private void forget(File file, boolean noisy) {
        int size = dice.nextBoolean() ? file.size : file.keptSize;
        byte[] bytes = Arrays.copyOf(file.kept, Math.max(size, file.keptSize));
        int fate = dice.nextInt(4);
        int sectorsReached = file.dirty.isEmpty() ? 0 : dice.nextInt(file.dirty.cardinality() + 1);
        int count = 0;
        for (int sector = file.dirty.nextSetBit(0); sector >= 0; sector = file.dirty.nextSetBit(sector + 1)) {
            boolean reached = switch (fate) {
                case 0 -> false;
                case 1 -> true;
                case 2 -> count < sectorsReached;
                default -> dice.nextBoolean();
            };
            count++;
            if (reached) {
                copySector(sector, file.now, bytes);
            }
        }
        if (noisy && !file.dirty.isEmpty() && dice.nextInt(3) == 0) {
            addNoise(file, bytes);
        }
        file.kept = Arrays.copyOf(bytes, size);
        file.keptSize = size;
        file.now = file.kept.clone();
        file.size = size;
        file.dirty.clear();
    }

    private void addNoise(File file, byte[] bytes) {
        int[] sectors = file.dirty.stream().toArray();
        int page = sectors[dice.nextInt(sectors.length)] * SECTOR / PAGE * PAGE;
        byte[] noise = new byte[PAGE];
        dice.nextBytes(noise);
        int length = Math.min(PAGE, bytes.length - page);
        if (length > 0) {
            System.arraycopy(noise, 0, bytes, page, length);
        }
    }

    private static void copySector(int sector, byte[] from, byte[] to) {
        int start = sector * SECTOR;
        int length = Math.min(SECTOR, Math.min(from.length, to.length) - start);
        if (length > 0) {
            System.arraycopy(from, start, to, start, length);
        }
    }

    private @Nullable Node nodeAt(Path path) {
        Node node = root;
        for (Path name : path.toAbsolutePath()) {
            if (!(node instanceof Directory directory)) {
                return null;
            }
            Node next = directory.now.get(name.toString());
            if (next == null) {
                return null;
            }
            node = next;
        }
        return node;
    }

    private Directory directoryAt(Path path) throws IOException {
        if (nodeAt(path) instanceof Directory directory) {
            return directory;
        }
        throw new NoSuchFileException(path.toString());
    }

    private File fileAt(Path path) throws IOException {
        if (nodeAt(path) instanceof File file) {
            return file;
        }
        throw new NoSuchFileException(path.toString());
    }

    private static Path above(Path path) {
        Path parent = path.toAbsolutePath().getParent();
        return parent == null ? path : parent;
    }

    private static String nameOf(Path path) {
        return String.valueOf(path.getFileName());
    }

    /** Throws where the process is gone, the power fails now, or the call is to fail; then the power stays on. */
    private void ask(int caller, Call call, Path file) throws IOException {
        if (caller != life || callsUntilCut <= 0) {
            throw new IOException("the power is off");
        }
        if (call.changes() && callsUntilCut != Integer.MAX_VALUE && --callsUntilCut <= 0) {
            throw new IOException("the power fails");
        }
        if (wantOfSpace.fails(call, file)) {
            throw new IOException(file + ": No space left on device");
        }
        if (faults.fails(call, file)) {
            failed++;
            throw new IOException("the disk does not " + call + " " + file.getFileName());
        }
    }

    /** The disk as one process sees it. */
    private final class View implements Disk {
        private final int lifeOfCaller;

        View(int lifeOfCaller) {
            this.lifeOfCaller = lifeOfCaller;
        }

        @Override
        public FileChannel open(Path path, OpenOption... options) throws IOException {
            Set<OpenOption> how = Set.of(options);
            synchronized (ForgetfulDisk.this) {
                boolean create = how.contains(StandardOpenOption.CREATE_NEW)
                        || (how.contains(StandardOpenOption.CREATE) && nodeAt(path) == null);
                ask(lifeOfCaller, create ? Call.CREATE : Call.OPEN, path);
                if (create) {
                    if (nodeAt(path) != null) {
                        throw new FileAlreadyExistsException(path.toString());
                    }
                    directoryAt(above(path)).change(Map.of(nameOf(path), Optional.of(new File())));
                }
                Channel channel = new Channel(lifeOfCaller, path, fileAt(path));
                if (how.contains(StandardOpenOption.TRUNCATE_EXISTING)) {
                    channel.truncate(0);
                }
                return channel;
            }
        }

        @Override
        public void createDirectories(Path path) throws IOException {
            synchronized (ForgetfulDisk.this) {
                Directory directory = root;
                for (Path name : path.toAbsolutePath()) {
                    if (!directory.now.containsKey(name.toString())) {
                        ask(lifeOfCaller, Call.CREATE, path);
                        directory.change(Map.of(name.toString(), Optional.of(new Directory())));
                    }
                    if (!(directory.now.get(name.toString()) instanceof Directory next)) {
                        throw new FileAlreadyExistsException(path.toString());
                    }
                    directory = next;
                }
            }
        }

        @Override
        public List<Path> list(Path path) throws IOException {
            synchronized (ForgetfulDisk.this) {
                ask(lifeOfCaller, Call.LIST, path);
                return directoryAt(path).now.keySet().stream()
                        .map(path::resolve)
                        .toList();
            }
        }

        @Override
        public OptionalLong size(Path path) throws IOException {
            synchronized (ForgetfulDisk.this) {
                ask(lifeOfCaller, Call.OPEN, path);
                return nodeAt(path) instanceof File file ? OptionalLong.of(file.size) : OptionalLong.empty();
            }
        }

        @Override
        public void rename(Path from, Path to) throws IOException {
            synchronized (ForgetfulDisk.this) {
                ask(lifeOfCaller, Call.RENAME, to);
                Node node = fileAt(from);
                Directory source = directoryAt(above(from));
                Directory target = directoryAt(above(to));
                if (source == target) {
                    Map<String, Optional<Node>> change = new HashMap<>();
                    change.put(nameOf(from), Optional.empty());
                    change.put(nameOf(to), Optional.of(node));
                    source.change(change);
                } else {
                    // Two directories are two matters to POSIX: one may be kept without the other.
                    target.change(Map.of(nameOf(to), Optional.of(node)));
                    source.change(Map.of(nameOf(from), Optional.empty()));
                }
            }
        }

        @Override
        public void delete(Path path) throws IOException {
            synchronized (ForgetfulDisk.this) {
                ask(lifeOfCaller, Call.DELETE, path);
                if (nodeAt(path) != null) {
                    directoryAt(above(path)).change(Map.of(nameOf(path), Optional.empty()));
                }
            }
        }

        @Override
        public void forceDirectory(Path path) throws IOException {
            synchronized (ForgetfulDisk.this) {
                ask(lifeOfCaller, Call.FORCE_DIRECTORY, path);
                Directory directory = directoryAt(path);
                directory.changes.clear();
                directory.kept.clear();
                directory.kept.putAll(directory.now);
            }
        }

        @Override
        public long usableBytes(Path path) throws IOException {
            synchronized (ForgetfulDisk.this) {
                ask(lifeOfCaller, Call.OPEN, path);
                return usable;
            }
        }

        @Override
        public Optional<Closeable> lock(Path path) throws IOException {
            synchronized (ForgetfulDisk.this) {
                ask(lifeOfCaller, Call.OPEN, path);
                return locked.add(path) ? Optional.of(() -> unlock(path)) : Optional.empty();
            }
        }

        private void unlock(Path path) {
            synchronized (ForgetfulDisk.this) {
                if (lifeOfCaller == life) {
                    locked.remove(path);
                }
            }
        }
    }

    /** An open file. */
    private final class Channel extends FileChannel {
        private final int lifeOfCaller;
        private final Path path;
        private final File file;
        private long position;

        Channel(int lifeOfCaller, Path path, File file) {
            this.lifeOfCaller = lifeOfCaller;
            this.path = path;
            this.file = file;
        }

        @Override
        public int read(ByteBuffer to) throws IOException {
            int count = read(to, position);
            position += Math.max(0, count);
            return count;
        }

        @Override
        public int read(ByteBuffer to, long at) throws IOException {
            synchronized (ForgetfulDisk.this) {
                askOpen(Call.READ);
                if (at >= file.size) {
                    return -1;
                }
                int count = (int) Math.min(to.remaining(), file.size - at);
                to.put(file.now, (int) at, count);
                return count;
            }
        }

        @Override
        public int write(ByteBuffer from) throws IOException {
            int count = write(from, position);
            position += count;
            return count;
        }

        @Override
        public int write(ByteBuffer from, long at) throws IOException {
            synchronized (ForgetfulDisk.this) {
                int count = from.remaining();
                boolean wasOn = isOpen() && lifeOfCaller == life && !isPowerOff();
                try {
                    askOpen(Call.WRITE);
                } catch (IOException e) {
                    // A write that fails, or during which the power fails, has written a part.
                    if (wasOn) {
                        change(from.slice(from.position(), count / 2), (int) at);
                    }
                    throw e;
                }
                change(from, (int) at);
                return count;
            }
        }

        private void change(ByteBuffer from, int at) {
            int count = from.remaining();
            int end = at + count;
            if (end > file.now.length) {
                file.now = Arrays.copyOf(file.now, Math.max(end, file.now.length * 2));
            }
            from.get(file.now, at, count);
            file.size = Math.max(file.size, end);
            if (count > 0) {
                file.dirty.set(at / SECTOR, (end - 1) / SECTOR + 1);
            }
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public FileChannel position(long newPosition) {
            position = newPosition;
            return this;
        }

        @Override
        public long size() throws IOException {
            synchronized (ForgetfulDisk.this) {
                askOpen(Call.OPEN);
                return file.size;
            }
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            synchronized (ForgetfulDisk.this) {
                askOpen(Call.TRUNCATE);
                if (size < file.size) {
                    Arrays.fill(file.now, (int) size, file.size, (byte) 0);
                    file.dirty.set((int) size / SECTOR, (file.size - 1) / SECTOR + 1);
                    file.size = (int) size;
                }
                return this;
            }
        }

        @Override
        public void force(boolean metaData) throws IOException {
            synchronized (ForgetfulDisk.this) {
                try {
                    askOpen(Call.FORCE);
                } catch (IOException e) {
                    if (isOpen() && lifeOfCaller == life && !isPowerOff()) {
                        // What was not written is called clean from now on, and is not written again.
                        file.dirty.stream().filter(sector -> dice.nextBoolean()).forEach(this::keep);
                        file.dirty.clear();
                    }
                    throw e;
                }
                file.kept = Arrays.copyOf(file.kept, file.size);
                file.dirty.stream().forEach(this::keep);
                file.keptSize = file.size;
                file.dirty.clear();
            }
        }

        private void keep(int sector) {
            copySector(sector, file.now, file.kept);
        }

        @Override
        protected void implCloseChannel() {
            // Closing forces nothing.
        }

        private void askOpen(Call call) throws IOException {
            if (!isOpen()) {
                throw new ClosedChannelException();
            }
            ask(lifeOfCaller, call, path);
        }

        @Override
        public long read(ByteBuffer[] to, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long write(ByteBuffer[] from, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferTo(long at, long count, WritableByteChannel target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferFrom(ReadableByteChannel source, long at, long count) {
            throw new UnsupportedOperationException();
        }

        @Override
        public MappedByteBuffer map(MapMode mode, long at, long length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock lock(long at, long length, boolean shared) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock tryLock(long at, long length, boolean shared) {
            throw new UnsupportedOperationException();
        }
    }
}
