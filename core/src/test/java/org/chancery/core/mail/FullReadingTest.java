package org.chancery.core.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.chancery.core.mail.FullReading.Doubt;
import org.chancery.core.mail.MessageHeader.Field;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FullReadingTest {
    private static final String TEXT = "--b~~Hello~";
    private static final String PROGRAM = "Content-Type: application/x-msdownload; name=run.exe~~MZ~";

    private static FullReading read(String mail) throws IOException {
        return MessageReader.inFull(
                new ByteArrayInputStream(mail.replace("~", "\r\n").getBytes(StandardCharsets.UTF_8)));
    }

    private static String multipart(String subtype, String... parts) {
        return "From: a@x.example~Content-Type: multipart/" + subtype + "; boundary=b~~" + String.join("", parts)
                + "--b--~";
    }

    static Stream<Arguments> mails_with_something_beside_the_text() {
        return Stream.of(
                Arguments.of("a file", multipart("mixed", TEXT, "--b~" + PROGRAM), "run.exe application/x-msdownload"),
                Arguments.of(
                        "a mail in a report",
                        multipart("report", TEXT, "--b~Content-Type: message/rfc822~~From: x~~" + "MZ~"),
                        "null message/rfc822"),
                Arguments.of(
                        "a mail with a name in a report",
                        multipart(
                                "report",
                                TEXT,
                                "--b~Content-Type: message/rfc822~Content-Disposition: attachment; filename=contract.eml~~"
                                        + "From: x~~MZ~"),
                        "contract.eml message/rfc822"),
                Arguments.of(
                        "anything called a signature",
                        multipart("signed", TEXT, "--b~Content-Type: application/pkcs7-signature~~MZ~"),
                        "null application/pkcs7-signature"),
                Arguments.of(
                        "a header section as text",
                        multipart("mixed", TEXT, "--b~Content-Type: text/rfc822-headers~~From: x~"),
                        "null text/rfc822-headers"),
                Arguments.of(
                        "a text with a name",
                        "From: a@x.example~Content-Type: text/html; name=invoice.html~~<p>Hello</p>~",
                        "invoice.html text/html"),
                Arguments.of(
                        "two names for one file",
                        multipart(
                                "mixed",
                                TEXT,
                                "--b~Content-Type: application/pdf; name=one.pdf~Content-Disposition: attachment; filename=two.exe~~x~"),
                        "two.exe or one.pdf application/pdf"),
                Arguments.of(
                        "an encoding that nobody knows",
                        "From: a@x.example~Content-Transfer-Encoding: x-uuencode~~begin 644 run.exe~",
                        "null text/plain"),
                Arguments.of(
                        "an invitation",
                        multipart("alternative", TEXT, "--b~Content-Type: text/calendar~~BEGIN:VCALENDAR~"),
                        "null text/calendar"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mails_with_something_beside_the_text")
    void every_part_that_is_not_merely_text_is_a_file(String what, String mail, String file) throws IOException {
        FullReading reading = read(mail);
        assertEquals(
                List.of(file),
                reading.files().stream()
                        .map(one -> one.filename() + " " + one.contentType())
                        .toList());
        assertEquals(Set.of(), reading.doubts());
        assertTrue(reading.files().getFirst().size() > 0);
        assertTrue(reading.mayCarryFiles());
    }

    static Stream<Arguments> mails_that_programs_read_in_different_ways() {
        String deep = "--b~" + "X-F: x~".repeat(MessageReader.MAX_HEADER_OCTETS / 7) + PROGRAM;
        return Stream.of(
                Arguments.of(
                        "a boundary that is too long",
                        "Content-Type: multipart/mixed; boundary=" + "b".repeat(129) + "~~--" + "b".repeat(129) + "~"
                                + PROGRAM,
                        Set.of(Doubt.UNOPENED)),
                Arguments.of("no boundary", "Content-Type: multipart/mixed~~--b~" + PROGRAM, Set.of(Doubt.UNOPENED)),
                Arguments.of(
                        "two types",
                        "Content-Type: text/plain~Content-Type: multipart/mixed; boundary=b~~--b~" + PROGRAM + "--b--~",
                        Set.of(Doubt.DOUBLE_FIELD)),
                Arguments.of(
                        "a part with two types",
                        multipart("mixed", "--b~Content-Type: text/plain~" + PROGRAM),
                        Set.of(Doubt.DOUBLE_FIELD)),
                Arguments.of(
                        "two boundaries",
                        "Content-Type: multipart/mixed; boundary=b; boundary=c~~--b~~Hello~--c~" + PROGRAM + "--b--~",
                        Set.of(Doubt.DOUBLE_FIELD)),
                Arguments.of(
                        "many fields before the type",
                        "X-F: x~".repeat(MessageReader.MAX_FIELDS + 1)
                                + "Content-Type: multipart/mixed; boundary=b~~--b~" + PROGRAM + "--b--~",
                        Set.of(Doubt.LONG_HEADER, Doubt.CUT)),
                Arguments.of(
                        "a long header section in a part",
                        multipart("mixed", deep, "--b~" + PROGRAM),
                        Set.of(Doubt.CUT, Doubt.EMPTY_MULTIPART)),
                Arguments.of(
                        "an encoded multipart",
                        "Content-Transfer-Encoding: base64~Content-Type: multipart/mixed; boundary=b~~--b~~Hello~--b--~",
                        Set.of(Doubt.ENCODED_MULTIPART)),
                Arguments.of(
                        "no part behind the boundary",
                        "Content-Type: multipart/mixed; boundary=b~~--c~" + PROGRAM,
                        Set.of(Doubt.EMPTY_MULTIPART)),
                Arguments.of("a line that is no field", "Subject: x~nothing~" + PROGRAM, Set.of(Doubt.NO_FIELD)),
                Arguments.of(
                        "a part that begins with no field",
                        multipart("mixed", "--b~Hello~" + PROGRAM),
                        Set.of(Doubt.NO_FIELD)),
                Arguments.of(
                        "a charset that is not known",
                        "Content-Type: text/plain; charset=utf-7~~+ADw-b+AD4-~",
                        Set.of(Doubt.UNKNOWN_CHARSET)),
                Arguments.of(
                        "a field that is longer than what is kept",
                        "X-Note: " + "x".repeat(MessageReader.MAX_KEPT_FIELD + 1) + "~~Hello~",
                        Set.of(Doubt.CUT)),
                Arguments.of(
                        "a very long text",
                        "Subject: x~~" + "x".repeat(MessageReader.MAX_TEXT + 1),
                        Set.of(Doubt.CUT)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mails_that_programs_read_in_different_ways")
    void where_programs_differ_that_is_told_and_files_are_expected(String what, String mail, Set<Doubt> doubts)
            throws IOException {
        FullReading reading = read(mail);
        assertEquals(doubts, reading.doubts());
        assertTrue(reading.mayCarryFiles());
        assertFalse(reading.whyNotWhole().isEmpty());
    }

    static Stream<String> ordinary_mails() {
        return Stream.of(
                "From: a@x.example~~Hello~",
                "From: a@x.example~~",
                "~Hello~",
                "From: a@x.example~Subject: long~ folded~Content-Type: text/plain; charset=\"us-ascii\"~~Hello~",
                "From: a@x.example~Content-Type: text/plain; charset=iso-8859-1; format=flowed~~Hello~",
                multipart("alternative", TEXT, "--b~Content-Type: text/html; charset=utf-8~~<p>Hello</p>~"),
                "From: a@x.example~Content-Transfer-Encoding: 8bit~Content-Type: multipart/mixed; boundary=\"b\"~~"
                        + "This is a mail in parts.~--b~~Hello~--b~Content-Transfer-Encoding: base64~~SGVsbG8=~--b--~~the end~");
    }

    @ParameterizedTest
    @MethodSource("ordinary_mails")
    void ordinary_mail_is_read_in_full(String mail) throws IOException {
        FullReading reading = read(mail);
        assertEquals(Set.of(), reading.doubts());
        assertEquals(List.of(), reading.files());
        assertTrue(reading.isWhole());
    }

    @Test
    void a_file_name_in_two_forms_is_no_doubt() throws IOException {
        FullReading reading = read(
                multipart(
                        "mixed",
                        TEXT,
                        "--b~Content-Type: application/pdf~Content-Disposition: attachment; filename=a.pdf; filename*=utf-8''a.pdf~~x~"));
        assertEquals(Set.of(), reading.doubts());
        assertEquals("a.pdf", reading.files().getFirst().filename());
    }

    @Test
    void what_the_html_says_is_compared_word_by_word() throws IOException {
        String same =
                multipart("alternative", TEXT, "--b~Content-Type: text/html~~<style>p {}</style><p>Hel<b>lo</b></p>~");
        assertEquals(Optional.empty(), read(same).saidInHtmlOnly());
        String other = multipart(
                "alternative", TEXT, "--b~Content-Type: text/html~~<p>Hello, please pay to another account</p>~");
        assertEquals(
                "Hello, please pay to another account",
                read(other).saidInHtmlOnly().orElseThrow().strip());
        assertEquals(
                Optional.empty(),
                read("From: a@x.example~Content-Type: text/html~~<p>Hello</p>~").saidInHtmlOnly());
    }

    @Test
    void all_fields_are_told_but_those_that_stand_elsewhere_and_our_own_trace() throws IOException {
        FullReading reading = read(
                "Received: from us~Received: from them~From: a@x.example~Reply-To: b@x.example~"
                        + "Subject: s~X-Note: =?utf-8?Q?gr=C3=BCn?=~List-Unsubscribe: <https://x.example/>~MIME-Version: 1.0~~Hello~");
        assertEquals(
                List.of(
                        new Field("Received", "from them"),
                        new Field("X-Note", "grün"),
                        new Field("List-Unsubscribe", "<https://x.example/>")),
                reading.furtherFields());
        assertEquals("b@x.example", reading.header().replyTo().getFirst().address());
    }
}
