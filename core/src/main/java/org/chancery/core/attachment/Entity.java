package org.chancery.core.attachment;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.chancery.core.mail.MessageReader;
import org.chancery.core.mail.NamedPart;

/** A MIME entity that is not a part of the mail, but the content of a file (RFC 2045 §2.4). */
final class Entity {
    private static final int BEGINNING = 4_096;

    private Entity() {}

    /** Whether a text is one: it begins with header fields, and has one that every entity with parts has. */
    static boolean isOne(Octets text) {
        String beginning = FileText.lowerCase(text.slice(0, BEGINNING));
        int end = beginning.indexOf("\n\n");
        int other = beginning.indexOf("\r\n\r\n");
        int body = Math.min(end < 0 ? beginning.length() : end, other < 0 ? beginning.length() : other);
        String header = '\n' + beginning.substring(0, body);
        return header.contains("\ncontent-type:")
                && (header.contains("\nmime-version:") || header.contains("multipart/"));
    }

    /** @param isMail whether its text is shown as that of a mail, and opened by nobody */
    static void inspect(Inspection inspection, Item item, Octets entity, boolean isMail) {
        try {
            boolean all = MessageReader.parts(
                    new ByteArrayInputStream(entity.array(), entity.start(), entity.length()),
                    part -> part(inspection, item, part, isMail));
            if (!all) {
                inspection.findings().add(AttachmentSign.PARTS_UNREAD, item.path(), "has more parts than are read");
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException("reading from memory", impossible);
        }
    }

    private static void part(Inspection inspection, Item item, NamedPart part, boolean isMail) throws IOException {
        String name = part.filenames().isEmpty() ? "" : part.filenames().getFirst();
        boolean isShown = isMail
                && !part.isAttachment()
                && name.isEmpty()
                && part.contentType().startsWith("text/");
        if (!isShown) {
            byte[] held = part.octets().readNBytes(Unpacking.MAX_KEPT);
            inspection.look(item.inner(name, Octets.of(held), held.length < Unpacking.MAX_KEPT));
        }
    }
}
