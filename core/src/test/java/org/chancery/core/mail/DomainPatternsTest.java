package org.chancery.core.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.Optional;
import java.util.Set;
import org.chancery.core.mail.DomainPatterns.Reading;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DomainPatternsTest {

    @ParameterizedTest
    @CsvSource({
        "Example.COM, example.com",
        "*.Example.com, *.example.com",
        "bücher.example, xn--bcher-kva.example",
        "*.bücher.example, *.xn--bcher-kva.example",
    })
    void a_pattern_is_read_in_lower_case_and_as_a_labels(String text, String pattern) {
        assertEquals(new Reading.Good(pattern), DomainPatterns.read(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "*",
                "*.",
                "**.example.com",
                "a.*.example.com",
                "ana@example.com",
                "straße.example",
                "a b"
            })
    void what_names_no_domain_is_refused(String text) {
        assertInstanceOf(Reading.Bad.class, DomainPatterns.read(text));
    }

    @ParameterizedTest
    @CsvSource({
        "example.com, example.com",
        "a.b.example.org, *.example.org",
        "*.b.example.org, *.example.org",
        "*.example.org, *.example.org",
    })
    void a_domain_is_covered_by_itself_and_by_the_subdomains_of_one_above(String domain, String by) {
        assertEquals(
                Optional.of(by), DomainPatterns.covering(Set.of("example.com", "*.example.org")::contains, domain));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.example.com", "*.example.com", "example.org", "*.org", "badexample.org"})
    void and_by_nothing_else(String domain) {
        assertEquals(
                Optional.empty(), DomainPatterns.covering(Set.of("example.com", "*.example.org")::contains, domain));
    }

    @Test
    void a_domain_has_no_star() {
        assertInstanceOf(Reading.Bad.class, DomainPatterns.domain("*.example.com"));
        assertEquals(new Reading.Good("example.com"), DomainPatterns.domain("example.com"));
    }
}
