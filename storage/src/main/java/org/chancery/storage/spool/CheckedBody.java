package org.chancery.storage.spool;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32C;

/** The body of a mail from a file of its own; its end is reached without an exception only if it is what was written. */
final class CheckedBody extends FilterInputStream {
    private final int expectedSum;
    private final CRC32C sum = new CRC32C();
    private long left;

    CheckedBody(InputStream in, LogRecord.Part expected) {
        super(in);
        this.left = expected.bytes();
        this.expectedSum = expected.sum();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (left == 0) {
            requireWhole();
            return -1;
        }
        int count = super.read(bytes, offset, (int) Math.min(length, left));
        if (count < 0) {
            throw new EOFException("the file of a spooled mail ends " + left + " octets too early");
        }
        sum.update(bytes, offset, count);
        left -= count;
        return count;
    }

    @Override
    public long skip(long count) throws IOException {
        // What is skipped counts for the checksum too.
        byte[] skipped = new byte[(int) Math.min(count, 8192)];
        return Math.max(0, read(skipped, 0, skipped.length));
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private void requireWhole() throws IOException {
        if ((int) sum.getValue() != expectedSum) {
            throw new IOException("the file of a spooled mail is not what was written");
        }
    }
}
