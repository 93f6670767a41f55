package org.chancery.core.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmailAddressTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a@b",
                "first.last@example.test",
                "a+tag@example.test",
                "!#$%&'*+-/=?^_`{|}~@example.test",
                "\"\"@example.test",
                "\"two words\"@example.test",
                "\"a@b\"@example.test",
                "\"a\\\"b\\\\\"@example.test",
                "\"<>,;:\"@example.test",
                "victim%else.test@example.test",
                "else.test!victim@example.test",
                "jörg@example.test",
                "用户@example.test",
                "😀@example.test",
                "a@_dmarc.example.test"
            })
    void addresses_are_kept_as_written(String text) {
        assertEquals(Optional.of(text), EmailAddress.parse(text).map(EmailAddress::toString));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "@",
                "a",
                "a@",
                "@b",
                "a b@c",
                "a@b c",
                ".a@b",
                "a.@b",
                "a..b@c",
                "a@.b",
                "a@b.",
                "a@b..c",
                "a@-b",
                "a@b-",
                "a@@b",
                "a@b@c",
                "a@[192.0.2.1]",
                "<a@b>",
                "a\0@b",
                "a\r\n@b",
                "a@b\r\n",
                "a(b)@c",
                "a,b@c",
                "a:b@c",
                "@one.test:a@b",
                "\"@b",
                "\"a@b",
                "a\"@b",
                "\"a\"b@c",
                "\"a\"\"b\"@c",
                "\"a\\\"@b",
                "\"a\nb\"@c",
                "\"a\\\nb\"@c",
                "a\u0085@b",
                "a\u2028b@c",
                "a\u00a0b@c",
                "a\u202eb@c",
                "\"a\u202eb\"@c",
                "a\ud800@b",
                "\"\udc00\"@b",
                "a@b\u3000c"
            })
    void what_is_no_address_is_none(String text) {
        assertEquals(Optional.empty(), EmailAddress.parse(text));
    }

    @Test
    void the_domain_is_kept_in_lower_case_and_as_a_labels() {
        assertEquals(
                "Jörg@xn--bcher-kva.test", EmailAddress.of("Jörg@Bücher.TEST").toString());
        assertEquals(
                "bücher.TEST -> xn--bcher-kva.test",
                "bücher.TEST -> " + EmailAddress.domainOf("bücher.TEST").orElseThrow());
    }

    @Test
    void addresses_are_equal_without_case() {
        assertEquals(EmailAddress.of("A.b@C.test"), EmailAddress.of("a.B@c.TEST"));
        assertEquals("a.b@c.test", EmailAddress.of("A.b@C.test").canonical());
        assertNotEquals(EmailAddress.of("a@c.test"), EmailAddress.of("\"a\"@c.test"));
    }

    @Test
    void an_address_is_as_long_as_a_path_may_be_and_its_local_part_may_fill_it() {
        String domain = "@example.test";
        String longest = "x".repeat(EmailAddress.MAX_LENGTH - domain.length());
        assertTrue(EmailAddress.parse(longest + domain).isPresent());
        assertFalse(EmailAddress.parse(longest + "x" + domain).isPresent());
        assertFalse(EmailAddress.parse("ü".repeat(longest.length()) + domain).isPresent(), "octets are counted");
        assertTrue(EmailAddress.parse("a@" + "x".repeat(63)).isPresent());
        assertFalse(EmailAddress.parse("a@" + "x".repeat(64)).isPresent());
    }

    @Test
    void a_tag_is_what_follows_the_first_plus() {
        assertEquals(
                EmailAddress.of("sales@ours.test"),
                EmailAddress.of("sales+a+b@ours.test").withoutTag());
        assertEquals(
                EmailAddress.of("+a@ours.test"), EmailAddress.of("+a@ours.test").withoutTag());
        assertEquals(
                EmailAddress.of("a.+x@ours.test"),
                EmailAddress.of("a.+x@ours.test").withoutTag(),
                "a. is no local part");
        assertEquals(
                EmailAddress.of("\"a+b\"@ours.test"),
                EmailAddress.of("\"a+b\"@ours.test").withoutTag());
    }

    @Test
    void utf8_in_the_local_part_needs_smtputf8_and_in_the_domain_does_not() {
        assertTrue(EmailAddress.of("jörg@example.test").needsUtf8());
        assertFalse(EmailAddress.of("joerg@bücher.test").needsUtf8());
    }

    @Test
    void of_refuses_what_is_no_address() {
        assertThrows(IllegalArgumentException.class, () -> EmailAddress.of("no address"));
    }

    @Test
    void whatever_is_read_reads_the_same_again() {
        String[] words = {
            "a", "B", ".", "@", "\"", "\\", " ", "+", "%", "!", "ü", "ß", "用", "😀", "\ud83d", "[", "-", "_", "1", "\0"
        };
        for (int seed = 0; seed < 200_000; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(10); i >= 0; i--) {
                text.append(words[random.nextInt(words.length)]);
            }
            EmailAddress.parse(text.toString())
                    .ifPresent(address -> assertEquals(Optional.of(address), EmailAddress.parse(address.toString())));
        }
    }
}
