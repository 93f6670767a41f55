package org.chancery.core.attachment;

import java.io.ByteArrayOutputStream;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Undoes DEFLATE (RFC 1951) within the budget: keeps the beginning of what comes out, and counts the rest. */
final class Unpacking {
    /** What is kept of a file within an archive; documents and programs in mail are smaller. */
    static final int MAX_KEPT = 8 << 20;

    private static final int BUFFER = 32 * 1024;

    /**
     * What came out.
     *
     * @param isWhole whether the octets are all there was
     * @param consumed packed octets that were read
     * @param isBroken whether they were no DEFLATE to their end
     */
    record Unpacked(Octets octets, boolean isWhole, long consumed, boolean isBroken) {}

    private Unpacking() {}

    /** @param wrapped whether it begins with a zlib header (RFC 1950) */
    static Unpacked inflate(Octets packed, boolean wrapped, int keep, Budget budget) {
        Inflater inflater = new Inflater(!wrapped);
        try {
            inflater.setInput(packed.array(), packed.start(), packed.length());
            ByteArrayOutputStream kept = new ByteArrayOutputStream(Math.clamp(packed.length() * 3L, 64, 1 << 20));
            byte[] buffer = new byte[BUFFER];
            long total = 0;
            boolean broken = false;
            while (!inflater.finished()) {
                int count = inflater.inflate(buffer);
                if (count == 0) {
                    broken = !inflater.finished();
                    break;
                }
                kept.write(buffer, 0, (int) Math.min(count, keep - (long) kept.size()));
                total += count;
                if (!budget.unpacked(count)) {
                    break;
                }
            }
            boolean whole = inflater.finished() && total == kept.size();
            return new Unpacked(Octets.of(kept.toByteArray()), whole, inflater.getBytesRead(), broken);
        } catch (DataFormatException noDeflate) {
            return new Unpacked(Octets.NONE, false, inflater.getBytesRead(), true);
        } finally {
            inflater.end();
        }
    }
}
