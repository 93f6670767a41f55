package org.chancery.core.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each mail in {@code eml/<topic>/} reads as the file beside it says. The mails are kept with LF and read with CRLF,
 * as SMTP brings them; {@link #main} writes the expected files anew, to be looked at before they are committed.
 */
class GoldenMailTest {

    @ParameterizedTest
    @MethodSource("mails")
    void mail_reads_as_expected(String name) throws IOException {
        Path mail = root().resolve(name);
        assertEquals(Files.readString(expected(mail)), render(octets(mail)));
    }

    static List<String> mails() throws IOException {
        Path root = root();
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".eml"))
                    .map(file -> root.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    /** The mail as it comes over the wire. */
    static byte[] octets(Path mail) throws IOException {
        String latin1 = new String(Files.readAllBytes(mail), StandardCharsets.ISO_8859_1);
        return latin1.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    static Path root() {
        try {
            URL url = Objects.requireNonNull(GoldenMailTest.class.getResource("/eml"));
            return Path.of(url.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path expected(Path mail) {
        return mail.resolveSibling(mail.getFileName().toString().replace(".eml", ".expected"));
    }

    private static String render(byte[] raw) throws IOException {
        MessageHeader header = MessageReader.header(new ByteArrayInputStream(raw));
        MessageContent content = MessageReader.content(new ByteArrayInputStream(raw));
        StringBuilder out = new StringBuilder();
        mailboxes(out, "from", header.from());
        mailboxes(out, "reply-to", header.replyTo());
        mailboxes(out, "to", header.to());
        mailboxes(out, "cc", header.cc());
        line(out, "subject", header.subject());
        line(out, "date", header.date());
        line(
                out,
                "message-id",
                header.messageId() == null ? null : header.messageId().value());
        header.inReplyTo().forEach(id -> line(out, "in-reply-to", id.value()));
        header.references().forEach(id -> line(out, "reference", id.value()));
        var verdict = MailClassifier.judge(header, ReversePath.of(EmailAddress.of("sender@example.com")));
        line(out, "kind", verdict.classification().text() + " (" + verdict.reason() + ")");
        for (MessageContent.Attachment file : content.attachments()) {
            line(out, "attachment", file.id() + " " + file.contentType() + " " + file.size() + " " + file.filename());
        }
        line(out, "truncated", content.truncated() ? true : null);
        block(out, "text", content.text());
        block(out, "html", content.html());
        String newest = NewestText.of(content.text());
        block(out, "newest", newest.equals(content.text().strip()) ? null : newest);
        return out.toString();
    }

    private static void mailboxes(StringBuilder out, String name, List<Mailbox> list) {
        for (Mailbox mailbox : list) {
            line(out, name, (mailbox.name() == null ? "" : mailbox.name() + " ") + "<" + mailbox.address() + ">");
        }
    }

    private static void line(StringBuilder out, String name, @Nullable Object value) {
        if (value != null && !value.toString().isEmpty()) {
            out.append(name).append(": ").append(value).append('\n');
        }
    }

    private static void block(StringBuilder out, String name, @Nullable String text) {
        if (text != null) {
            out.append("--- ").append(name).append('\n').append(text).append(text.endsWith("\n") ? "" : "\n");
        }
    }

    /** Writes the expected files of the mails in the given folder anew. */
    public static void main(String[] args) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(args[0]))) {
            for (Path mail :
                    files.filter(file -> file.toString().endsWith(".eml")).toList()) {
                Files.writeString(expected(mail), render(octets(mail)));
            }
        }
    }
}
