package org.chancery.api.http;

import com.fasterxml.jackson.core.JsonPointer;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.chancery.api.http.Problem.Blame;
import org.chancery.core.mail.HeaderText;
import org.jspecify.annotations.Nullable;

/** Checks a request against what its record's components say of themselves; finds all that is wrong, not the first only. */
final class FieldChecks {
    /** A client is helped by a few; a thousand wrong array elements are one mistake. */
    private static final int MAX_ERRORS = 20;

    private final List<Blame> errors = new ArrayList<>();

    private FieldChecks() {}

    /** What is wrong with a request; empty where nothing is. */
    static List<Blame> check(Record request) {
        FieldChecks checks = new FieldChecks();
        checks.record(JsonPointer.empty(), request);
        return checks.errors.size() <= MAX_ERRORS ? checks.errors : checks.errors.subList(0, MAX_ERRORS);
    }

    private void record(JsonPointer at, Record request) {
        for (RecordComponent component : request.getClass().getRecordComponents()) {
            JsonPointer place = at.appendProperty(Json.nameOf(component.getName()));
            Object value = valueOf(component, request);
            Field field = component.getAnnotation(Field.class);
            if (value instanceof Given<?> given) {
                if (given.isGiven() && !(given.value() == null && takesNull(component))) {
                    value(place, given.value(), field);
                }
            } else if (value == null) {
                if (!isOptional(component)) {
                    blame(place, "is required");
                }
            } else if (field != null && field.notYet()) {
                blame(place, "is not available yet");
            } else {
                value(place, value, field);
            }
        }
    }

    /** Whether a {@link Given} says of its content that it may be null. */
    private static boolean takesNull(RecordComponent component) {
        return component.getAnnotatedType() instanceof AnnotatedParameterizedType given
                && given.getAnnotatedActualTypeArguments()[0].isAnnotationPresent(Nullable.class);
    }

    /** Whether a component may be absent. */
    static boolean isOptional(RecordComponent component) {
        return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    private void value(JsonPointer place, @Nullable Object value, @Nullable Field field) {
        switch (value) {
            case null -> blame(place, "must not be null");
            case String text -> text(place, text, field);
            case Number number -> number(place, number, field);
            case List<?> list -> list(place, list, field);
            case Map<?, ?> map -> map(place, map, field);
            case Record nested -> record(place, nested);
            default -> {}
        }
    }

    private void text(JsonPointer place, String text, @Nullable Field field) {
        // No database keeps these two: PostgreSQL refuses the first, and the second is no Unicode (RFC 3629 §3).
        if (text.indexOf('\0') >= 0) {
            blame(place, "must not contain the character U+0000");
        } else if (text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            blame(place, "must not contain half of a surrogate pair");
        } else if (field == null) {
            return;
        } else if (text.length() > field.maxLength()) {
            blame(place, "must have at most " + field.maxLength() + " characters");
        } else if (field.notBlank() && text.isBlank()) {
            blame(place, "must not be blank");
        } else if (field.singleLine() && text.chars().anyMatch(FieldChecks::endsLine)) {
            blame(place, "must not contain line ends or other control characters");
        } else if (field.singleLine() && HeaderText.hidesControls(text)) {
            blame(place, "must not contain encoded line ends or other control characters");
        } else if (field.oneOf().length > 0 && !Arrays.asList(field.oneOf()).contains(text)) {
            blame(place, "must be one of " + String.join(", ", field.oneOf()));
        }
    }

    /** Control characters, and the two that Unicode has for the ends of lines and paragraphs. */
    private static boolean endsLine(int c) {
        return Character.isISOControl(c) || c == 0x2028 || c == 0x2029;
    }

    private void number(JsonPointer place, Number number, @Nullable Field field) {
        // A long would cut off what a fraction is above or below its bound.
        boolean isOutside = field != null
                && (number instanceof Double fraction
                        ? fraction < field.min() || fraction > field.max()
                        : number.longValue() < field.min() || number.longValue() > field.max());
        if (field != null && isOutside) {
            blame(place, "must be from " + field.min() + " to " + field.max());
        }
    }

    private void list(JsonPointer place, List<?> list, @Nullable Field field) {
        if (field != null && list.size() > field.maxItems()) {
            blame(place, "must have at most " + field.maxItems() + " elements");
            return;
        }
        for (int i = 0; i < list.size(); i++) {
            value(place.appendIndex(i), list.get(i), field);
        }
    }

    private void map(JsonPointer place, Map<?, ?> map, @Nullable Field field) {
        if (field != null && map.size() > field.maxItems()) {
            blame(place, "must have at most " + field.maxItems() + " members");
            return;
        }
        map.forEach((name, value) -> value(place.appendProperty((String) name), value, field));
    }

    private void blame(JsonPointer place, String message) {
        errors.add(new Blame(place.toString(), null, message));
    }

    private static @Nullable Object valueOf(RecordComponent component, Record record) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException bug) {
            throw new IllegalStateException(bug);
        }
    }
}
