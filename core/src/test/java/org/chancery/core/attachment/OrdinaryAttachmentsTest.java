package org.chancery.core.attachment;

import static org.chancery.core.attachment.FileSamples.NOTES;
import static org.chancery.core.attachment.FileSamples.STORAGE;
import static org.chancery.core.attachment.FileSamples.base64;
import static org.chancery.core.attachment.FileSamples.compound;
import static org.chancery.core.attachment.FileSamples.gzip;
import static org.chancery.core.attachment.FileSamples.join;
import static org.chancery.core.attachment.FileSamples.padded;
import static org.chancery.core.attachment.FileSamples.pdf;
import static org.chancery.core.attachment.FileSamples.stream;
import static org.chancery.core.attachment.FileSamples.tar;
import static org.chancery.core.attachment.FileSamples.text;
import static org.chancery.core.attachment.FileSamples.zip;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What people send each other every day, of which nothing may be said. */
class OrdinaryAttachmentsTest {
    private static final byte[] PNG = join(text("\u0089PNG\r\n\u001a\n\0\0\0\rIHDR"), noise(4_000));
    private static final String TYPES =
            "<?xml version=\"1.0\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
                    + "<Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>";
    private static final String RELS = "<?xml version=\"1.0\"?><Relationships><Relationship Id=\"rId1\" "
            + "Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink\" "
            + "Target=\"https://www.example.org/\" TargetMode=\"External\"/></Relationships>";
    private static final String WORDS =
            "<?xml version=\"1.0\"?><w:document><w:p><w:r><w:t>How to use powershell.exe and "
                    + "Invoke-WebRequest &lt;script&gt;alert(1)&lt;/script&gt;</w:t></w:r><w:instrText> PAGE </w:instrText></w:p></w:document>";

    static Stream<Arguments> ordinary() {
        return Stream.of(
                row("a.png", "image/png", PNG),
                row("a.jpg", "image/jpeg", join(text("\u00ff\u00d8\u00ff\u00e0\0\u0010JFIF"), noise(4_000))),
                row("a.gif", "image/gif", join(text("GIF89a"), noise(900))),
                row("film.mp4", "video/mp4", join(text("\0\0\0\u0018ftypmp42"), noise(4_000))),
                row(
                        "a.pdf",
                        "application/pdf",
                        pdf(
                                "<< /Type /Catalog /OpenAction [ 2 0 R /FitH 0 ] /Names << /Dests 3 0 R >> >>",
                                "<< /Type /Page /Annots [ << /A << /S /URI /URI (https://example.org) >> >> ] >>")),
                row(
                        "invoice.pdf",
                        "application/pdf",
                        pdf(
                                "<< /Type /Catalog >>",
                                stream(
                                        "/Type /EmbeddedFile /Subtype /text#2Fxml",
                                        text("<?xml version='1.0'?><Invoice/>")),
                                stream("/Type /XObject", noise(900)))),
                row(
                        "a.docx",
                        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                        zip(
                                "[Content_Types].xml",
                                text(TYPES),
                                "word/document.xml",
                                text(WORDS),
                                "word/_rels/document.xml.rels",
                                text(RELS),
                                "word/media/image1.png",
                                PNG)),
                row(
                        "a.xlsx",
                        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                        zip(
                                "[Content_Types].xml",
                                text(TYPES),
                                "xl/workbook.xml",
                                text("<?xml version='1.0'?><workbook/>"),
                                "xl/printerSettings/printerSettings1.bin",
                                noise(300))),
                row(
                        "a.odt",
                        "application/vnd.oasis.opendocument.text",
                        zip(
                                "mimetype",
                                text("application/vnd.oasis.opendocument.text"),
                                "content.xml",
                                text("<?xml version='1.0'?><x/>"),
                                "META-INF/manifest.xml",
                                text("<manifest/>"))),
                row(
                        "old.doc",
                        "application/msword",
                        compound(
                                "",
                                "WordDocument",
                                padded(text("\u00ec\u00a5\u00c1\0"), 9_000),
                                "1Table",
                                noise(5_000),
                                "ObjectPool",
                                STORAGE)),
                row(
                        "old.xls",
                        "application/vnd.ms-excel",
                        compound("", "Workbook", text("\u0009\u0008\u0002\0\0\0\u0085\0\u0008\0\0\0\0\0\0\0\u0001\0"))),
                row(
                        "export.xls",
                        "application/vnd.ms-excel",
                        text("<html><body><table><tr><td>1</td></tr></table></body></html>")),
                row(
                        "a.rtf",
                        "application/rtf",
                        text(
                                "{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}}{\\field{\\*\\fldinst HYPERLINK \"https://example.org\"}}Hello}")),
                row(
                        "a.zip",
                        "application/zip",
                        zip(
                                "notes.txt",
                                NOTES,
                                "b/c.csv",
                                text("a,b\n1,2\n"),
                                "p.png",
                                PNG,
                                "inner.zip",
                                zip("n.txt", NOTES))),
                row("a.tgz", "application/gzip", gzip(tar("notes.txt", NOTES))),
                row("a.7z", "application/x-7z-compressed", base64(Packs.SEVEN_ZIP_CLEAN)),
                row("log.gz", "application/gzip", gzip(text("2026-01-01 00:00:00 INFO started\n".repeat(2_000)))),
                row("zeros.zip", "application/zip", zip("blank.bmp", join(text("BM"), new byte[8 << 20]))),
                row("notes.txt", "text/plain", NOTES),
                row("notes.txt", "text/plain", text("MZ is how programs begin, and I think Mozart did too.\n")),
                row("fix.patch", "text/x-patch", text("--- a/x.c\n+++ b/x.c\n@@ -1 +1 @@\n-int x;\n+int y;\n")),
                row("table.csv", "text/csv", text("name,amount\n=SUM(A1|B2),-5\n-1,+2\n")),
                row(
                        "invite.ics",
                        "text/calendar",
                        text("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n")),
                row("ada.vcf", "text/vcard", text("BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ada\r\nEND:VCARD\r\n")),
                row(
                        "smime.p7s",
                        "application/pkcs7-signature",
                        join(
                                text(
                                        "\u0030\u0082\u0001\u0002\u0006\u0009\u002a\u0086\u0048\u0086\u00f7\r\u0001\u0007\u0002"),
                                noise(300))),
                row(
                        "smime.p7m",
                        "application/pkcs7-mime; smime-type=enveloped-data",
                        join(
                                text(
                                        "\u0030\u0082\u0001\u0002\u0006\u0009\u002a\u0086\u0048\u0086\u00f7\r\u0001\u0007\u0003"),
                                noise(300))),
                row(
                        "signature.asc",
                        "application/pgp-signature",
                        text(
                                "-----BEGIN PGP SIGNATURE-----\n\niQEzBAABCAAdFiEE\n=abcd\n-----END PGP SIGNATURE-----\n")),
                row(
                        "encrypted.asc",
                        "application/octet-stream",
                        text("-----BEGIN PGP MESSAGE-----\n\nhQEMA\n=abcd\n-----END PGP MESSAGE-----\n")),
                row(
                        "logo.svg",
                        "image/svg+xml",
                        text("<svg xmlns=\"http://www.w3.org/2000/svg\"><path d=\"M0 0\"/></svg>")),
                row(
                        "page.html",
                        "text/html",
                        text(
                                "<!DOCTYPE html><html><head><script type='application/ld+json'>{}</script></head><body><p>One < two, on = off</p><a href='https://example.org'>x</a></body></html>")),
                row("smart.docx", "application/octet-stream", zip("[Content_Types].xml", text(TYPES))),
                row("report of example.com", "application/pdf", pdf("<< >>")),
                row("version 1.2", "application/octet-stream", noise(100)),
                row("data.bin", "application/octet-stream", noise(60_000)),
                row("empty.txt", "text/plain", new byte[0]));
    }

