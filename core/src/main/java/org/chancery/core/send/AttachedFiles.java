package org.chancery.core.send;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.chancery.core.mail.MessageContent;
import org.chancery.core.mail.MessageReader;
import org.chancery.core.mailbox.PinnedMail;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.mailbox.RawMailStore;

/** The files of a mail of ours, for another one that is made of it. */
final class AttachedFiles {
    private AttachedFiles() {}

    /** @param maxSize octets of one file */
    static List<OutgoingMail.Attachment> of(RawMailStore raw, RawDigest mail, long maxSize) {
        try (InputStream in = raw.open(mail)) {
            return of(raw, mail, MessageReader.content(in).attachments(), maxSize);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Those of its files. */
    static List<OutgoingMail.Attachment> of(
            RawMailStore raw, RawDigest mail, List<MessageContent.Attachment> wanted, long maxSize) {
        Map<String, MessageContent.Attachment> listed = new LinkedHashMap<>();
        wanted.forEach(file -> listed.put(file.id(), file));
        List<OutgoingMail.Attachment> files = new ArrayList<>();
        try {
            try (InputStream in = PinnedMail.open(raw, mail)) {
                MessageReader.attachments(in, listed.keySet(), (id, part) -> {
                    MessageContent.Attachment file = Objects.requireNonNull(listed.remove(id));
                    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                    part.writeTo(bytes, maxSize);
                    String name = file.filename() == null ? "attachment" : file.filename();
                    files.add(new OutgoingMail.Attachment(name, file.contentType(), bytes.toByteArray()));
                });
                in.transferTo(OutputStream.nullOutputStream());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!listed.isEmpty()) {
            throw new IllegalStateException("the mail lost the parts " + listed.keySet());
        }
        return files;
    }
}
