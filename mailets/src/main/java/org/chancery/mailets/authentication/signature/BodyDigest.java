package org.chancery.mailets.authentication.signature;

import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.james.jdkim.canon.RelaxedBodyCanonicalizer;
import org.apache.james.jdkim.canon.SimpleBodyCanonicalizer;

/** The hash of a canonicalised body (RFC 6376 §3.4, §3.7), taken while the body flows past. */
final class BodyDigest {
    /** What {@code l=} says where it is missing. */
    static final long WHOLE = -1;

    private final Kind kind;
    private final MessageDigest digest;
    private final OutputStream canonical;
    private long octets;

    /**
     * What is hashed, and how. Signatures that want the same share one digest.
     *
     * @param limit so many octets of the canonical body, or {@link #WHOLE}
     */
    record Kind(String algorithm, boolean relaxed, long limit) {}

    private BodyDigest(Kind kind) {
        this.kind = kind;
        try {
            this.digest = MessageDigest.getInstance(kind.algorithm());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has it", e);
        }
        OutputStream counted = new Counted();
        this.canonical = kind.relaxed() ? new RelaxedBodyCanonicalizer(counted) : new SimpleBodyCanonicalizer(counted);
    }

    /** Takes all of them in one pass over the rest of the mail. */
    static Map<Kind, BodyDigest> take(Collection<Kind> kinds, MailLines body) throws IOException {
        Map<Kind, BodyDigest> digests = new HashMap<>();
        kinds.forEach(kind -> digests.computeIfAbsent(kind, BodyDigest::new));
        if (digests.isEmpty()) {
            return digests;
        }
        byte[] buffer = new byte[16 << 10];
        boolean endsInLine = true;
        for (int length = body.read(buffer); length > 0; length = body.read(buffer)) {
            // jDKIM's streams want their arrays from the start.
            byte[] piece = length == buffer.length ? buffer : Arrays.copyOf(buffer, length);
            for (BodyDigest one : digests.values()) {
                one.canonical.write(piece, 0, length);
            }
            endsInLine = buffer[length - 1] == '\n';
        }
        for (BodyDigest one : digests.values()) {
            if (!endsInLine) {
                one.canonical.write(Octets.CRLF, 0, Octets.CRLF.length);
            }
            one.canonical.close();
        }
        return digests;
    }

    /** The hash; empty where the body is shorter than what was signed. */
    Optional<byte[]> value() {
        if (kind.limit() > octets()) {
            return Optional.empty();
        }
        // jDKIM makes a line end of an empty body in both ways, as RFC 4871 did; a relaxed one is nothing (RFC 6376
        // §3.4.4).
        return isEmptyRelaxed() ? Optional.of(empty()) : Optional.of(copy().digest());
    }

    /** Whether there is more of the body than was signed. */
    boolean goesOn() {
        return kind.limit() != WHOLE && octets() > kind.limit();
    }

    private long octets() {
        return isEmptyRelaxed() ? 0 : octets;
    }

    private boolean isEmptyRelaxed() {
        return kind.relaxed() && octets == Octets.CRLF.length;
    }

    private byte[] empty() {
        MessageDigest fresh = copy();
        fresh.reset();
        return fresh.digest();
    }

    private MessageDigest copy() {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("Java's own digests can be copied", e);
        }
    }

    /** Counts all octets and hashes those within the limit. */
    private final class Counted extends OutputStream {
        @Override
        public void write(int octet) {
            if (kind.limit() == WHOLE || octets < kind.limit()) {
                digest.update((byte) octet);
            }
            octets++;
        }

        @Override
        public void write(byte[] from, int offset, int length) {
            long room = kind.limit() == WHOLE ? length : Math.max(0, kind.limit() - octets);
            digest.update(from, offset, (int) Math.min(length, room));
            octets += length;
        }
    }
}
