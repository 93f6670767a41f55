package org.chancery.api.http;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DatabindException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.chancery.api.http.Problem.Blame;
import org.jspecify.annotations.Nullable;

/**
 * JSON in and out. What comes in is read strictly: no unknown field, no number where a text belongs, nothing said twice and
 * nothing behind the end, so that a client's mistake is told and not guessed at.
 */
public final class Json {
    /** Our deepest request has four levels. */
    private static final int MAX_DEPTH = 32;

    private static final ObjectMapper MAPPER = mapper();

    private Json() {}

    /**
     * Reads a request.
     *
     * @throws HttpFault where it is no JSON, or not of that shape
     */
    static <T> T read(byte[] body, Class<T> type) {
        T read;
        try (JsonParser parser = MAPPER.createParser(body)) {
            if (parser.nextToken() == null) {
                throw HttpFault.malformedJson("The body is blank.", List.of());
            }
            read = MAPPER.readValue(parser, type);
            if (parser.nextToken() != null) {
                throw HttpFault.malformedJson("The body goes on behind the end of its JSON.", List.of());
            }
        } catch (DatabindException otherShape) {
            throw isMalformed(otherShape) ? malformed(otherShape) : misshapen(otherShape);
        } catch (JacksonException malformed) {
            throw malformed(malformed);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        if (read == null) {
            throw HttpFault.invalid(List.of(new Blame("", null, "must be an object")));
        }
        List<Blame> errors = FieldChecks.check((Record) read);
        if (!errors.isEmpty()) {
            throw HttpFault.invalid(errors);
        }
        return read;
    }

    /** Writes an answer, in UTF-8. */
    public static byte[] write(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException bug) {
            throw new IllegalStateException("an answer that is no JSON: " + value.getClass(), bug);
        }
    }

    /** The name of a record's component in JSON. */
    public static String nameOf(String component) {
        return PropertyNamingStrategies.SnakeCaseStrategy.INSTANCE.translate(component);
    }

    private static ObjectMapper mapper() {
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .maxNumberLength(100)
                        .maxNameLength(1000)
                        // The size of a body is bounded before it is read.
                        .maxStringLength(Integer.MAX_VALUE)
                        .build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
        return JsonMapper.builder(factory)
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .withCoercionConfig(
                        LogicalType.Textual,
                        texts -> texts.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
                .addModule(new SimpleModule()
                        .addSerializer(Instant.class, new InstantWriter())
                        .addDeserializer(Instant.class, new InstantReader())
                        .addDeserializer(Given.class, new GivenReader()))
                .build();
    }

    /** Whether the shape was not the trouble, but what came while it was read. */
    private static boolean isMalformed(DatabindException e) {
        return e.getCause() instanceof JacksonException cause && !(cause instanceof DatabindException);
    }

    private static HttpFault malformed(JacksonException e) {
        String message = e instanceof DatabindException && e.getCause() instanceof JacksonException cause
                ? cause.getOriginalMessage()
                : e.getOriginalMessage();
        String where = e.getLocation() == null
                ? ""
                : " (line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr() + ")";
        String pointer = e instanceof DatabindException shaped ? pointer(shaped) : parserPointer(e);
        List<Blame> errors = pointer.isEmpty() ? List.of() : List.of(new Blame(pointer, null, message));
        return HttpFault.malformedJson("The body is no valid JSON: " + message + where + ".", errors);
    }

    private static String parserPointer(JacksonException e) {
        return e.getProcessor() instanceof JsonParser parser
                ? parser.getParsingContext().pathAsPointer().toString()
                : "";
    }

    private static HttpFault misshapen(DatabindException e) {
        String message = switch (e) {
            case UnrecognizedPropertyException unknown -> "is unknown here; known are " + known(unknown);
            case MismatchedInputException mismatch -> "must be " + wanted(mismatch.getTargetType());
            default -> "cannot be read";
        };
        return HttpFault.invalid(List.of(new Blame(pointer(e), null, message)));
    }

    private static String known(UnrecognizedPropertyException e) {
        Collection<?> known = e.getKnownPropertyIds();
        return known == null
                ? "none"
                : known.stream().map(String::valueOf).sorted().collect(Collectors.joining(", "));
    }

    private static String wanted(@Nullable Class<?> type) {
        if (type == null) {
            return "of another type";
        }
        if (type == String.class) {
            return "a text";
        }
        if (type == Boolean.class || type == boolean.class) {
            return "true or false";
        }
        if (type == Integer.class || type == Long.class || type == int.class || type == long.class) {
            return "a whole number";
        }
        if (type == Double.class || type == double.class) {
            return "a number";
        }
        if (type == Instant.class) {
            return "a time such as " + Moments.EXAMPLE;
        }
        if (type == byte[].class) {
            return "base64";
        }
        return List.class.isAssignableFrom(type) ? "an array" : "an object";
    }

    private static String pointer(DatabindException e) {
        JsonPointer pointer = JsonPointer.empty();
        if (e instanceof JsonMappingException mapping) {
            for (Reference step : mapping.getPath()) {
                String name = step.getFieldName();
                pointer = name == null ? pointer.appendIndex(step.getIndex()) : pointer.appendProperty(name);
            }
        }
        return pointer.toString();
    }

    private static final class InstantWriter extends StdSerializer<Instant> {
        private static final long serialVersionUID = 1L;

        InstantWriter() {
            super(Instant.class);
        }

        @Override
        public void serialize(Instant value, JsonGenerator generator, SerializerProvider provider) throws IOException {
            // The database keeps microseconds, the clock may know more; a time is to be the same whenever it is told.
            generator.writeString(value.truncatedTo(ChronoUnit.MILLIS).toString());
        }
    }

    private static final class InstantReader extends StdDeserializer<Instant> {
        private static final long serialVersionUID = 1L;

        InstantReader() {
            super(Instant.class);
        }

        @Override
        public Instant deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            Instant instant = parser.currentToken() == JsonToken.VALUE_STRING
                    ? Moments.parse(parser.getText()).orElse(null)
                    : null;
            if (instant == null) {
                throw MismatchedInputException.from(parser, Instant.class, "no time");
            }
            return instant;
        }
    }
}
