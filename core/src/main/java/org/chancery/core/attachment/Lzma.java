package org.chancery.core.attachment;

import java.util.Arrays;

/**
 * Undoes LZMA and LZMA2, as 7z and xz have them (7-Zip's LZMA specification, "lzma-specification.txt"). Keeps all that comes out as
 * its window, so that the size of the dictionary does not matter.
 */
final class Lzma {
    private static final int STATES = 12;
    private static final int MAX_POSITION_STATES = 16;
    private static final int END_POSITION_MODEL = 14;
    private static final int FULL_DISTANCES = 1 << (END_POSITION_MODEL / 2);
    private static final int ALIGN_BITS = 4;
    private static final int MIN_MATCH = 2;
    private static final int HALF = 1 << 10;

    private final Octets in;
    private final Output out;
    private long at;
    private long end;

    private long range;
    private long code;

    private int literalContextBits;
    private int literalPositionMask;
    private int positionMask;

    private short[] literals = new short[0];
    private final short[] isMatch = new short[STATES * MAX_POSITION_STATES];
    private final short[] isRepeat = new short[STATES];
    private final short[] isRepeat0 = new short[STATES];
    private final short[] isRepeat1 = new short[STATES];
    private final short[] isRepeat2 = new short[STATES];
    private final short[] isRepeat0Long = new short[STATES * MAX_POSITION_STATES];
    private final short[][] slots = new short[4][64];
    private final short[] special = new short[1 + FULL_DISTANCES - END_POSITION_MODEL];
    private final short[] align = new short[1 << ALIGN_BITS];
    private final Lengths matchLengths = new Lengths();
    private final Lengths repeatLengths = new Lengths();

    private int state;
    private long repeat0;
    private long repeat1;
    private long repeat2;
    private long repeat3;

    private Lzma(Octets in, Output out) {
        this.in = in;
        this.out = out;
        this.end = in.length();
    }

    /** Decodes LZMA without a header of its own. */
    static void decode(Octets in, int properties, long size, Output out) throws Unreadable {
        Lzma decoder = new Lzma(in, out);
        decoder.properties(properties);
        decoder.reset();
        decoder.startRange();
        decoder.run(size);
    }

    /** Decodes LZMA2; answers how many octets it took. */
    static long decode2(Octets in, Output out) throws Unreadable {
        Lzma decoder = new Lzma(in, out);
        while (decoder.chunk()) {
            // each says what follows it
        }
        return decoder.at;
    }

    private boolean chunk() throws Unreadable {
        int control = in.u8(at++);
        if (control == 0 || at >= in.length() || out.isFull()) {
            return false;
        }
        if (control < 0x80) {
            if (control > 2) {
                throw new Unreadable("no chunk of LZMA2");
            }
            int size = in.u16BigEndian(at) + 1;
            at += 2;
            for (int i = 0; i < size && !out.isFull() && in.isInside(at); i++) {
                out.write(in.u8(at++));
            }
            return true;
        }
        long size = ((long) (control & 0x1f) << 16) + in.u16BigEndian(at) + 1;
        long packed = in.u16BigEndian(at + 2) + 1L;
        at += 4;
        if (control >= 0xc0) {
            properties(in.u8(at++));
        }
        if (control >= 0xa0) {
            reset();
        }
        if (literals.length == 0) {
            throw new Unreadable("no properties before the first chunk");
        }
        end = at + packed;
        startRange();
        run(size);
        at = end;
        return true;
    }

    private void properties(int octet) throws Unreadable {
        if (octet >= 9 * 5 * 5) {
            throw new Unreadable("no properties of LZMA");
        }
        literalContextBits = octet % 9;
        int literalPositionBits = octet / 9 % 5;
        literalPositionMask = (1 << literalPositionBits) - 1;
        positionMask = (1 << octet / 45) - 1;
        literals = new short[0x300 << (literalContextBits + literalPositionBits)];
    }

    private void reset() {
        state = 0;
        repeat0 = 0;
        repeat1 = 0;
        repeat2 = 0;
        repeat3 = 0;
        for (short[] some : new short[][] {
            literals, isMatch, isRepeat, isRepeat0, isRepeat1, isRepeat2, isRepeat0Long, special, align
        }) {
            Arrays.fill(some, (short) HALF);
        }
        for (short[] some : slots) {
            Arrays.fill(some, (short) HALF);
        }
        matchLengths.reset();
        repeatLengths.reset();
    }

    private void startRange() {
        range = 0xffffffffL;
        code = in.u32BigEndian(at + 1);
        at += 5;
    }

    private void run(long size) throws Unreadable {
        long goal = out.length() + size;
        while (out.length() < goal && !out.isFull()) {
            if (at > end + 8) {
                throw new Unreadable("cut off");
            }
            int positionState = out.length() & positionMask;
            if (bit(isMatch, (state << 4) + positionState) == 0) {
                literal();
            } else if (!copy(positionState)) {
                return;
            }
        }
    }

