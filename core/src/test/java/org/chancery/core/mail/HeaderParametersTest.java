package org.chancery.core.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderParametersTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "text/plain; name=a | a",
                "text/plain; name=\"a b\" | a b",
                "text/plain; NAME = \"a;b\" ; x=y | a;b",
                "text/plain; name=\"a\\\"b\" | a\"b",
                "text/plain; name=\"C:\\dir\\a\" | C:\\dir\\a",
                "text/plain; name=a b (1).txt; x=y | a b (1).txt",
                "text/plain; name=\"open | open",
                "text/plain; x=\"y\" name=a | a",
                "text/plain; (comment) name=a | a",
                "text/plain; name=a; name=b | a",
                "text/plain; name*=utf-8''%C3%A9; name=e | é",
                "text/plain; name*0=a; name*1=b | ab",
                "text/plain; name*1=b; name*0=a | ab",
                "text/plain; name*0*=utf-8'en'%C3; name*1*=%A9; name*2=\"%41\" | é%41",
                "text/plain; name*=iso-8859-1''%E9 | é",
                "text/plain; name*=%zz | %zz",
                "text/plain; name==?utf-8?Q?caf=C3=A9?= | café",
                "text/plain;;; name=a | a",
                "text/plain; flag; name=a | a",
            })
    void parameters_are_read_as_they_are_sent(String body, String name) {
        assertEquals("text/plain", HeaderParameters.parse(body).value());
        assertEquals(name, HeaderParameters.parse(body).get("name"));
    }

    @ParameterizedTest
    @ValueSource(strings = {";", "a=\"", "a*0*=b;", "=", "\"", "a=\\", "(", "a*1*=%", "'"})
    void a_million_of_anything_takes_linear_time(String piece) {
        String body = "x;" + piece.repeat(1_000_000 / piece.length());
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> HeaderParameters.parse(body));
    }
}
