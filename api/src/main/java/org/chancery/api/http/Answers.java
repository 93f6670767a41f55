package org.chancery.api.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Writes answers. */
final class Answers {
    private Answers() {}

    static void write(Context ctx, Answer answer) throws IOException {
        switch (answer) {
            case Answer.Json json -> json(ctx, json);
            case Answer.Once once -> json(ctx, once.first());
            case Answer.Replayed replayed -> {
                ctx.header("Idempotency-Replayed", "true");
                if (replayed.status() == Answer.Nothing.STATUS) {
                    nothing(ctx);
                } else {
                    byte[] text = replayed.json().getBytes(StandardCharsets.UTF_8);
                    bytes(ctx, replayed.status(), "application/json", text, Map.of());
                }
            }
            case Answer.Content content ->
                bytes(ctx, content.status(), content.contentType(), content.content(), content.headers());
            case Answer.Nothing ignored -> nothing(ctx);
            case Answer.Written written -> {
                ctx.contentType(written.contentType());
                written.headers().forEach(ctx::header);
                written.writing().to(ctx.res().getOutputStream());
            }
            case Answer.Stream stream -> {
                ctx.contentType(stream.contentType());
                stream.headers().forEach(ctx::header);
                ctx.res().setContentLengthLong(stream.length());
                try (InputStream in = stream.content()) {
                    in.transferTo(ctx.res().getOutputStream());
                }
            }
        }
    }

    private static void nothing(Context ctx) {
        ctx.status(Answer.Nothing.STATUS);
        // Javalin has put one there beforehand.
        ctx.res().setContentType(null);
    }

    static void json(Context ctx, Answer.Json json) {
        bytes(ctx, json.status(), json.contentType(), Json.write(json.body()), json.headers());
    }

    private static void bytes(
            Context ctx, int status, String contentType, byte[] content, Map<String, String> headers) {
        ctx.status(status).contentType(contentType);
        headers.forEach(ctx::header);
        ctx.res().setContentLength(content.length);
        ctx.result(content);
    }
}
