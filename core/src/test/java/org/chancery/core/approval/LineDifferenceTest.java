package org.chancery.core.approval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineDifferenceTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "a,b,c|a,b,c| a, b, c",
                "a,b,c|a,x,c| a,-b,+x, c",
                "a,b|a,b,c| a, b,+c",
                "a,b|b|-a, b",
                "a,b,a|b,a,b|-a, b, a,+b",
                "a|x|-a,+x",
            })
    void it_tells_what_stayed_went_and_came(String before, String after, String difference) {
        assertEquals(
                difference.replace(',', '\n'), LineDifference.of(before.replace(',', '\n'), after.replace(',', '\n')));
    }

    @Test
    void texts_of_very_many_lines_are_not_compared_pair_by_pair() {
        String before = lines("a", 3_000);
        String after = lines("b", 3_000);
        assertEquals(6_000, LineDifference.of(before, after).lines().count());
    }

    private static String lines(String lead, int count) {
        return IntStream.range(0, count).mapToObj(i -> lead + i).collect(Collectors.joining("\n"));
    }
}
