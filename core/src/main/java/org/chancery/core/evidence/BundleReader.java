package org.chancery.core.evidence;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.chancery.core.audit.Digests;

/** Reads a bundle file by file, and holds it to its form. Trusts nothing. */
final class BundleReader {
    private final InputStream in;
    private final MessageDigest whole = Digests.algorithm();

    BundleReader(InputStream in) {
        this.in = in;
    }

    /** The file does not have the form of a bundle from there on. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed(String text) {
            super(text);
        }
    }

    /** @param before the digest of all octets before this file's header */
    record Entry(String name, long size, String before) {}

    /** Takes what a file holds, piece by piece. */
    @FunctionalInterface
    interface Sink {
        void take(byte[] buffer, int length);
    }

    /** The next file; empty where the archive ends as it must. Its content has to be read before the next one. */
    Optional<Entry> next() throws IOException, Malformed {
        String before = HexFormat.of().formatHex(copy(whole).digest());
        byte[] header = exactly(BundleFormat.BLOCK, "a file's header");
        if (BundleFormat.isZero(header)) {
            byte[] second = exactly(BundleFormat.BLOCK, "its end");
            if (!BundleFormat.isZero(second) || in.read() >= 0) {
                throw new Malformed("something stands behind the end");
            }
            return Optional.empty();
        }
        String name = BundleFormat.name(header);
        long size = BundleFormat.size(header);
        if (name.isEmpty() || size < 0 || !Arrays.equals(header, BundleFormat.header(name, size))) {
            throw new Malformed("a file's header" + (name.isEmpty() ? "" : ", of " + name + ",") + " was changed");
        }
        return Optional.of(new Entry(name, size, before));
    }

    /** Reads the content of the file that came last; its digest. */
    String content(Entry entry, Sink sink) throws IOException, Malformed {
        MessageDigest own = Digests.algorithm();
        byte[] buffer = new byte[16 * 1024];
        long left = entry.size();
        while (left > 0) {
            int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
                throw new Malformed("the file ends within " + entry.name());
            }
            own.update(buffer, 0, read);
            whole.update(buffer, 0, read);
            sink.take(buffer, read);
            left -= read;
        }
        if (!BundleFormat.isZero(exactly(BundleFormat.padding(entry.size()), entry.name()))) {
            throw new Malformed("something stands behind the end of " + entry.name());
        }
        return HexFormat.of().formatHex(own.digest());
    }

    private byte[] exactly(int length, String what) throws IOException, Malformed {
        byte[] octets = in.readNBytes(length);
        whole.update(octets);
        if (octets.length < length) {
            throw new Malformed("the file ends where " + what + " should be");
        }
        return octets;
    }

    private static MessageDigest copy(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException everyJavasCan) {
            throw new IllegalStateException(everyJavasCan);
        }
    }
}
