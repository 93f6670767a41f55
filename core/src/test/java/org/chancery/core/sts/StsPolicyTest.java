package org.chancery.core.sts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.chancery.core.sts.StsPolicy.Mode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StsPolicyTest {
    private static StsPolicy parsed(String text) {
        return StsPolicy.parse(text.replace("|", "\r\n")).orElseThrow();
    }

    @Test
    void a_policy_is_read() {
        assertEquals(
                new StsPolicy(Mode.ENFORCE, List.of("mail.example.com", "*.example.net"), Duration.ofDays(7)),
                parsed("version: STSv1|mode: enforce|mx: mail.Example.com|mx:*.example.net|max_age: 604800|"));
    }

    @Test
    void what_is_not_known_or_repeated_is_passed_over() {
        assertEquals(
                new StsPolicy(Mode.TESTING, List.of("mx.example"), Duration.ofSeconds(1)),
                parsed(
                        "max_age: 1|mode: testing|version: STSv1|mode: enforce|further: yes|mx: mx.example|mx: not a name|"));
    }

    @Test
    void lines_may_end_as_they_do_on_unix() {
        assertTrue(
                StsPolicy.parse("version: STSv1\nmode: none\nmax_age: 86400\n").isPresent());
    }

    @Test
    void nobody_is_bound_for_more_than_a_year() {
        assertEquals(
                StsPolicy.LONGEST,
                parsed("version: STSv1|mode: none|max_age: 9999999999").maxAge());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html>not found</html>",
                "version: STSv2|mode: none|max_age: 1",
                "mode: none|max_age: 1",
                "version: STSv1|max_age: 1|mx: mx.example",
                "version: STSv1|mode: always|max_age: 1|mx: mx.example",
                "version: STSv1|mode: enforce|max_age: 1",
                "version: STSv1|mode: enforce|max_age: 1|mx: ",
                "version: STSv1|mode: enforce|mx: mx.example",
                "version: STSv1|mode: enforce|max_age: -1|mx: mx.example",
                "version: STSv1|mode: enforce|max_age: soon|mx: mx.example"
            })
    void what_is_no_policy_binds_nobody(String text) {
        assertTrue(StsPolicy.parse(text.replace("|", "\r\n")).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "mail.example.com, true",
        "MAIL.example.com, true",
        "other.example.com, false",
        "a.example.net, true",
        "a.b.example.net, false",
        "example.net, false",
        "net, false",
        "evil-example.net, false",
        "mail.example.com.evil.test, false"
    })
    void a_host_is_one_of_those_named(String host, boolean isNamed) {
        assertEquals(
                isNamed,
                new StsPolicy(Mode.ENFORCE, List.of("mail.example.com", "*.example.net"), Duration.ofDays(1))
                        .names(host));
    }
}
