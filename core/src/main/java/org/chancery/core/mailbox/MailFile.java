package org.chancery.core.mailbox;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.chancery.core.mail.DecodedPart;
import org.chancery.core.mail.MessageContent.Attachment;
import org.chancery.core.mail.MessageReader;

/**
 * A file of a mail, on its way to somebody who may see the mail.
 *
 * @param octets without their transfer encoding, read from the store bit by bit; closed by whoever reads them
 */
public record MailFile(Attachment about, InputStream octets) {

    /**
     * Opens a file of a mail; empty where none has that id.
     *
     * @param shown the files that the caller is shown of it: what is text to them is none
     * @throws MissingMail where the mail's bytes are gone
     */
    public static Optional<MailFile> open(RawMailStore store, RawDigest mail, List<Attachment> shown, String id) {
        Attachment about =
                shown.stream().filter(file -> file.id().equals(id)).findFirst().orElse(null);
        if (about == null) {
            return Optional.empty();
        }
        InputStream raw = store.open(mail);
        boolean isHandedOn = false;
        try {
            Optional<DecodedPart> part = MessageReader.attachment(raw, id);
            isHandedOn = part.isPresent();
            return part.map(found -> new MailFile(about, new PartStream(found.octets(), raw)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (!isHandedOn) {
                close(raw);
            }
        }
    }

    private static void close(InputStream raw) {
        try {
            raw.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A part of a mail, which ends with the mail. */
    private static final class PartStream extends FilterInputStream {
        private final InputStream mail;

        PartStream(InputStream part, InputStream mail) {
            super(part);
            this.mail = mail;
        }

        @Override
        public void close() throws IOException {
            mail.close();
        }
    }
}
