package org.chancery.core.attachment;

/**
 * How much work one mail may make. Counts octets and entries, not time, so that a mail is judged alike on every machine; what
 * the limits allow takes about a second.
 */
final class Budget {
    /** Octets that come out of archives, streams and encodings. */
    static final long MAX_UNPACKED = 256L << 20;
    /** From here on, an attachment may not grow beyond {@link #MAX_RATIO}. */
    static final long MANY = 32L << 20;
    /** Text and tables shrink to a tenth or a twentieth; zeros to a thousandth. */
    static final int MAX_RATIO = 100;
    /** Entries of all archives, streams of all documents. */
    static final int MAX_ENTRIES = 20_000;

    /** Octets of text that are looked through for words; of what comes behind them only the beginning of each file. */
    static final long MAX_TEXT = 48L << 20;

    private static final int TEXT_BEGINNING = 64 * 1024;

    /** What an entry costs beside its octets, in octets. */
    private static final int ENTRY = 256;

    private final long most;
    private long work;
    private long text;
    private long unpacked;
    private long packed;
    private int entries;
    private boolean burst;

    /** The mail makes more work than was asked for. */
    static final class Spent extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Spent() {
            super("more work than was asked for", null, false, false);
        }
    }

    Budget() {
        this(Long.MAX_VALUE);
    }

    /** @param most octets of work after which {@link Spent} is thrown: attached, unpacked, or looked through for words */
    Budget(long most) {
        this.most = most;
    }

    private void did(long octets) {
        work += octets;
        if (work > most) {
            throw new Spent();
        }
    }

    /** An attachment of that size begins. */
    void attachment(long size) {
        did(size);
        packed += size;
    }

    /** Counts an entry; false where there are too many. */
    boolean entry() {
        did(ENTRY);
        burst |= ++entries > MAX_ENTRIES;
        return !burst;
    }

    /** Counts octets that were unpacked; false where it is enough. */
    boolean unpacked(long octets) {
        did(octets);
        unpacked += octets;
        burst |= unpacked > MAX_UNPACKED || isOutOfProportion(unpacked);
        return !burst;
    }

    /** So much is unpacked before it is counted; who comes to the end of it has had too much. */
    long atOnce() {
        return Math.min(MANY, most - work) + 1;
    }

    /** How much of a text of that length is to be looked through. */
    int text(int length) {
        text += length;
        int looked = text <= MAX_TEXT ? length : Math.min(length, TEXT_BEGINNING);
        did(looked);
        return looked;
    }

    /** Whether something says it would come to more than is unpacked. */
    boolean wouldBurst(long further) {
        long total = further > Long.MAX_VALUE - unpacked ? Long.MAX_VALUE : unpacked + further;
        return isOutOfProportion(total);
    }

    private boolean isOutOfProportion(long total) {
        return total > MANY && total / MAX_RATIO > packed;
    }

    /** Whether a limit was passed: nothing more is unpacked. */
    boolean isBurst() {
        return burst;
    }
}
