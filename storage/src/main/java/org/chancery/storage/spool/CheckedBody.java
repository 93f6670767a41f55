package org.chancery.storage.spool;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32C;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.SpoolId;
import org.chancery.core.spool.DamagedMail;

/** The body of a mail from a file of its own; its end is reached without an exception only if it is what was written. */
final class CheckedBody extends FilterInputStream {
    private final SpoolId id;
    private final int expectedSum;
    private final CRC32C sum = new CRC32C();
    private long left;

    CheckedBody(InputStream in, SpoolId id, LogRecord.Part expected) {
        super(in);
        this.id = id;
        this.left = expected.bytes();
        this.expectedSum = expected.sum();
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
        if (length == 0) {
            return 0;
        }
        if (left == 0) {
            requireWhole();
            return -1;
        }
        int count = readFile(bytes, offset, (int) Math.min(length, left));
        if (count < 0) {
            throw new DamagedMail(id, "its file ends " + left + " octets too early", null);
        }
        sum.update(bytes, offset, count);
        left -= count;
        return count;
    }

    @Override
    public long skip(long count) {
        // What is skipped counts for the checksum too.
        byte[] skipped = new byte[(int) Math.min(count, 8192)];
        return Math.max(0, read(skipped, 0, skipped.length));
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    // What the disk cannot give now is no fault of the mail, nor of whoever reads it.
    private int readFile(byte[] bytes, int offset, int length) {
        try {
            return in.read(bytes, offset, length);
        } catch (IOException e) {
            throw new Unavailable("reading the file of the spooled mail " + id, e);
        }
    }

    private void requireWhole() {
        if ((int) sum.getValue() != expectedSum) {
            throw new DamagedMail(id, "its file is not what was written", null);
        }
    }
}
