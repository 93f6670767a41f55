package org.chancery.core.attachment;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.chancery.core.mail.MessageReader;
import org.chancery.core.mail.NamedPart;

/**
 * Looks into everything that a mail carries, archives within archives and messages within messages included, and says what is
 * dangerous and what is odd. Believes neither names nor declared types.
 *
 * <p>Any octets give an answer. What one mail may cost is bounded: in octets unpacked and entries ({@link Budget}), in depth
 * ({@link #MAX_DEPTH}, {@link #MAX_MESSAGES}), and in memory ({@link #MAX_PART} for a part, {@link Unpacking#MAX_KEPT} for each
 * archive around it). What lies past a bound is judged by its beginning, and that is said.
 */
public final class AttachmentInspector {
    /** What is held of one part: all of it in a mail of the usual largest size, 25 MiB in base64. */
    static final int MAX_PART = 20 << 20;
    /** Archives and documents within each other; a document with an object in it, in an archive, is three. */
    static final int MAX_DEPTH = 5;
    /** Messages attached to messages. */
    static final int MAX_MESSAGES = 8;

    private AttachmentInspector() {}

    /** @param raw the mail; read to its end, and not closed */
    public static AttachmentFindings inspect(InputStream raw) throws IOException {
        return inspect(raw, new Budget());
    }

    /**
     * The same for a mail that makes little work.
     *
     * @param most octets that are attached, unpacked or looked through for words
     * @return empty where it makes more work, and what was done is lost
     */
    public static Optional<AttachmentFindings> inspect(InputStream raw, long most) throws IOException {
        try {
            return Optional.of(inspect(raw, new Budget(most)));
        } catch (Budget.Spent more) {
            return Optional.empty();
        }
    }

    private static AttachmentFindings inspect(InputStream raw, Budget budget) throws IOException {
        Findings findings = new Findings();
        new Walk(new Inspection(findings, budget)).message(raw, "", 0);
        if (budget.isBurst()) {
            // Behind that point nothing was unpacked any more, wherever it was.
            findings.add(AttachmentSign.ARCHIVE_BOMB, "the mail", "more to unpack than is reasonable");
        }
        return findings.all();
    }

    /** One way through the parts of a mail and of the messages in it. */
    private static final class Walk {
        private final Inspection inspection;

        Walk(Inspection inspection) {
            this.inspection = inspection;
        }

        void message(InputStream raw, String path, int depth) throws IOException {
            int[] count = new int[1];
            boolean all = MessageReader.parts(raw, part -> part(part, path + "part " + ++count[0], path, depth));
            if (!all) {
                inspection
                        .findings()
                        .add(AttachmentSign.PARTS_UNREAD, path + "the mail", "has more parts than are read");
            }
        }

        private void part(NamedPart part, String number, String path, int depth) throws IOException {
            String shown = part.filenames().isEmpty()
                    ? number
                    : path + part.filenames().getFirst();
            String type = part.contentType();
            if (part.hasTurnedName()) {
                inspection
                        .findings()
                        .add(AttachmentSign.NAME_TURNED_ROUND, shown, "its name is shown in another order");
            }
            if (type.equals("message/partial") && isPiece(part)) {
                inspection.findings().add(AttachmentSign.MESSAGE_FRAGMENT, shown, "a piece of a message");
            } else if (type.equals("message/external-body")) {
                inspection.findings().add(AttachmentSign.EXTERNAL_BODY, shown, "a part that lies elsewhere");
            }
            if (isMessage(part)) {
                attachedMessage(part, shown, depth);
            } else {
                file(part, shown);
            }
        }

        private void attachedMessage(NamedPart part, String shown, int depth) throws IOException {
            if (depth + 1 >= MAX_MESSAGES) {
                inspection.findings().add(AttachmentSign.NESTED_TOO_DEEP, shown, "messages within messages");
                return;
            }
            message(part.octets(), shown + " › ", depth + 1);
        }

        private void file(NamedPart part, String shown) throws IOException {
            byte[] held = part.octets().readNBytes(MAX_PART);
            boolean whole = held.length < MAX_PART || part.octets().read() < 0;
            Item item = new Item(shown, part.filenames(), part.contentType(), Octets.of(held), whole, 0);
            inspection.part(item, isShown(part));
            if (!whole) {
                inspection
                        .findings()
                        .add(
                                AttachmentSign.TOO_LARGE,
                                shown,
                                "larger than what is looked into; judged by its beginning");
            }
        }

        // RFC 2046 §5.2.2: without these two nobody could put it together; some servers return mail under that type.
        private static boolean isPiece(NamedPart part) {
            return part.parameters().containsKey("id") && part.parameters().containsKey("number");
        }

        private static boolean isMessage(NamedPart part) {
            return part.contentType().equals("message/rfc822")
                    || part.contentType().equals("message/global")
                    || part.filenames().stream()
                            .anyMatch(name -> name.toLowerCase(Locale.ROOT).endsWith(".eml"));
        }

        /** Text that mail programs show as the mail itself, and that nobody opens. */
        private static boolean isShown(NamedPart part) {
            return !part.isAttachment()
                    && part.filenames().isEmpty()
                    && List.of(
                                    "text/plain",
                                    "text/html",
                                    "text/enriched",
                                    "text/calendar",
                                    "text/x-amp-html",
                                    "text/watch-html")
                            .contains(part.contentType());
        }
    }
}
