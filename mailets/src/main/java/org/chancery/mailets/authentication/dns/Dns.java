package org.chancery.mailets.authentication.dns;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** Somebody who answers questions about domain names. */
@FunctionalInterface
public interface Dns {

    /** The types of records that sender authentication asks for. */
    enum Type {
        A,
        AAAA,
        MX,
        PTR,
        TXT
    }

    /** What came of a question. */
    sealed interface Answer {
        /**
         * The records; at least one.
         *
         * @param values addresses in numbers; the hosts of MX records, best first; names without a dot at the end; texts with
         *     their strings joined, one character for each octet
         */
        record Found(List<String> values) implements Answer {
            public Found {
                values = List.copyOf(values);
            }
        }

        /** The name does not exist, cannot exist, or has no record of the type. */
        record Nothing() implements Answer {}

        /** Nobody answered, or not with an answer; later somebody may. */
        record Trouble(String why) implements Answer {}
    }

    /** Asks. The answer comes in bounded time, aliases are followed, and the stage never fails. */
    CompletionStage<Answer> ask(String name, Type type);
}
