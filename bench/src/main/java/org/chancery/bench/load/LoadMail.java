package org.chancery.bench.load;

import java.nio.charset.StandardCharsets;

/** Makes the mails of one load: alike but for the recipient and the Message-ID. */
final class LoadMail {
    private static final int LINE = 78;
    private static final String TEXT = "abcdefghijklmnopqrstuvwxyz0123456789 ABCDEFGHIJ";
    private static final byte[] END = {'.', '\r', '\n'};

    private final String run;
    private final int octets;
    private final byte[] filler;

    LoadMail(String run, int octets) {
        this.run = run;
        this.octets = octets;
        this.filler = new byte[octets];
        for (int i = 0; i < octets; i++) {
            int column = i % LINE;
            filler[i] = (byte)
                    (column == LINE - 2
                            ? '\r'
                            : column == LINE - 1 ? '\n' : TEXT.charAt((i * 7 + i / LINE) % TEXT.length()));
        }
    }

    /** A mail of the wanted size, which ends in CRLF, and the end of data (RFC 5321 §4.1.1.4). */
    byte[] withEnd(int number, String recipient) {
        byte[] header = """
                From: <a@load.test>
                To: <%s>
                Subject: load %d
                Message-ID: <%d.%s@load.test>
                Date: Sat, 21 Nov 2026 20:00:00 +0000
                MIME-Version: 1.0
                Content-Type: text/plain; charset=us-ascii

                """.formatted(recipient, number, number, run)
                .replace("\n", "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        if (header.length + 2 > octets) {
            throw new IllegalArgumentException("a mail has at least " + (header.length + 2) + " octets");
        }
        byte[] mail = new byte[octets + END.length];
        System.arraycopy(header, 0, mail, 0, header.length);
        System.arraycopy(filler, 0, mail, header.length, octets - header.length);
        mail[octets - 2] = '\r';
        mail[octets - 1] = '\n';
        // The filler may be cut between its CR and LF, or right before the CR LF that was put at the end.
        if (mail[octets - 3] == '\r') {
            mail[octets - 3] = 'x';
        }
        System.arraycopy(END, 0, mail, octets, END.length);
        return mail;
    }
}
