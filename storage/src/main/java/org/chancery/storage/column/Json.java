package org.chancery.storage.column;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.jooq.JSONB;
import org.jspecify.annotations.Nullable;

/**
 * Trees in JSON columns, their texts as {@link SafeText}. H2 takes up to a million octets in one value: what strangers
 * can make long is bounded before it comes here.
 */
public final class Json {
    /** So many characters in all the texts of one value are certain to fit. */
    public static final int ROOM = 150_000;

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    static {
        MAPPER.getFactory().setCharacterEscapes(new NulReplaced());
    }

    private Json() {}

    public static JSONB write(Object tree) {
        try {
            return JSONB.jsonb(SafeText.of(MAPPER.writeValueAsString(tree)));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot be written as JSON: " + tree.getClass(), e);
        }
    }

    public static <T> T read(JSONB json, Class<T> type) {
        try {
            return MAPPER.readValue(json.data(), type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the database holds JSON that is no " + type.getSimpleName(), e);
        }
    }

    public static <T> T read(JSONB json, TypeReference<T> type) {
        try {
            return MAPPER.readValue(json.data(), type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the database holds JSON that is no " + type.getType(), e);
        }
    }

    /** JSON can spell U+0000, and PostgreSQL refuses it in every spelling. */
    private static final class NulReplaced extends CharacterEscapes {
        private static final long serialVersionUID = 1L;
        private static final SerializableString REPLACEMENT = new SerializedString("\uFFFD");

        private final int[] ascii = standardAsciiEscapesForJSON();

        NulReplaced() {
            ascii[0] = ESCAPE_CUSTOM;
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return ascii;
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int c) {
            return c == 0 ? REPLACEMENT : null;
        }
    }
}
