package org.chancery.mailets.host;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.chancery.core.spool.SpooledMail;
import org.chancery.mailets.trace.Custody;

/** The bytes of a spooled mail for a mailet of others: while they are read, its thread is not interrupted. */
final class CustodyStream extends FilterInputStream {
    private final Custody custody;

    private CustodyStream(InputStream in, Custody custody) {
        super(in);
        this.custody = custody;
    }

    static InputStream open(SpooledMail mail, Custody custody) {
        custody.enterCore();
        try {
            // James reads header sections byte by byte.
            return new BufferedInputStream(new CustodyStream(mail.open(), custody), 8192);
        } finally {
            custody.leaveCore();
        }
    }

    @Override
    public int read() throws IOException {
        custody.enterCore();
        try {
            return super.read();
        } finally {
            custody.leaveCore();
        }
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        custody.enterCore();
        try {
            return super.read(bytes, offset, length);
        } finally {
            custody.leaveCore();
        }
    }

    @Override
    public long skip(long count) throws IOException {
        custody.enterCore();
        try {
            return super.skip(count);
        } finally {
            custody.leaveCore();
        }
    }
}
