package org.chancery.delivery.smtp;

import java.time.Duration;

/**
 * Writes the bytes of a mail between DATA and the final dot, and nothing but them: a line that begins with a dot gets one
 * more (RFC 5321 §4.5.2), which the peer takes off again. Used for one mail.
 */
final class DataWriter {
    private static final int BLOCK = 32_768;

    private final SmtpConnection connection;
    private final Duration blockLimit;
    private final byte[] block = new byte[BLOCK];
    private int filled;
    private boolean atLineStart = true;

    DataWriter(SmtpConnection connection, Duration blockLimit) {
        this.connection = connection;
        this.blockLimit = blockLimit;
    }

    /** The bytes must have CRLF as their only line ends. */
    void write(byte[] bytes, int length) throws ConversationEnded {
        for (int i = 0; i < length; i++) {
            byte b = bytes[i];
            if (atLineStart && b == '.') {
                put((byte) '.');
            }
            put(b);
            atLineStart = b == '\n';
        }
    }

    /** Sends all that was written; the mail is still without its end, and a peer that loses us now forgets it. */
    void flush() throws ConversationEnded {
        sendBlock();
    }

    /** Ends the mail. Text that does not end in CRLF gets one: SMTP knows no other end of a line (§4.1.1.4). */
    void end() throws ConversationEnded {
        if (!atLineStart) {
            put((byte) '\r');
            put((byte) '\n');
        }
        put((byte) '.');
        put((byte) '\r');
        put((byte) '\n');
        sendBlock();
    }

    private void put(byte b) throws ConversationEnded {
        if (filled == BLOCK) {
            sendBlock();
        }
        block[filled++] = b;
    }

    private void sendBlock() throws ConversationEnded {
        connection.data(block, filled, blockLimit);
        filled = 0;
    }
}
