package org.chancery.core.send;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.HeaderText;
import org.chancery.core.mail.HtmlText;
import org.chancery.core.mail.InternetMessageId;
import org.chancery.core.mail.Mailbox;
import org.jspecify.annotations.Nullable;

/**
 * Writes a mail as bytes: ASCII, CRLF, lines of at most 998 characters and mostly of 78. The same mail gives the same
 * bytes, as their digest is what gets approved.
 *
 * <p>Nothing that a caller says can add a header field: control characters in a subject, a name, a file name or a
 * header value are refused, not mended, so that nobody sends something else than they meant. What strangers' mails
 * bring along (message ids) is left out where it is unusable.
 *
 * <p><i>Standards:</i> RFC 5322, RFC 2045 to 2047, RFC 2231, RFC 3834 §5; RFC 6532 only for addresses that cannot be
 * written otherwise. <i>Trusts:</i> that headers are on the caller's allow-list.
 */
public final class MessageComposer {
    /** RFC 5322 §3.6.4 wants them all; servers cut at about this many, and the first and latest find the thread. */
    private static final int MAX_REFERENCES = 20;

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, d MMM yyyy HH:mm:ss xx", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    /** Fields that this class writes itself. */
    private static final Set<String> OUR_OWN = Set.of(
            "date",
            "from",
            "sender",
            "reply-to",
            "to",
            "cc",
            "bcc",
            "subject",
            "message-id",
            "in-reply-to",
            "references",
            "mime-version",
            "return-path",
            "received",
            "dkim-signature");

    private final OutgoingMail mail;

    private MessageComposer(OutgoingMail mail) {
        this.mail = mail;
    }

    /** The mail's bytes; refused with the field's JSON pointer where something in it cannot be sent. */
    public static byte[] compose(OutgoingMail mail) {
        return new MessageComposer(mail).run();
    }

    /** The subject of an answer: "Re: " once, however many programs in however many languages put theirs before it. */
    public static String replySubject(String subject) {
        return "Re: " + ReplyPrefix.strip(subject);
    }

    private byte[] run() {
        HeaderWriter header = new HeaderWriter();
        header.words("Date", List.of(DATE.format(mail.date()).split(" ")));
        header.addresses("From", List.of(addressee(mail.from(), "/from")));
        if (!mail.replyTo().isEmpty()) {
            header.addresses("Reply-To", addressees(mail.replyTo(), "/reply_to/"));
        }
        recipients(header);
        checkText(mail.subject(), "/subject");
        header.text("Subject", mail.subject());
        header.words("Message-ID", List.of(ownId().bracketed()));
        thread(header);
        furtherFields(header);
        header.words("MIME-Version", List.of("1.0"));

        Part content = content();
        StringBuilder wire = new StringBuilder();
        content.fields().forEach(field -> field.write(header));
        wire.append(header.finish()).append(content.lines());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(wire.length());
        bytes.writeBytes(wire.toString().getBytes(StandardCharsets.UTF_8));
        return bytes.toByteArray();
    }

    private void recipients(HeaderWriter header) {
        if (mail.to().isEmpty() && mail.cc().isEmpty()) {
            header.words("To", List.of("undisclosed-recipients:;")); // RFC 5322 §3.6.3 allows none, some servers do not
        }
        if (!mail.to().isEmpty()) {
            header.addresses("To", addressees(mail.to(), "/to/"));
        }
        if (!mail.cc().isEmpty()) {
            header.addresses("Cc", addressees(mail.cc(), "/cc/"));
        }
    }

    private static List<HeaderWriter.Addressee> addressees(List<Mailbox> mailboxes, String pointer) {
        List<HeaderWriter.Addressee> list = new ArrayList<>();
        for (int i = 0; i < mailboxes.size(); i++) {
            list.add(addressee(mailboxes.get(i), pointer + i));
        }
        return list;
    }

    private static HeaderWriter.Addressee addressee(Mailbox mailbox, String pointer) {
        EmailAddress address = mailbox.emailAddress()
                .orElseThrow(() -> CallerFault.invalid(pointer + "/email", "is no e-mail address"));
        if (mailbox.name() != null) {
            checkText(mailbox.name(), pointer + "/name");
        }
        return new HeaderWriter.Addressee(mailbox.name(), address);
    }

    private InternetMessageId ownId() {
        if (!isWritable(mail.messageId())) {
            throw new IllegalArgumentException("no message id: " + mail.messageId());
        }
        return mail.messageId();
    }

    /**
     * RFC 5322 §3.6.4: the parent's references and the parent; of many the first, which is the thread's, and the
     * latest.
     */
    private void thread(HeaderWriter header) {
        Set<InternetMessageId> ids = new LinkedHashSet<>(mail.references());
        InternetMessageId parent = mail.inReplyTo();
        if (parent != null) {
            ids.remove(parent);
            ids.add(parent);
            if (isWritable(parent)) {
                header.words("In-Reply-To", List.of(parent.bracketed()));
            }
        }
        List<String> writable = ids.stream()
                .filter(MessageComposer::isWritable)
                .map(InternetMessageId::bracketed)
                .toList();
        if (writable.size() > MAX_REFERENCES) {
            List<String> shortened = new ArrayList<>(writable.subList(0, 1));
            shortened.addAll(writable.subList(writable.size() - MAX_REFERENCES + 1, writable.size()));
            writable = shortened;
        }
        if (!writable.isEmpty()) {
            header.words("References", writable);
        }
    }