    @ParameterizedTest
    @MethodSource("ordinary")
    void nothing_is_said_of_what_is_ordinary(String name, String type, byte[] content) {
        assertEquals(List.of(), Mails.names(Mails.inspect(name, type, content)));
    }

    static Stream<Arguments> odd() {
        return Stream.of(
                Arguments.of("type_mismatch", "a.pdf", "application/pdf", text("Dear all, see you on Monday.\n")),
                Arguments.of("type_mismatch", "a.jpg", "image/jpeg", zip("a.txt", NOTES)),
                Arguments.of(
                        "script_as_text",
                        "howto.md",
                        "text/plain",
                        text("Use Invoke-WebRequest, then `powershell.exe`.\n")),
                Arguments.of("encrypted_pdf", "a.pdf", "application/pdf", pdf("<< /Encrypt 2 0 R >>")),
                Arguments.of(
                        "pdf_form_script",
                        "form.pdf",
                        "application/pdf",
                        pdf(
                                "<< /AcroForm 2 0 R >>",
                                "<< /AA << /K << /S /JavaScript /JS (AFNumber_Keystroke\\(2\\);) >> >> >>")),
                Arguments.of(
                        "html_redirect",
                        "a.html",
                        "text/html",
                        text("<html><meta http-equiv=refresh content='0; url=https://x.example'></html>")),
                Arguments.of(
                        "web_shortcut", "a.txt", "text/plain", text("[InternetShortcut]\nURL=https://example.org/\n")),
                Arguments.of(
                        "embedded_object",
                        "a.rtf",
                        "application/rtf",
                        text("{\\rtf1{\\object\\objemb{\\*\\objdata 0105000002000000}}}")),
                Arguments.of("not_unpacked", "a.zst", "application/zstd", join(text("(\u00b5/\u00fd"), noise(90))),
                Arguments.of("not_unpacked", "a.lzma", "application/octet-stream", noise(90)),
                Arguments.of("not_unpacked", "a.zip", "application/zip", padded(zip("notes.txt", NOTES), 60)));
    }

    @ParameterizedTest
    @MethodSource("odd")
    void what_is_only_odd_is_no_danger(String sign, String name, String type, byte[] content) {
        AttachmentFindings findings = Mails.inspect(name, type, content);
        assertEquals(List.of(), findings.dangers());
        assertEquals(List.of(sign), Mails.names(findings));
    }

    @Test
    void the_text_of_a_mail_is_no_attachment() {
        String text =
                "Content-Type: text/plain\r\n\r\n#!/bin/sh is how it begins, then powershell.exe, Invoke-Expression.\r\n";
        String html =
                "Content-Type: text/html\r\n\r\n<html><script>x()</script><body onload=x()>Hello</body></html>\r\n";
        assertEquals(List.of(), Mails.names(Mails.inspect(text)));
        assertEquals(List.of(), Mails.names(Mails.inspect(html)));
    }

    @Test
    void a_part_elsewhere_is_odd() {
        String part =
                "Content-Type: message/external-body; access-type=URL; URL=\"https://x.example\"\r\n\r\nContent-Type: text/plain\r\n\r\n";
        assertEquals(List.of("external_body"), Mails.names(Mails.inspect(Mails.mail(part))));
    }

    private static Arguments row(String name, String type, byte[] content) {
        return Arguments.of(name, type, content);
    }

    private static byte[] noise(int length) {
        byte[] noise = new byte[length];
        new Random(length).nextBytes(noise);
        return noise;
    }
}
