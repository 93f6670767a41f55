package org.chancery.mailets.authentication.signature;

import java.io.IOException;
import java.io.InputStream;

/**
 * A mail as it was when it was signed: each line ends in CR LF. Mail that came by SMTP has no others; a kept one may have lost the
 * CRs. Read from its beginning in one pass, through a buffer of its own.
 */
final class MailLines {
    private final InputStream in;
    private final byte[] buffer = new byte[16 << 10];
    private int at;
    private int end;
    private int last = -1;
    private boolean feedIsDue;

    MailLines(InputStream in) {
        this.in = in;
    }

    /** The next octet, or -1 at the end. */
    int read() throws IOException {
        if (feedIsDue) {
            feedIsDue = false;
            last = '\n';
            return '\n';
        }
        if (at == end) {
            end = Math.max(0, in.read(buffer));
            at = 0;
            if (end == 0) {
                return -1;
            }
        }
        int octet = buffer[at++] & 0xff;
        if (octet == '\n' && last != '\r') {
            feedIsDue = true;
            octet = '\r';
        }
        last = octet;
        return octet;
    }

    /** As many of the next octets as are at hand; 0 at the end. */
    int read(byte[] into) throws IOException {
        int length = 0;
        while (length < into.length) {
            int octet = read();
            if (octet < 0) {
                break;
            }
            into[length++] = (byte) octet;
        }
        return length;
    }
}
