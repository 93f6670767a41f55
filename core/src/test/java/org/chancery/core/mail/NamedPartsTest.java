package org.chancery.core.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamedPartsTest {

    @Test
    void both_names_of_a_part_are_told_where_they_differ() throws IOException {
        NamedPart part = only("Content-Type: application/pdf; name=\"one.pdf\"\r\n"
                + "Content-Disposition: attachment; filename=\"C:\\\\dir\\\\two.exe\"\r\n");
        assertEquals(List.of("two.exe", "one.pdf"), part.filenames());
        assertTrue(part.isAttachment());
        assertFalse(part.hasTurnedName());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "filename=\"invoice\u202efdp.exe\"",
                "filename*=utf-8''invoice%E2%80%AEfdp.exe",
                "filename*0*=utf-8''invoice%E2%80%AE; filename*1*=fdp.exe",
                "filename=\"=?utf-8?Q?invoice=E2=80=AEfdp.exe?=\""
            })
    void a_name_that_is_turned_round_is_told_and_cleaned(String filename) throws IOException {
        NamedPart part = only("Content-Disposition: attachment; " + filename + "\r\n");
        assertTrue(part.hasTurnedName());
        assertEquals(List.of("invoicefdp.exe"), part.filenames());
    }

    @Test
    void an_attached_message_is_handed_over_as_it_stands() throws IOException {
        NamedPart part = only("Content-Type: message/rfc822\r\n");
        assertEquals("message/rfc822", part.contentType());
    }

    @Test
    void parts_past_a_limit_are_said_to_be_unread() throws IOException {
        StringBuilder mail = new StringBuilder("Content-Type: multipart/mixed; boundary=b\r\n\r\n");
        mail.append("--b\r\n\r\nx\r\n".repeat(MessageReader.MAX_PARTS + 1)).append("--b--\r\n");
        assertFalse(MessageReader.parts(stream(mail.toString()), part -> {}));
        assertTrue(MessageReader.parts(stream("Subject: x\r\n\r\ntext\r\n"), part -> {}));
    }

    private static NamedPart only(String header) throws IOException {
        List<NamedPart> parts = new ArrayList<>();
        assertTrue(MessageReader.parts(stream(header + "\r\nx\r\n"), parts::add));
        assertEquals(1, parts.size());
        return parts.getFirst();
    }

    private static ByteArrayInputStream stream(String mail) {
        return new ByteArrayInputStream(mail.getBytes(StandardCharsets.UTF_8));
    }
}
