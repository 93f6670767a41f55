package org.chancery.core.mail;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Turns the bare CR of old Macintosh files into LF, in mails that have no other line end. SMTP lets none of them in,
 * other ways might; the first octets read decide.
 */
final class LineEnds extends FilterInputStream {
    private enum Kind {
        UNKNOWN,
        ORDINARY,
        BARE_CR
    }

    private Kind kind = Kind.UNKNOWN;

    LineEnds(InputStream in) {
        super(in);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] out, int offset, int length) throws IOException {
        int count = super.read(out, offset, length);
        if (kind == Kind.UNKNOWN) {
            kind = decide(out, offset, count);
        }
        if (kind == Kind.BARE_CR) {
            for (int i = offset; i < offset + count; i++) {
                if (out[i] == '\r') {
                    out[i] = '\n';
                }
            }
        }
        return count;
    }

    private static Kind decide(byte[] octets, int offset, int count) {
        boolean bareCr = false;
        for (int i = offset; i < offset + count; i++) {
            if (octets[i] == '\n') {
                return Kind.ORDINARY;
            }
            bareCr |= octets[i] == '\r' && i < offset + count - 1;
        }
        return bareCr ? Kind.BARE_CR : Kind.UNKNOWN;
    }
}
