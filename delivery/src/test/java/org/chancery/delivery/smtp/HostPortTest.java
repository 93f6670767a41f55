package org.chancery.delivery.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {

    @Test
    void names_and_addresses_are_read() {
        assertEquals(new HostPort("smtp.example.com", 587), HostPort.parse(" smtp.example.com:587 "));
        assertEquals(new HostPort("192.0.2.1", 53), HostPort.parse("192.0.2.1:53"));
        assertEquals(new HostPort("2001:db8::1", 53), HostPort.parse("[2001:db8::1]:53"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"smtp.example.com:587", "192.0.2.1:53", "[2001:db8::1]:53"})
    void what_is_printed_can_be_read(String text) {
        assertEquals(text, HostPort.parse(text).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "host", ":25", "host:", "host:0", "host:65536", "host:x", "2001:db8::1:53", "a b:25"})
    void anything_else_is_refused(String text) {
        assertThrows(IllegalArgumentException.class, () -> HostPort.parse(text));
    }
}
