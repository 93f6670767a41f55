package org.chancery.core.mail;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A part of a mail, ready to be read once.
 *
 * @param filename as in {@link MessageContent.Attachment}
 * @param contentType type and subtype in lower case, as the stranger says
 * @param octets the content without its transfer encoding; reads on from the mail's own stream
 */
public record DecodedPart(@Nullable String filename, String contentType, InputStream octets) {
    /** Copies at most so many octets; answers how many they were. */
    public long writeTo(OutputStream out, long limit) throws IOException {
        byte[] buffer = new byte[8192];
        long written = 0;
        while (written < limit) {
            int count = octets.read(buffer, 0, (int) Math.min(buffer.length, limit - written));
            if (count < 0) {
                break;
            }
            out.write(buffer, 0, count);
            written += count;
        }
        return written;
    }
}
