package org.chancery.core.fault;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The caller asked for something that cannot be done, and the message tells the caller why; nothing was changed.
 *
 * <p>The {@code code} is stable and part of the API; the message is for people and may change.
 */
public final class CallerFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What kind of fault it is; each edge maps the kind to its own reply once. */
    public enum Kind {
        /** Malformed or out of range; {@link #pointer()} names the field where one is to blame. */
        INVALID,
        /** No such thing, or not the caller's: both look the same. */
        NOT_FOUND,
        /** The caller is known and may not do this. */
        FORBIDDEN,
        /** The state has moved on, or the thing exists already. */
        CONFLICT,
        /** Bigger than a limit. */
        TOO_LARGE,
        /** More often than a limit allows; {@link #retryAfter()} says when it may be again. */
        TOO_MANY,
        /** A request that can never succeed on this thing, where the contract asks for 400. */
        BAD_REQUEST
    }

    private final Kind kind;
    private final String code;
    private final @Nullable String pointer;
    private final transient Map<String, String> decision;
    private final transient @Nullable Duration retryAfter;

    private CallerFault(Kind kind, String code, String message, @Nullable String pointer) {
        this(kind, code, message, pointer, Map.of(), null);
    }

    private CallerFault(
            Kind kind,
            String code,
            String message,
            @Nullable String pointer,
            Map<String, String> decision,
            @Nullable Duration retryAfter) {
        super(message, null, false, false);
        this.kind = kind;
        this.code = code;
        this.pointer = pointer;
        this.decision = decision;
        this.retryAfter = retryAfter;
    }

    /**
     * A field that cannot be used.
     *
     * @param pointer JSON pointer (RFC 6901) of the field, such as {@code /to/0/email}
     */
    public static CallerFault invalid(String pointer, String message) {
        return new CallerFault(Kind.INVALID, "invalid", message, pointer);
    }

    /** As {@link #invalid(String, String)}, with a code of its own. */
    public static CallerFault invalid(String pointer, String code, String message) {
        return new CallerFault(Kind.INVALID, code, message, pointer);
    }

    /** Nothing of that kind is visible to the caller. */
    public static CallerFault notFound(String what) {
        return new CallerFault(Kind.NOT_FOUND, "not_found", "There is no such " + what + ".", null);
    }

    /** The caller may not do this. */
    public static CallerFault forbidden(String code, String message) {
        return new CallerFault(Kind.FORBIDDEN, code, message, null);
    }

    /** The thing is not in a state that allows this, any more. */
    public static CallerFault conflict(String code, String message) {
        return new CallerFault(Kind.CONFLICT, code, message, null);
    }

    /**
     * Somebody was faster.
     *
     * @param decision what they decided, in the API's words
     */
    public static CallerFault alreadyDecided(String message, Map<String, String> decision) {
        return new CallerFault(Kind.CONFLICT, "already_decided", message, null, Map.copyOf(decision), null);
    }

    /** More than a limit allows. */
    public static CallerFault tooLarge(String message) {
        return new CallerFault(Kind.TOO_LARGE, "too_large", message, null);
    }

    /** Often enough for now. */
    public static CallerFault tooMany(String code, String message, Duration retryAfter) {
        return new CallerFault(Kind.TOO_MANY, code, message, null, Map.of(), retryAfter);
    }

    /** Can never be done with this thing. */
    public static CallerFault badRequest(String code, String message) {
        return new CallerFault(Kind.BAD_REQUEST, code, message, null);
    }

    public Kind kind() {
        return kind;
    }

    public String code() {
        return code;
    }

    /** JSON pointer of the field to blame, or null. */
    public @Nullable String pointer() {
        return pointer;
    }

    /** The decision that stands in the way; empty where none does. */
    public Map<String, String> decision() {
        return decision;
    }

    /** After what time the same may be done; null where it says nothing of that. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /** The text for the caller. */
    public String text() {
        String message = getMessage();
        return message == null ? code : message;
    }
}
