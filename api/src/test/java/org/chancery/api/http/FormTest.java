package org.chancery.api.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormTest {
    private static Map<String, String> read(String type, String body) {
        return Form.read(type, body.getBytes(StandardCharsets.UTF_8)).fields();
    }

    @ParameterizedTest
    @CsvSource({
        "List-Unsubscribe=One-Click, One-Click",
        "List-Unsubscribe=One%2DClick, One-Click",
        "a=b&List-Unsubscribe=One-Click&List-Unsubscribe=No, One-Click",
        "'List-Unsubscribe=One-Click\r\n', One-Click",
        "List-Unsubscribe=, ''",
        "List-Unsubscribe, ''",
        "List-Unsubscribe=100%, 100%",
        "a=List-Unsubscribe=One-Click,",
        "list-unsubscribe=One-Click,",
        "'',",
    })
    void an_encoded_form(String body, String value) {
        assertEquals(
                value,
                read("application/x-www-form-urlencoded; charset=utf-8", body).get("List-Unsubscribe"));
    }

    @ParameterizedTest
    @CsvSource({
        "boundary=b, '--b\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\nv\r\n--b--\r\n', v",
        "boundary=\"b\", '--b\nContent-Disposition: form-data; name=n\n\nv\n--b--', v",
        "boundary=b, '--b\r\nContent-Type: text/plain\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\nv\r\nw\r\n--b--', 'v\nw'",
        "boundary=b, '--c\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\nv\r\n--c--\r\n', 'v\n--c--'",
        "boundary=b, '--b\r\nContent-Disposition: form-data; filename=\"n\"\r\n\r\nv\r\n--b--\r\n',",
        "charset=b, '--b\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\nv\r\n--b--\r\n',",
        "boundary=b, '--b\r\nContent-Disposition: form-data; name=\"n\"\r\n--b--\r\n',",
    })
    void a_form_in_parts(String parameter, String body, String value) {
        assertEquals(value, read("multipart/form-data; " + parameter, body).get("n"));
    }

    @Test
    void what_is_no_form_is_told_from_one() {
        assertTrue(Form.isForm("Multipart/Form-Data; boundary=x"));
        assertTrue(Form.isForm("application/x-www-form-urlencoded"));
        assertFalse(Form.isForm("application/json"));
        assertFalse(Form.isForm("text/plain"));
        assertFalse(Form.isForm(null));
    }

    @Test
    void whatever_comes_is_read_somehow() {
        SplittableRandom random = new SplittableRandom(7);
        String signs = "--b\r\n;=&%\"name Content-Disposition:form-data\u00e9\0";
        for (int round = 0; round < 5_000; round++) {
            StringBuilder body = new StringBuilder();
            for (int i = random.nextInt(60); i > 0; i--) {
                body.append(signs.charAt(random.nextInt(signs.length())));
            }
            read("application/x-www-form-urlencoded", body.toString());
            read("multipart/form-data; boundary=b", body.toString());
        }
    }
}
