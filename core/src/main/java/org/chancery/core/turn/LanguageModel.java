package org.chancery.core.turn;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A model somewhere, asked over the network within bounded time. */
public interface LanguageModel {

    /**
     * A question.
     *
     * @param system what we say ourselves: the rules of the answer, and the endpoint's instructions
     * @param user what is to be looked at: strangers' words, quoted
     */
    record Question(String system, String user) {}

    /** Tokens that a call took; null where the model did not say. */
    record Usage(@Nullable Long input, @Nullable Long output) {
        public static final Usage UNKNOWN = new Usage(null, null);
    }

    /** What came of it. */
    sealed interface Reply {
        Usage usage();

        /** A JSON object whose members are texts; nothing is known of it yet. */
        record Said(Map<String, String> members, Usage usage) implements Reply {
            public Said {
                members = Map.copyOf(members);
            }
        }

        /**
         * No such answer.
         *
         * @param why for people, without secrets and without words of the model's
         * @param mayPass whether the same question may be answered later
         */
        record None(String why, boolean mayPass, Usage usage) implements Reply {}
    }

    Reply ask(Question question);
}
