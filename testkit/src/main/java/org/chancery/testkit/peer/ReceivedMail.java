package org.chancery.testkit.peer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A mail as the peer got it.
 *
 * @param helo the name that the client gave itself
 * @param mailCommand the MAIL command with its parameters
 * @param recipients those whom the peer took, as they stood between the angle brackets
 * @param pipelined whether more commands were there already when MAIL was read
 * @param user who had authenticated, or null
 * @param acknowledged whether the peer answered the final dot with 2yz; false where the script cut the reply off
 */
public record ReceivedMail(
        String helo,
        String mailCommand,
        List<String> recipients,
        Content content,
        boolean pipelined,
        boolean tls,
        @Nullable String user,
        boolean acknowledged) {
    public ReceivedMail {
        recipients = List.copyOf(recipients);
    }

    /** What came between DATA and the final dot, the dot-stuffing taken off. */
    public static final class Content {
        private static final String SIGNATURE = "DKIM-Signature:";

        private final byte[] bytes;
        private final long size;
        private final String sha256;

        Content(byte[] bytes, long size, String sha256) {
            this.bytes = bytes;
            this.size = size;
            this.sha256 = sha256;
        }

        /** The bytes; none where the peer keeps digests only. */
        public byte[] bytes() {
            return bytes.clone();
        }

        /** The bytes as text. */
        public String text() {
            return new String(bytes, StandardCharsets.UTF_8);
        }

        /** The bytes below the signatures that were put on top. */
        public byte[] unsigned() {
            int at = 0;
            while (new String(bytes, at, Math.min(SIGNATURE.length(), bytes.length - at), StandardCharsets.US_ASCII)
                    .equalsIgnoreCase(SIGNATURE)) {
                do {
                    while (bytes[at++] != '\n') {
                        // to the end of the line
                    }
                } while (bytes[at] == '\t' || bytes[at] == ' ');
            }
            return Arrays.copyOfRange(bytes, at, bytes.length);
        }

        public long size() {
            return size;
        }

        /** In hexadecimal digits. */
        public String sha256() {
            return sha256;
        }
    }

    /** What stood between the angle brackets of MAIL FROM; empty for the null reverse-path. */
    public String reversePath() {
        return mailCommand.substring(mailCommand.indexOf('<') + 1, mailCommand.lastIndexOf('>'));
    }
}
