package org.chancery.core.attachment;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.chancery.core.screening.Signal;

/** Mails with attachments, and what is found in them. */
final class Mails {
    private Mails() {}

    static String part(String name, String type, byte[] content) {
        return "Content-Type: " + type + "; name=\"" + name + "\"\r\nContent-Disposition: attachment; filename=\""
                + name
                + "\"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                + Base64.getMimeEncoder().encodeToString(content) + "\r\n";
    }

    static String mail(String... parts) {
        StringBuilder mail = new StringBuilder(
                "From: ada@customer.example\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
                        + "--b\r\nContent-Type: text/plain\r\n\r\nSee attached.\r\n");
        for (String part : parts) {
            mail.append("--b\r\n").append(part);
        }
        return mail.append("--b--\r\n").toString();
    }

    static AttachmentFindings inspect(String mail) {
        try {
            return AttachmentInspector.inspect(new ByteArrayInputStream(mail.getBytes(StandardCharsets.ISO_8859_1)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static AttachmentFindings inspect(String name, String type, byte[] content) {
        return inspect(mail(part(name, type, content)));
    }

    /** The names of all signals, the dangers first. */
    static List<String> names(AttachmentFindings findings) {
        return Stream.concat(findings.dangers().stream(), findings.suspicions().stream())
                .map(Signal::name)
                .distinct()
                .toList();
    }

    static List<String> dangers(AttachmentFindings findings) {
        return findings.dangers().stream().map(Signal::name).distinct().toList();
    }
}
