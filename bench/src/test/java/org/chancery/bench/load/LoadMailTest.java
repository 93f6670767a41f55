package org.chancery.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadMailTest {

    @ParameterizedTest
    @ValueSource(ints = {1024, 1025, 1040, 1101, 1102, 1103, 10 * 1024, 1000 * 1024})
    void a_mail_has_its_size_to_the_octet_and_no_bare_line_end(int octets) {
        byte[] mail = new LoadMail("run", octets).withEnd(7, "b@bench.test");
        String text = new String(mail, StandardCharsets.US_ASCII);
        assertEquals(octets + 3, mail.length);
        assertEquals(octets - 2, text.indexOf("\r\n.\r\n"));
        assertFalse(text.replace("\r\n", "").matches("(?s).*[\r\n].*"), "bare CR or LF");
    }
}
