package org.chancery.api.http;

import java.util.List;
import java.util.Map;
import org.chancery.api.http.Problem.Blame;

/** What a call of the {@code /api/…} family that failed is answered with. */
public record FailureJson(@Field("Always false.") boolean success, ErrorJson error) {

    /** What went wrong. */
    public record ErrorJson(
            @Field("For programs; stable.") String code,
            @Field("For people; may change.") String message,

            @Field("The parts of the request that are to blame.")
            List<Blame> details) {}

    /** A failure of that family. */
    public static Answer.Json answer(int status, String code, String message, Map<String, String> headers) {
        return of(status, new ErrorJson(code, message, List.of()), headers);
    }

    static Answer.Json of(int status, ErrorJson error, Map<String, String> headers) {
        return new Answer.Json(status, new FailureJson(false, error), "application/json", headers);
    }
}
