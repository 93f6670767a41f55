package org.chancery.api.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a handler answers. */
public sealed interface Answer {

    /**
     * JSON.
     *
     * @param body a record, or a list of records
     */
    record Json(int status, Object body, String contentType, Map<String, String> headers) implements Answer {
        public Json {
            headers = Map.copyOf(headers);
        }
    }

    /**
     * JSON which holds something that is shown once.
     *
     * @param repeated what is told when the request is repeated with the same {@code Idempotency-Key}
     */
    record Once(Json first, Object repeated) implements Answer {}

    /** JSON or nothing, as it was told before. */
    record Replayed(int status, String json) implements Answer {}

    /** Anything else, short. */
    record Content(int status, String contentType, byte[] content, Map<String, String> headers) implements Answer {
        public Content {
            headers = Map.copyOf(headers);
        }
    }

    /**
     * Anything else, of whatever length; closed by whoever writes it.
     *
     * @param length octets
     */
    record Stream(String contentType, long length, InputStream content, Map<String, String> headers) implements Answer {
        public Stream {
            headers = Map.copyOf(headers);
        }
    }

    /** Anything else, of a length that nobody knows before it is written. */
    record Written(String contentType, Writing writing, Map<String, String> headers) implements Answer {
        public Written {
            headers = Map.copyOf(headers);
        }
    }

    /** Writes content as it goes; where it fails, the connection breaks off. */
    @FunctionalInterface
    interface Writing {
        void to(OutputStream out) throws IOException;
    }

    /** 204: it is done, and there is nothing to show. */
    record Nothing() implements Answer {
        static final int STATUS = 204;
    }

    static Json ok(Object body) {
        return json(200, body);
    }

    static Json json(int status, Object body) {
        return new Json(status, body, "application/json", Map.of());
    }

    /** A page of a list. */
    static Json page(Object rows, @Nullable String linkToNext) {
        return new Json(200, rows, "application/json", linkToNext == null ? Map.of() : Map.of("Link", linkToNext));
    }
}
