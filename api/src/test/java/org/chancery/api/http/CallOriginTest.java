package org.chancery.api.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.chancery.api.http.Call.Caller;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallOriginTest {
    private static final String PROXY = "10.0.0.1";

    private final CallOrigin origin = new CallOrigin(TrustedProxies.of(List.of("10.0.0.0/24", "2001:db8:1::/48")));

    /** @param fields name and value by turns, in the order of the request */
    private Caller from(String peer, String... fields) {
        return origin.caller(TrustedProxies.address(peer).orElseThrow(), name -> {
            List<String> all = Arrays.asList(fields);
            return IntStream.range(0, all.size() / 2)
                    .filter(i -> all.get(2 * i).equalsIgnoreCase(name))
                    .mapToObj(i -> all.get(2 * i + 1))
                    .toList();
        });
    }

    private String client(String... fields) {
        return from(PROXY, fields).network().text();
    }

    @Test
    void who_is_no_proxy_is_the_client_whatever_it_says() {
        Caller caller = from(
                "192.0.2.7",
                "X-Forwarded-For",
                "198.51.100.1",
                "Forwarded",
                "for=198.51.100.1;proto=https",
                "X-Forwarded-Proto",
                "https");
        assertEquals("192.0.2.7", caller.network().text());
        assertFalse(caller.isTls());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "198.51.100.1                           | 198.51.100.1",
                "203.0.113.9, 198.51.100.1              | 198.51.100.1",
                "203.0.113.9, 198.51.100.1, 10.0.0.2    | 198.51.100.1",
                "198.51.100.1:4711                      | 198.51.100.1",
                "[2001:db8:9:1::7]:4711                 | 2001:db8:9:1:0:0:0:0/64",
                "2001:db8:9:1::7                        | 2001:db8:9:1:0:0:0:0/64",
                "198.51.100.1, 2001:db8:1::3            | 198.51.100.1",
                "10.0.0.3                               | 10.0.0.3",
                "198.51.100.1, unknown                  | 10.0.0.1",
                "198.51.100.1, nonsense, 10.0.0.2       | 10.0.0.2",
                "198.51.100.1,                          | 198.51.100.1",
            })
    void the_client_is_the_nearest_that_is_no_proxy_of_ours(String field, String client) {
        assertEquals(client, client("X-Forwarded-For", field));
    }

    @Test
    void several_fields_are_one_list() {
        assertEquals("198.51.100.1", client("X-Forwarded-For", "203.0.113.9", "X-Forwarded-For", "198.51.100.1"));
        assertEquals(
                "198.51.100.1", client("Forwarded", "for=203.0.113.9", "Forwarded", "For=\"198.51.100.1:80\";by=a"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "for=198.51.100.1                                      | 198.51.100.1",
                "for=203.0.113.9, for=198.51.100.1;proto=https;by=_me  | 198.51.100.1",
                "for=\"[2001:db8:9:1::7]:4711\"                        | 2001:db8:9:1:0:0:0:0/64",
                "for=\"a, for=203.0.113.9\", for=198.51.100.1          | 198.51.100.1",
                "for=198.51.100.1, for=10.0.0.2;host=\"a\\\"b\"        | 198.51.100.1",
                "for=198.51.100.1, for=_hidden                         | 10.0.0.1",
                "for=198.51.100.1, proto=https                         | 10.0.0.1",
                "for=198.51.100.1, nonsense                            | 10.0.0.1",
                "for=\"198.51.100.1                                    | 10.0.0.1",
                "for=198.51.100.1;                                     | 10.0.0.1",
            })
    void the_standard_field_is_read_as_well(String field, String client) {
        assertEquals(client, client("Forwarded", field));
    }

    @Test
    void where_the_two_fields_differ_one_is_the_clients_own_and_neither_is_believed() {
        assertEquals("10.0.0.1", client("X-Forwarded-For", "198.51.100.1", "Forwarded", "for=203.0.113.9"));
        assertEquals("198.51.100.1", client("X-Forwarded-For", "198.51.100.1", "Forwarded", "for=198.51.100.1"));
    }

    @Test
    void a_proxy_that_says_nothing_is_the_client() {
        assertEquals("10.0.0.1", client());
        assertFalse(from(PROXY).isTls());
    }

    @ParameterizedTest
    @ValueSource(strings = {"https", "HTTPS", "http, https"})
    void a_trusted_proxy_tells_of_tls(String proto) {
        assertTrue(from(PROXY, "X-Forwarded-Proto", proto).isTls());
    }

    @Test
    void tls_is_what_the_nearest_says() {
        assertTrue(from(PROXY, "Forwarded", "for=a;proto=http, for=198.51.100.1;proto=https")
                .isTls());
        assertFalse(from(PROXY, "Forwarded", "for=a;proto=https, for=198.51.100.1;proto=http")
                .isTls());
        assertFalse(from(PROXY, "X-Forwarded-Proto", "https, http").isTls());
        assertFalse(from(PROXY, "Forwarded", "for=198.51.100.1").isTls());
    }
}
