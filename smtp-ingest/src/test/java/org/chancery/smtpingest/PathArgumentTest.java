package org.chancery.smtpingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathArgumentTest {

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', textBlock = """
                    FROM:<>, ``
                    FROM:<a@b.test>, a@b.test
                    from: <a@b.test>, a@b.test
                    FROM:<"a>b"@b.test>, "a>b"@b.test
                    FROM:<"a\\">"@b.test>, "a\\">"@b.test
                    `FROM:<@one.test,@two.test:a@b.test>`, a@b.test
                    FROM:<@one.test>, @one.test
                    """)
    void the_path_is_what_stands_between_the_brackets_without_its_route(String argument, String path) {
        assertEquals(Optional.of(new PathArgument(path, Map.of())), PathArgument.parse(argument, "FROM:"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "FROM",
                "FROM:",
                "TO:<a@b.test>",
                "FROM:a@b.test",
                "FROM:<a@b.test",
                "FROM:<\"a@b.test>",
                "FROM:<a@b.test>x",
                "FROM:<a@b.test>SIZE=1",
                "FROM:<a@b.test> SIZE=",
                "FROM:<a@b.test> =1",
                "FROM:<a@b.test> SIZE=1 size=2"
            })
    void other_forms_are_refused(String argument) {
        assertEquals(Optional.empty(), PathArgument.parse(argument, "FROM:"));
    }

    @Test
    void parameters_are_read_by_keyword_in_any_case() {
        assertEquals(
                Optional.of(new PathArgument("a@b.test", Map.of("SIZE", "10", "SMTPUTF8", ""))),
                PathArgument.parse("FROM:<a@b.test>  size=10  smtputf8 ", "FROM:"));
    }
}
