package org.chancery.api.http;

import java.util.List;
import java.util.regex.Pattern;
import org.chancery.core.access.Scope;
import org.jspecify.annotations.Nullable;

/**
 * One row of the table of routes. The dispatching, the checks before the handler and {@code /openapi.json} are all made
 * from it, so that none of them can say something else than the others.
 *
 * @param path with parameters in braces; a slash at the end is optional in calls
 * @param summary what the call does, in a few words
 * @param body what it takes, or null
 * @param takesIdempotencyKey whether a repeated request with the same key gets the first answer again
 */
public record Route(
        Method method,
        String path,
        String summary,
        Access access,
        List<Parameter> parameters,
        @Nullable Body body,
        Gives gives,
        boolean takesIdempotencyKey,
        Handler handler) {

    private static final Pattern PATH = Pattern.compile("(/([a-z0-9_.-]+|\\{[a-z_]+}))+/?");

    /** What a call is answered by once it passed every check that its route declares. */
    @FunctionalInterface
    public interface Handler {
        Answer handle(Call call) throws Exception;
    }

    /**
     * A body: JSON, or a form.
     *
     * @param type a record; {@link Form} for a form
     * @param isOptional whether the call may come without one
     * @param isLarge whether it may carry attachments
     */
    public record Body(Class<? extends Record> type, boolean isOptional, boolean isLarge) {
        /** Whether it comes as a browser sends a form, and not as JSON. */
        public boolean isForm() {
            return type.equals(Form.class);
        }
    }

    /**
     * The answer where all went well.
     *
     * @param contentType empty where there is no content
     * @param type the record in it; null for what is no JSON
     * @param isList whether it is an array of those
     * @param otherwise another status that it may have, or 0
     */
    public record Gives(
            int status, String contentType, @Nullable Class<? extends Record> type, boolean isList, int otherwise) {}

    public Route {
        if (!PATH.matcher(path).matches()) {
            throw new IllegalArgumentException("not a path template: " + path);
        }
        parameters = List.copyOf(parameters);
    }

    /** Begins the row of a GET. */
    public static Draft get(String path, String summary) {
        return new Draft(Method.GET, path, summary);
    }

    /** Begins the row of a POST; as every write, it takes an idempotency key, unless it is open. */
    public static Draft post(String path, String summary) {
        return new Draft(Method.POST, path, summary);
    }

    /** Begins the row of a PATCH; its body is a record of {@link Given} fields, so that what is left out stays as it is. */
    public static Draft patch(String path, String summary) {
        return new Draft(Method.PATCH, path, summary);
    }

    /** Begins the row of a DELETE; unless told it {@link Draft#givesNothing}. */
    public static Draft delete(String path, String summary) {
        return new Draft(Method.DELETE, path, summary).givesNothing();
    }

    /** The path without the slash at its end. */
    public String canonicalPath() {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    /** A row in the making; {@link #handledBy} ends it. */
    public static final class Draft {
        private final Method method;
        private final String path;
        private final String summary;
        private Access access = new Access.AnyToken();
        private List<Parameter> parameters = List.of();
        private @Nullable Body body;
        private Gives gives = new Gives(200, "application/json", null, false, 0);

        private Draft(Method method, String path, String summary) {
            this.method = method;
            this.path = path;
            this.summary = summary;
        }

        /** Everybody may call it, without a token. Unless told, any valid token is needed. */
        public Draft open() {
            access = new Access.Open();
            return this;
        }

        /** All of these, for a repeated request too, which no handler sees. */
        public Draft needs(Scope... scopes) {
            access = new Access.Scoped(List.of(scopes));
            return this;
        }

        public Draft parameters(List<Parameter> declared) {
            parameters = declared;
            return this;
        }

        public Draft takes(Class<? extends Record> type) {
            body = new Body(type, false, false);
            return this;
        }

        public Draft mayTake(Class<? extends Record> type) {
            body = new Body(type, true, false);
            return this;
        }

        /** As {@link #takes}, of a size that attachments need. */
        public Draft takesLarge(Class<? extends Record> type) {
            body = new Body(type, false, true);
            return this;
        }

        /** The fields of a short form ({@link Form}). */
        public Draft takesForm() {
            return takes(Form.class);
        }

        public Draft gives(int status, Class<? extends Record> type) {
            gives = new Gives(status, "application/json", type, false, 0);
            return this;
        }

        /** As {@link #gives}, with either status. */
        public Draft gives(int status, int otherwise, Class<? extends Record> type) {
            gives = new Gives(status, "application/json", type, false, otherwise);
            return this;
        }

        public Draft givesList(Class<? extends Record> type) {
            gives = new Gives(200, "application/json", type, true, 0);
            return this;
        }

        public Draft givesContent(String contentType) {
            gives = new Gives(200, contentType, null, false, 0);
            return this;
        }

        /** 204, by {@link Answer.Nothing}. */
        public Draft givesNothing() {
            gives = new Gives(204, "", null, false, 0);
            return this;
        }

        public Route handledBy(Handler handler) {
            // A key is kept under the token that came with it.
            boolean takesIdempotencyKey = method != Method.GET && !(access instanceof Access.Open);
            return new Route(method, path, summary, access, parameters, body, gives, takesIdempotencyKey, handler);
        }
    }
}
