package org.chancery.api.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Answers for requests that fail before they come to any route, being unreadable or too late. */
final class JettyErrors extends ErrorHandler {

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        Problem problem = switch (status) {
            case 503 -> Problems.of(status, "unavailable", "The server is stopping.");
            case 431 -> Problems.of(status, "too_large", "The header fields are too long.");
            case 414 -> Problems.of(status, "too_large", "The address is too long.");
            default ->
                status < 500
                        ? Problems.of(status, "malformed", "The request cannot be read.")
                        : Problems.of(status, "internal_error", "Something went wrong here.");
        };
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problems.CONTENT_TYPE);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.write(true, ByteBuffer.wrap(Json.write(problem)), callback);
        return true;
    }
}