    /** An id that a broken reader could decode to a line of its own is left out, as a broken one is. */
    static boolean isWritable(InternetMessageId id) {
        return id.value().length() <= 900
                && !id.value().isEmpty()
                && !HeaderText.hidesControls(id.value())
                && id.value().chars().allMatch(c -> c > ' ' && c < 0x7f && c != '<' && c != '>');
    }

    private void furtherFields(HeaderWriter header) {
        boolean saysAutomatic = false;
        for (Map.Entry<String, String> field : mail.headers().entrySet()) {
            String name = field.getKey();
            String pointer = "/headers/" + name.replace("~", "~0").replace("/", "~1");
            checkName(name, pointer);
            checkText(field.getValue(), pointer);
            if (name.equalsIgnoreCase("Auto-Submitted")) {
                // A program's answer cannot be made to look like a person's.
                if (mail.automatic()
                        && field.getValue().strip().toLowerCase(Locale.ROOT).startsWith("no")) {
                    continue;
                }
                saysAutomatic = true;
            }
            header.text(name, field.getValue());
        }
        if (mail.automatic() && !saysAutomatic) {
            header.words("Auto-Submitted", List.of("auto-replied"));
        }
    }

    private static void checkName(String name, String pointer) {
        boolean isName =
                !name.isEmpty() && name.length() <= 70 && name.chars().allMatch(c -> c > ' ' && c < 0x7f && c != ':');
        String lower = name.toLowerCase(Locale.ROOT);
        if (!isName || OUR_OWN.contains(lower) || lower.startsWith("content-") || lower.startsWith("resent-")) {
            throw CallerFault.invalid(pointer, "is no header field that can be set");
        }
    }

    private static void checkText(String text, String pointer) {
        if (text.codePoints().anyMatch(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029)) {
            throw CallerFault.invalid(pointer, "contains a line end or another control character");
        }
    }

    /** A part of the mail, or its whole content. */
    private record Part(List<PartField> fields, String lines) {}

    /**
     * A field of a part's header.
     *
     * @param parameter with {@code text} as its value; null where the field has none
     */
    private record PartField(
            String name, String value, @Nullable String parameter, String text) {
        void write(HeaderWriter header) {
            if (parameter == null) {
                header.words(name, List.of(value.split(" ")));
            } else {
                header.parameter(name, value, parameter, text);
            }
        }
    }

    private Part content() {
        Part readable = readable();
        if (mail.attachments().isEmpty()) {
            return readable;
        }
        List<Part> parts = new ArrayList<>(List.of(readable));
        for (int i = 0; i < mail.attachments().size(); i++) {
            parts.add(attachment(mail.attachments().get(i), "/attachments/" + i));
        }
        return multipart("mixed", parts);
    }

    private Part readable() {
        String html = mail.html();
        if (html == null || html.isBlank()) {
            return text("plain", mail.text());
        }
        String text = mail.text().isBlank() ? HtmlText.of(html, html.length()) : mail.text();
        return multipart("alternative", List.of(text("plain", text), text("html", html)));
    }

    private static Part text(String subtype, String text) {
        EncodedBody body = EncodedBody.ofText(text);
        return new Part(
                List.of(
                        new PartField("Content-Type", "text/" + subtype + "; charset=utf-8", null, ""),
                        new PartField("Content-Transfer-Encoding", body.encoding(), null, "")),
                body.lines());
    }

    private static Part attachment(OutgoingMail.Attachment file, String pointer) {
        checkText(file.filename(), pointer + "/filename");
        String type = ContentTypes.check(file.contentType(), pointer + "/content_type");
        // RFC 2046 §5.2.1: a message has no encoding but 7bit, 8bit and binary.
        Optional<EncodedBody> verbatim =
                type.startsWith("message/") ? EncodedBody.verbatim(file.content()) : Optional.empty();
        if (type.startsWith("message/") && verbatim.isEmpty()) {
            type = "application/octet-stream";
        }
        EncodedBody body = verbatim.orElseGet(() -> EncodedBody.ofOctets(file.content()));
        return new Part(
                List.of(
                        new PartField("Content-Type", type, null, ""),
                        new PartField("Content-Disposition", "attachment", "filename", file.filename()),
                        new PartField("Content-Transfer-Encoding", body.encoding(), null, "")),
                body.lines());
    }

    private Part multipart(String subtype, List<Part> parts) {
        String boundary = boundary(subtype, parts);
        StringBuilder lines = new StringBuilder();
        for (Part part : parts) {
            HeaderWriter header = new HeaderWriter();
            part.fields().forEach(field -> field.write(header));
            lines.append("--")
                    .append(boundary)
                    .append("\r\n")
                    .append(header.finish())
                    .append(part.lines());
            lines.append("\r\n");
        }
        lines.append("--").append(boundary).append("--\r\n");
        return new Part(
                List.of(new PartField("Content-Type", "multipart/" + subtype, "boundary", boundary)), lines.toString());
    }

    /** Made from the message id, so that it is the same each time, and another one where a part has it in its text. */
    private String boundary(String subtype, List<Part> parts) {
        for (int attempt = 0; ; attempt++) {
            String boundary = "=_" + digest(mail.messageId().value() + '/' + subtype + '/' + attempt);
            if (parts.stream().noneMatch(part -> part.lines().contains(boundary))) {
                return boundary;
            }
        }
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
