package org.chancery.core.mail;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.chancery.core.mail.MessageContent.Attachment;
import org.chancery.core.mail.MessageHeader.Field;

/**
 * A mail that is about to leave, as its recipient may see it by whatever program they have; for those who decide whether it
 * leaves. {@link MessageContent} shows mail as its receivers want it: here nothing is left out as meant for programs, and where
 * programs differ about what the mail says, that is told.
 *
 * @param files every part that is not merely text to read, in the mail's order: reports, signatures, mails and texts with a
 *     file name, too
 * @param readAsText the ids of those files that are text, and stand in the content's, too
 * @param doubts why another program may show something else; none where it was read in full
 */
public record FullReading(
        MessageHeader header,
        MessageContent content,
        List<Attachment> files,
        Set<String> readAsText,
        Set<Doubt> doubts) {
    /** Fields that say how the mail is built and where it belongs, or that stand elsewhere in a reading. */
    private static final Set<String> TOLD_ELSEWHERE = Set.of(
            "from",
            "to",
            "cc",
            "bcc",
            "reply-to",
            "subject",
            "date",
            "message-id",
            "mime-version",
            "content-type",
            "content-transfer-encoding");

    /** Why another program may show something else than we read. */
    public enum Doubt {
        LONG_HEADER("its header section is longer than we read"),
        CUT("it is longer, has more parts or is nested deeper than we read"),
        UNOPENED("it has a multipart whose boundary is missing or cannot be used"),
        ENCODED_MULTIPART("it has a multipart with a transfer encoding"),
        EMPTY_MULTIPART("it has a multipart without parts"),
        DOUBLE_FIELD("a part of it has a field twice, or a parameter"),
        NO_FIELD("a header section in it has a line that is no field"),
        UNKNOWN_CHARSET("it has text in a charset that we do not know");

        private final String text;

        Doubt(String text) {
            this.text = text;
        }

        /** For people, with the mail as {@code it}. */
        public String text() {
            return text;
        }
    }

    public FullReading {
        files = List.copyOf(files);
        readAsText = Set.copyOf(readAsText);
        doubts = Set.copyOf(doubts);
    }

    static FullReading of(
            MessageHeader header,
            MessageContent content,
            List<Attachment> files,
            Set<String> readAsText,
            Set<Doubt> doubts) {
        EnumSet<Doubt> all = EnumSet.noneOf(Doubt.class);
        all.addAll(doubts);
        boolean isCut = header.fields().stream()
                .anyMatch(field -> !TOLD_ELSEWHERE.contains(field.name().toLowerCase(Locale.ROOT))
                        && !field.name().equalsIgnoreCase("References")
                        && field.body().length() >= MessageReader.MAX_KEPT_FIELD);
        if (isCut || content.truncated()) {
            all.add(Doubt.CUT);
        }
        return new FullReading(header, content, files, readAsText, all);
    }

    /** Whether all of it was read, and every program reads the same. */
    public boolean isWhole() {
        return doubts.isEmpty();
    }

    /** Whether files go with it, as far as anybody can tell. */
    public boolean mayCarryFiles() {
        return !files.isEmpty() || !isWhole();
    }

    /** The reasons to doubt, for people; empty where there are none. */
    public String whyNotWhole() {
        return String.join("; ", doubts.stream().sorted().map(Doubt::text).toList());
    }

    /** What its HTML says, as text, where that is something else than its text says: most programs show the HTML. */
    public Optional<String> saidInHtmlOnly() {
        String html = content.html();
        if (html == null || html.isBlank()) {
            return Optional.empty();
        }
        String said = HtmlText.of(html, MessageReader.MAX_TEXT);
        return words(said).equals(words(content.text())) ? Optional.empty() : Optional.of(said);
    }

    /** Letters and digits alone: how a text is laid out says nothing. */
    private static String words(String text) {
        StringBuilder words = new StringBuilder(text.length());
        Normalizer.normalize(text, Normalizer.Form.NFKC)
                .codePoints()
                .filter(Character::isLetterOrDigit)
                .forEach(words::appendCodePoint);
        return words.toString();
    }

    /**
     * The fields that say more than who writes what to whom: where answers and receipts go, what buttons a program shows. The
     * first {@code Received} field, which is ours, is left out.
     */
    public List<Field> furtherFields() {
        List<Field> further = new ArrayList<>();
        boolean isOurs = true;
        for (Field field : header.fields()) {
            if (field.name().equalsIgnoreCase("Received") && isOurs) {
                isOurs = false;
            } else if (!TOLD_ELSEWHERE.contains(field.name().toLowerCase(Locale.ROOT))) {
                further.add(new Field(field.name(), HeaderText.decode(field.body(), MessageReader.MAX_KEPT_FIELD)));
            }
        }
        return further;
    }
}
