package org.chancery.api.http;

import java.util.List;

/** A query parameter of a route. All are optional. */
public sealed interface Parameter {
    String name();

    /** What it means, in a sentence. */
    String about();

    /** Free text. */
    record Text(String name, String about, int maxLength) implements Parameter {}

    /** One of a few words. */
    record Choice(String name, String about, List<String> words) implements Parameter {
        public Choice {
            words = List.copyOf(words);
        }
    }

    /** A whole number. */
    record Whole(String name, String about, int min, int max, int byDefault) implements Parameter {}

    /** A time, RFC 3339. */
    record Moment(String name, String about) implements Parameter {}
}
