package org.chancery.api.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a call that failed is answered with (RFC 9457), as {@code application/problem+json}.
 *
 * @param code stable, for programs; the other texts are for people and may change
 * @param errors what is wrong with the request, where a part of it is to blame
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Problem(
        @Field("Always about:blank: the code tells problems apart.")
        String type,

        @Field("The status in words.") String title,
        @Field("The HTTP status.") int status,
        @Field("What is wrong, for people.") String detail,
        @Field("What is wrong, for programs; stable.") String code,

        @Field("The parts of the request that are to blame.")
        List<Blame> errors,

        @Field("Under which id the server's log tells more; with status 500 only.") @Nullable
        String incident,

        @Field("What was decided before, by whom, when and how; with the code already_decided only.") @Nullable
        Map<String, String> decision) {

    /** A part of the request and what is wrong with it. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Blame(
            @Field("JSON pointer (RFC 6901) of a field in the body.") @Nullable
            String pointer,

            @Field("The query parameter.") @Nullable String parameter,
            @Field("What is wrong with it.") String message) {

        /** @param place a JSON pointer, or {@code ?name} for a query parameter */
        static Blame at(String place, String message) {
            return place.startsWith("?")
                    ? new Blame(null, place.substring(1), message)
                    : new Blame(place, null, message);
        }
    }

    public Problem {
        errors = List.copyOf(errors);
    }
}
