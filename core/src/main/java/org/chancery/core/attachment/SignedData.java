package org.chancery.core.attachment;

import java.io.ByteArrayOutputStream;

/**
 * Opens what is signed by S/MIME without being readable as it stands (RFC 8551 §3.5.2): a whole MIME entity within CMS (RFC 5652
 * §5). What is encrypted stays closed, and is no more suspicious for that than a letter in an envelope.
 */
final class SignedData {
    /** 1.2.840.113549.1.7.2 and .1, as DER. */
    private static final String SIGNED_DATA = "\u0006\u0009\u002a\u0086\u0048\u0086\u00f7\r\u0001\u0007\u0002";

    private static final String DATA = "\u0006\u0009\u002a\u0086\u0048\u0086\u00f7\r\u0001\u0007\u0001";
    private static final int OCTET_STRING = 0x04;
    private static final int CONSTRUCTED = 0x20;
    private static final int MAX_NESTING = 4;

    private final Octets o;
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private long at;

    private SignedData(Octets octets) {
        this.o = octets;
    }

    static void inspect(Inspection inspection, Item item) {
        int signed = item.octets().slice(0, 32).indexOf(SIGNED_DATA, 0);
        int data = signed < 0 ? -1 : item.octets().slice(0, 4_096).indexOf(DATA, signed);
        if (data < 0) {
            return;
        }
        SignedData reader = new SignedData(item.octets());
        reader.at = data + (long) DATA.length();
        reader.tag(); // [0] EXPLICIT
        reader.octetString(0);
        if (reader.content.size() > 0) {
            Entity.inspect(inspection, item, Octets.of(reader.content.toByteArray()), true);
        }
    }

    private void octetString(int nesting) {
        int tag = o.u8(at);
        if ((tag & ~CONSTRUCTED) != OCTET_STRING || nesting > MAX_NESTING) {
            return;
        }
        long length = tag();
        if ((tag & CONSTRUCTED) == 0) {
            Octets piece = o.slice(at, length);
            content.writeBytes(piece.copy());
            at += length;
            return;
        }
        // Of indefinite length, until a tag of zero: BER, as programs that stream write it.
        long end = length < 0 ? o.length() : at + length;
        while (at < end && o.isInside(at) && (o.u8(at) & ~CONSTRUCTED) == OCTET_STRING) {
            octetString(nesting + 1);
        }
    }

    /** Passes tag and length; the length, or -1 where it is indefinite. */
    private long tag() {
        at++;
        int first = o.u8(at++);
        if (first < 0x80) {
            return first;
        }
        int count = first & 0x7f;
        long length = 0;
        for (int i = 0; i < Math.min(count, 4); i++) {
            length = length << 8 | o.u8(at++);
        }
        return count == 0 ? -1 : length;
    }
}
