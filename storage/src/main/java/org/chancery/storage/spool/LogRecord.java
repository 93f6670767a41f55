package org.chancery.storage.spool;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.chancery.core.id.SpoolId;

/**
 * The head of one record of the log; envelope and body follow it.
 *
 * <p>It is valid only in the place it was written for: its checksum covers the identity of the spool, the number of the
 * segment and the position in it. So nothing that a segment file holds from an earlier use is taken for a mail; nor is
 * anything that a stranger put into a mail's body, since the identity is random and never leaves the machine. The checksums
 * of envelope and body are part of the head, and thereby of its own checksum; they are computed by the session that brings
 * the mail, while the head is completed by the one thread that writes.
 *
 * @param kind what the record is
 * @param place where it stands
 * @param id of the mail
 * @param envelope as it is encoded behind the head
 * @param body the octets of the mail, behind the envelope or in a file of its own
 */
record LogRecord(Kind kind, Place place, SpoolId id, Part envelope, Part body) {
    /** Octets of the head. */
    static final int HEAD = 96;
    /** Records start at multiples of this, which is where a damaged log is searched for them. */
    static final int ALIGNMENT = 64;
    /**
     * What is forced together starts at a multiple of this: a write that the power cuts short may spoil the page it touches,
     * and must not touch one that was forced before.
     */
    static final int PAGE = 4096;

    static final int MAGIC = 0x43_48_53_50;
    private static final byte VERSION = 1;
    private static final SpoolId NO_ID = new SpoolId(new UUID(0, 0));

    /** What a record is. */
    enum Kind {
        /** A mail whose body follows the envelope. */
        INLINE(1),
        /** A mail whose body is a file of its own. */
        LARGE(2),
        /** Says that all before it in the segment was forced, and that nothing follows. */
        SEAL(3);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        private static Optional<Kind> of(int code) {
            return Arrays.stream(values()).filter(kind -> kind.code == code).findFirst();
        }
    }

    /** A part of a mail: how many octets, and their CRC-32C. */
    record Part(long bytes, int sum) {
        static final Part NONE = new Part(0, 0);

        static Part of(ByteBuffer octets) {
            return new Part(octets.remaining(), sumOf(octets));
        }
    }

    /**
     * Where a record stands.
     *
     * @param spool identity of the spool
     * @param segment number of the segment
     * @param position of the record in it
     * @param batch position of the first record that was forced together with it; all before that was forced earlier
     * @param ordinal how many records stand before it in the segment, so that none can be missing unnoticed
     */
    record Place(UUID spool, long segment, long position, long batch, int ordinal) {}

    static LogRecord seal(Place place) {
        return new LogRecord(Kind.SEAL, place, NO_ID, Part.NONE, Part.NONE);
    }

    /** Octets that the record takes in the log, head included. */
    long length() {
        return HEAD + envelope.bytes() + inlineBytes();
    }

    long end() {
        return place.position() + length();
    }

    private long inlineBytes() {
        return kind == Kind.INLINE ? body.bytes() : 0;
    }

    /** The head as it stands in the log. */
    byte[] encodeHead() {
        byte[] head = new byte[HEAD];
        ByteBuffer to = ByteBuffer.wrap(head);
        to.putInt(MAGIC).put(VERSION).put((byte) kind.code).putShort((short) 0);
        to.putLong(place.segment());
        to.putLong(place.spool().getMostSignificantBits()).putLong(place.spool().getLeastSignificantBits());
        to.putLong(id.value().getMostSignificantBits()).putLong(id.value().getLeastSignificantBits());
        to.putLong(place.position()).putLong(place.batch());
        to.putLong(envelope.bytes()).putInt(envelope.sum());
        to.putLong(body.bytes()).putInt(body.sum());
        to.putInt(place.ordinal());
        to.putInt(sumOf(ByteBuffer.wrap(head, 0, HEAD - 4)));
        return head;
    }

    /**
     * Reads a head from the buffer's {@link #HEAD} octets at the given index, without moving the buffer; empty where they
     * are no head at all. Whether it is valid in its place is for the caller to compare.
     */
    static Optional<LogRecord> decodeHead(ByteBuffer from, int index) {
        if (from.getInt(index) != MAGIC || from.get(index + 4) != VERSION) {
            return Optional.empty();
        }
        if (from.getInt(index + HEAD - 4) != sumOf(from.slice(index, HEAD - 4))) {
            return Optional.empty();
        }
        Place place = new Place(
                new UUID(from.getLong(index + 16), from.getLong(index + 24)),
                from.getLong(index + 8),
                from.getLong(index + 48),
                from.getLong(index + 56),
                from.getInt(index + 88));
        SpoolId id = new SpoolId(new UUID(from.getLong(index + 32), from.getLong(index + 40)));
        Part envelope = new Part(from.getLong(index + 64), from.getInt(index + 72));
        Part body = new Part(from.getLong(index + 76), from.getInt(index + 84));
        return Kind.of(from.get(index + 5)).map(kind -> new LogRecord(kind, place, id, envelope, body));
    }

    /** Whether the head names this spool, segment and position as its place, and lengths that can be. */
    boolean stands(UUID spool, long segment, long position) {
        return place.spool().equals(spool)
                && place.segment() == segment
                && place.position() == position
                && envelope.bytes() >= 0
                && body.bytes() >= 0;
    }

    static int sumOf(ByteBuffer octets) {
        CRC32C sum = new CRC32C();
        sum.update(octets);
        return (int) sum.getValue();
    }

    /** The position itself or the next one that is a multiple. */
    static long aligned(long position, int to) {
        return (position + to - 1) / to * to;
    }
}