    private void literal() throws Unreadable {
        int position = out.length() & literalPositionMask;
        int context = (position << literalContextBits) + (out.last() >> (8 - literalContextBits));
        int base = 0x300 * context;
        int symbol = 1;
        if (state >= 7) {
            int matched = out.back(repeat0 + 1);
            while (symbol < 0x100) {
                int matchedBit = matched >> 7 & 1;
                matched <<= 1;
                int bit = bit(literals, base + ((1 + matchedBit) << 8) + symbol);
                symbol = symbol << 1 | bit;
                if (bit != matchedBit) {
                    break;
                }
            }
        }
        while (symbol < 0x100) {
            symbol = symbol << 1 | bit(literals, base + symbol);
        }
        out.write(symbol);
        state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
    }

    /** Copies a match; false at the mark of the end. */
    private boolean copy(int positionState) throws Unreadable {
        int length;
        if (bit(isRepeat, state) != 0) {
            if (bit(isRepeat0, state) == 0) {
                if (bit(isRepeat0Long, (state << 4) + positionState) == 0) {
                    state = state < 7 ? 9 : 11;
                    out.repeat(repeat0 + 1, 1);
                    return true;
                }
            } else {
                takeRepeat();
            }
            length = repeatLengths.read(positionState);
            state = state < 7 ? 8 : 11;
        } else {
            repeat3 = repeat2;
            repeat2 = repeat1;
            repeat1 = repeat0;
            length = matchLengths.read(positionState);
            state = state < 7 ? 7 : 10;
            repeat0 = distance(length);
            if (repeat0 == 0xffffffffL) {
                return false;
            }
        }
        out.repeat(repeat0 + 1, length + MIN_MATCH);
        return true;
    }

    private void takeRepeat() throws Unreadable {
        long distance;
        if (bit(isRepeat1, state) == 0) {
            distance = repeat1;
        } else {
            if (bit(isRepeat2, state) == 0) {
                distance = repeat2;
            } else {
                distance = repeat3;
                repeat3 = repeat2;
            }
            repeat2 = repeat1;
        }
        repeat1 = repeat0;
        repeat0 = distance;
    }

    private long distance(int length) throws Unreadable {
        int slot = tree(slots[Math.min(length, 3)], 6);
        if (slot < 4) {
            return slot;
        }
        int directBits = (slot >> 1) - 1;
        long distance = (2L | slot & 1) << directBits;
        if (slot < END_POSITION_MODEL) {
            return distance + reverseTree(special, (int) distance - slot, directBits);
        }
        for (int i = directBits - ALIGN_BITS; i > 0; i--) {
            range >>>= 1;
            code -= range;
            boolean below = code < 0;
            code += below ? range : 0;
            normalize();
            distance += below ? 0 : 1L << (i - 1 + ALIGN_BITS);
        }
        return distance + reverseTree(align, 0, ALIGN_BITS);
    }

    private int bit(short[] probabilities, int index) throws Unreadable {
        if (index >= probabilities.length) {
            throw new Unreadable("no such model");
        }
        int probability = probabilities[index];
        long bound = (range >>> 11) * probability;
        int bit;
        if (code < bound) {
            range = bound;
            probabilities[index] = (short) (probability + ((2_048 - probability) >> 5));
            bit = 0;
        } else {
            range -= bound;
            code -= bound;
            probabilities[index] = (short) (probability - (probability >> 5));
            bit = 1;
        }
        normalize();
        return bit;
    }

    private void normalize() {
        if (range < 1L << 24) {
            range = range << 8 & 0xffffffffL;
            code = (code << 8 | in.u8(at++)) & 0xffffffffL;
        }
    }

    private int tree(short[] probabilities, int bits) throws Unreadable {
        int symbol = 1;
        for (int i = 0; i < bits; i++) {
            symbol = symbol << 1 | bit(probabilities, symbol);
        }
        return symbol - (1 << bits);
    }

    private int reverseTree(short[] probabilities, int offset, int bits) throws Unreadable {
        int node = 1;
        int symbol = 0;
        for (int i = 0; i < bits; i++) {
            int bit = bit(probabilities, offset + node);
            node = node << 1 | bit;
            symbol |= bit << i;
        }
        return symbol;
    }

    private final class Lengths {
        private final short[] choice = new short[2];
        private final short[][] low = new short[MAX_POSITION_STATES][8];
        private final short[][] middle = new short[MAX_POSITION_STATES][8];
        private final short[] high = new short[256];

        void reset() {
            Arrays.fill(choice, (short) HALF);
            Arrays.fill(high, (short) HALF);
            for (int i = 0; i < MAX_POSITION_STATES; i++) {
                Arrays.fill(low[i], (short) HALF);
                Arrays.fill(middle[i], (short) HALF);
            }
        }

        int read(int positionState) throws Unreadable {
            if (bit(choice, 0) == 0) {
                return tree(low[positionState], 3);
            }
            return bit(choice, 1) == 0 ? 8 + tree(middle[positionState], 3) : 16 + tree(high, 8);
        }
    }
}
