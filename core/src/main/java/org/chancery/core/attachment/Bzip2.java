package org.chancery.core.attachment;

import java.util.Arrays;

/** Undoes bzip2: Huffman codes, move-to-front, the Burrows-Wheeler transform and runs, block by block. */
final class Bzip2 {
    private static final long BLOCK = 0x314159265359L;
    private static final int GROUP = 50;
    private static final int MAX_CODE = 20;
    private static final int MAX_SYMBOLS = 258;

    private final Octets in;
    private final Output out;
    private long bitAt;
    private int runOf = -1;
    private int run;

    private Bzip2(Octets in, Output out) {
        this.in = in;
        this.out = out;
    }

    static void decode(Octets in, Output out) throws Unreadable {
        Bzip2 decoder = new Bzip2(in, out);
        int level = in.u8(3) - '0';
        if (level < 1 || level > 9) {
            throw new Unreadable("no bzip2");
        }
        decoder.bitAt = 32;
        while (!out.isFull() && decoder.bits(48) == BLOCK) {
            decoder.block(level * 100_000);
        }
    }

    private void block(int maxSize) throws Unreadable {
        bits(32); // a checksum
        if (bits(1) != 0) {
            throw new Unreadable("randomised");
        }
        int origin = (int) bits(24);
        int[] alphabet = alphabet();
        int symbols = alphabet.length + 2;
        Huffman[] tables = new Huffman[(int) bits(3)];
        int selectors = (int) bits(15);
        if (tables.length < 2 || tables.length > 6 || selectors < 1 || alphabet.length == 0) {
            throw new Unreadable("no tables");
        }
        int[] selected = selectors(selectors, tables.length);
        for (int i = 0; i < tables.length; i++) {
            tables[i] = huffman(symbols);
        }
        int[] transformed = new int[maxSize];
        int size = symbols(tables, selected, alphabet, transformed);
        undoTransform(transformed, size, origin);
    }

    private int[] alphabet() {
        long ranges = bits(16);
        int[] used = new int[256];
        int count = 0;
        for (int i = 0; i < 16; i++) {
            if ((ranges >> (15 - i) & 1) != 0) {
                long range = bits(16);
                for (int j = 0; j < 16; j++) {
                    if ((range >> (15 - j) & 1) != 0) {
                        used[count++] = i * 16 + j;
                    }
                }
            }
        }
        return Arrays.copyOf(used, count);
    }

    private int[] selectors(int count, int tables) throws Unreadable {
        int[] order = {0, 1, 2, 3, 4, 5};
        int[] selected = new int[count];
        for (int i = 0; i < count; i++) {
            int j = 0;
            while (bits(1) != 0) {
                if (++j >= tables) {
                    throw new Unreadable("no such table");
                }
            }
            int table = order[j];
            System.arraycopy(order, 0, order, 1, j);
            order[0] = table;
            selected[i] = table;
        }
        return selected;
    }

    private Huffman huffman(int symbols) throws Unreadable {
        int[] lengths = new int[symbols];
        int length = (int) bits(5);
        for (int i = 0; i < symbols; i++) {
            while (bits(1) != 0) {
                length += bits(1) == 0 ? 1 : -1;
            }
            if (length < 1 || length > MAX_CODE || in.length() * 8L < bitAt) {
                throw new Unreadable("no code length");
            }
            lengths[i] = length;
        }
        return new Huffman(lengths);
    }

    private int symbols(Huffman[] tables, int[] selected, int[] alphabet, int[] into) throws Unreadable {
        int end = alphabet.length + 1;
        int size = 0;
        int runLength = 0;
        int runBit = 1;
        for (int group = 0; group < selected.length; group++) {
            Huffman table = tables[selected[group]];
            for (int i = 0; i < GROUP; i++) {
                int symbol = table.read();
                if (symbol <= 1) {
                    runLength += runBit << symbol;
                    runBit <<= 1;
                    if (runLength > into.length) {
                        throw new Unreadable("a run beyond the block");
                    }
                    continue;
                }
                for (; runLength > 0; runLength--) {
                    size = put(into, size, alphabet[0]);
                }
                runBit = 1;
                if (symbol == end) {
                    return size;
                }
                int octet = alphabet[symbol - 1];
                System.arraycopy(alphabet, 0, alphabet, 1, symbol - 1);
                alphabet[0] = octet;
                size = put(into, size, octet);
            }
        }
        throw new Unreadable("no end of the block");
    }

    private static int put(int[] into, int size, int octet) throws Unreadable {
        if (size == into.length) {
            throw new Unreadable("a block beyond its size");
        }
        into[size] = octet;
        return size + 1;
    }

    private void undoTransform(int[] block, int size, int origin) throws Unreadable {
        if (origin >= size) {
            throw new Unreadable("no origin");
        }
        int[] starts = new int[257];
        for (int i = 0; i < size; i++) {
            starts[(block[i] & 0xff) + 1]++;
        }
        for (int i = 0; i < 256; i++) {
            starts[i + 1] += starts[i];
        }
        for (int i = 0; i < size; i++) {
            block[starts[block[i] & 0xff]++] |= i << 8;
        }
        int next = block[origin] >>> 8;
        for (int i = 0; i < size && !out.isFull(); i++) {
            int octet = block[next] & 0xff;
            next = block[next] >>> 8;
            put(octet);
        }
    }

    /** Four like octets are followed by how many more there are. */
    private void put(int octet) {
        if (run == 4) {
            for (int i = 0; i < octet && !out.isFull(); i++) {
                out.write(runOf);
            }
            run = 0;
            runOf = -1;
            return;
        }
        run = octet == runOf ? run + 1 : 1;
        runOf = octet;
        out.write(octet);
    }

    private long bits(int count) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            value = value << 1 | (in.u8(bitAt >> 3) >> (7 - (bitAt & 7)) & 1);
            bitAt++;
        }
        return value;
    }

    /** A canonical code. */
    private final class Huffman {
        private final int[] limit = new int[MAX_CODE + 2];
        private final int[] base = new int[MAX_CODE + 2];
        private final int[] symbols = new int[MAX_SYMBOLS];

        Huffman(int[] lengths) {
            int count = 0;
            int code = 0;
            for (int length = 1; length <= MAX_CODE; length++) {
                base[length] = code - count;
                for (int symbol = 0; symbol < lengths.length; symbol++) {
                    if (lengths[symbol] == length) {
                        symbols[count++] = symbol;
                        code++;
                    }
                }
                limit[length] = code;
                code <<= 1;
            }
        }

        int read() throws Unreadable {
            int code = 0;
            for (int length = 1; length <= MAX_CODE; length++) {
                code = code << 1 | (int) bits(1);
                if (code < limit[length]) {
                    int index = code - base[length];
                    if (index < 0 || index >= MAX_SYMBOLS) {
                        break;
                    }
                    return symbols[index];
                }
            }
            throw new Unreadable("no such code");
        }
    }
}
