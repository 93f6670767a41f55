package org.chancery.smtpingest;

/** Counts the Received fields in the header of a mail that comes in pieces: one for each server that it passed. */
final class ReceivedCount {
    private static final byte[] NAME = {'r', 'e', 'c', 'e', 'i', 'v', 'e', 'd', ':'};
    private static final int OTHER_LINE = -1;

    private int count;
    /** How many characters of the name this line has had so far, or {@link #OTHER_LINE}. */
    private int matched;

    private boolean lineIsEmpty = true;
    private boolean headerEnded;

    int count() {
        return count;
    }

    /** Looks at the next piece. Lines end with CRLF: nothing else comes through. */
    void look(byte[] bytes, int offset, int length) {
        for (int i = offset; i < offset + length && !headerEnded; i++) {
            byte octet = bytes[i];
            if (octet == '\n') {
                headerEnded = lineIsEmpty;
                lineIsEmpty = true;
                matched = 0;
            } else if (octet != '\r') {
                lineIsEmpty = false;
                if (matched != OTHER_LINE) {
                    match(octet);
                }
            }
        }
    }

    private void match(byte octet) {
        int lower = octet >= 'A' && octet <= 'Z' ? octet + 32 : octet;
        if (lower != NAME[matched]) {
            matched = OTHER_LINE;
        } else if (++matched == NAME.length) {
            count++;
            matched = OTHER_LINE;
        }
    }
}
