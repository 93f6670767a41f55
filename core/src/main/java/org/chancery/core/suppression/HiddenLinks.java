package org.chancery.core.suppression;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.chancery.core.access.Principal;
import org.chancery.core.access.Scope;

/**
 * A mail of ours as it is shown to a program that suppresses nobody: the signature of the link in its header, by which its recipient
 * wants no more, is zeros. Such a program could follow the link in the recipient's place. All else is as it is, its length too.
 */
public final class HiddenLinks extends FilterInputStream {
    private static final Pattern SIGNATURE = Pattern.compile(
            "(?<=" + UnsubscribeLinks.PATH + "[0-9a-z]{1,40}-)[0-9a-f]{" + UnsubscribeLinks.SIGNATURE_DIGITS + "}");

    private static final String ZEROS = "0".repeat(UnsubscribeLinks.SIGNATURE_DIGITS);

    /** RFC 5322 §2.1.1 allows 998 octets and their end; what is longer is read in pieces, and no field of ours is. */
    private static final int LONGEST_LINE = 4096;

    private InputStream line = InputStream.nullInputStream();
    private boolean inHeader = true;
    private boolean atLineStart = true;

    private HiddenLinks(InputStream mail) {
        super(mail);
    }

    /** The mail as that reader is shown it. */
    public static InputStream from(Principal reader, InputStream mail) {
        return reader.isProgram() && !reader.may(Scope.CONTACTS_WRITE) ? new HiddenLinks(mail) : mail;
    }

    @Override
    public int read() throws IOException {
        int octet = line.read();
        while (octet < 0 && inHeader) {
            octet = nextLine() ? line.read() : -1;
        }
        return octet < 0 ? in.read() : octet;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int count = line.read(into, from, length);
        while (count < 0 && inHeader) {
            count = nextLine() ? line.read(into, from, length) : -1;
        }
        return count < 0 ? in.read(into, from, length) : count;
    }

    /** Takes the next line of the header up; false at the end of the mail. The empty line is the last one. */
    private boolean nextLine() throws IOException {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        int octet = 0;
        while (octets.size() < LONGEST_LINE && octet != '\n') {
            octet = in.read();
            if (octet < 0) {
                break;
            }
            octets.write(octet);
        }
        String text = octets.toString(StandardCharsets.ISO_8859_1);
        // A line of blanks goes on with the field above it.
        boolean isEmptyLine = atLineStart && (text.equals("\r\n") || text.equals("\n"));
        inHeader = !isEmptyLine && !text.isEmpty();
        atLineStart = text.endsWith("\n");
        line = new ByteArrayInputStream(
                SIGNATURE.matcher(text).replaceAll(ZEROS).getBytes(StandardCharsets.ISO_8859_1));
        return !text.isEmpty();
    }

    @Override
    public long skip(long count) throws IOException {
        long skipped = 0;
        while (skipped < count && read() >= 0) {
            skipped++;
        }
        return skipped;
    }

    @Override
    public int available() throws IOException {
        return line.available();
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
