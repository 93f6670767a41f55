package org.chancery.smtpingest.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplyTest {
    private static String octets(Reply reply) {
        return new String(reply.octets(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void each_line_carries_code_and_enhanced_code() {
        assertEquals("250 2.1.0 ok\r\n", octets(Reply.of(250, "2.1.0", "ok")));
        assertEquals("214-2.0.0 a\r\n214 2.0.0 b\r\n", octets(Reply.lines(214, "2.0.0", List.of("a", "b"))));
        assertEquals("334 \r\n", octets(Reply.bare(334, List.of(""))));
    }

    @Test
    void text_cannot_make_a_second_reply() {
        assertEquals("550 5.7.1 a??250 2.0.0 b?\r\n", octets(Reply.of(550, "5.7.1", "a\r\n250 2.0.0 bü")));
    }

    @Test
    void what_a_reply_means_is_in_its_first_digit() {
        assertFalse(Reply.of(250, "2.0.0", "ok").isRefusal());
        assertTrue(Reply.of(451, "4.3.0", "later").isRefusal());
        assertFalse(Reply.of(451, "4.3.0", "later").isPermanent());
        assertTrue(Reply.of(550, "5.1.1", "no").isPermanent());
        assertEquals("550 5.1.1", Reply.of(550, "5.1.1", "no").closing().status());
    }
}
