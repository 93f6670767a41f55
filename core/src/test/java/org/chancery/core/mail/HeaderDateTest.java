package org.chancery.core.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderDateTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Tue, 5 Mar 2024 09:15:30 +0100 | 2024-03-05T08:15:30Z",
                "5 Mar 2024 09:15 +0000 | 2024-03-05T09:15:00Z",
                "Tue, 05 Mar 2024 09:15:30 GMT | 2024-03-05T09:15:30Z",
                "Tue, 05 Mar 2024 09:15:30 -0500 (EST) | 2024-03-05T14:15:30Z",
                "Tue, 05 Mar 2024 09:15:30 PDT | 2024-03-05T16:15:30Z",
                "Tue,05 Mar 24 09:15:30 +01:00 | 2024-03-05T08:15:30Z",
                "5 Mar 99 09:15:30 +0000 | 1999-03-05T09:15:30Z",
                "Tue Mar  5 09:15:30 2024 | 2024-03-05T09:15:30Z",
                "5-Mar-2024 09:15:30 +0000 | 2024-03-05T09:15:30Z",
                "Tuesday, March 5, 2024 9:15:30 PM | 2024-03-05T21:15:30Z",
                "2024-03-05T09:15:30+01:00 | 2024-03-05T08:15:30Z",
                "Tue, 5 Mar 2024 23:59:60 +0000 | 2024-03-06T00:00:00Z",
                "Tue, 5 Mar 2024 | 2024-03-05T00:00:00Z",
                "Tue, 5 Mar 2024 09:15:30 GMT+0100 | 2024-03-05T08:15:30Z",
            })
    void dates_are_read_in_all_their_forms(String body, String instant) {
        assertEquals(Optional.of(Instant.parse(instant)), HeaderDate.parse(body));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "yesterday",
                "Tue, 35 Mar 2024 09:15:30 +0000",
                "Tue, 31 Feb 2024 09:15:30 +0000",
                "5 Mar 2024 25:15:30 +0000",
                "::::",
                "-",
                "5-",
                "+",
                "1 2 3 4 5",
                "99999999999999 Mar 2024"
            })
    void what_is_no_date_is_none(String body) {
        assertEquals(Optional.empty(), HeaderDate.parse(body));
    }
}
