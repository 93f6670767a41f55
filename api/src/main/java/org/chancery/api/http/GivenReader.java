package org.chancery.api.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads a {@link Given}: a field that is left out, one that is null, and one with a value are three things. */
final class GivenReader extends StdDeserializer<Given<?>> implements ContextualDeserializer {
    private static final long serialVersionUID = 1L;

    private final @Nullable JavaType content;

    GivenReader() {
        this(null);
    }

    private GivenReader(@Nullable JavaType content) {
        super(Given.class);
        this.content = content;
    }

    @Override
    public JsonDeserializer<?> createContextual(DeserializationContext context, @Nullable BeanProperty property) {
        JavaType type = property == null ? context.getContextualType() : property.getType();
        return new GivenReader(type.containedTypeOrUnknown(0));
    }

    @Override
    public Given<?> deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        return Given.of(context.<Object>readValue(parser, content));
    }

    @Override
    public Given<?> getNullValue(DeserializationContext context) {
        return Given.of(null);
    }

    @Override
    public Given<?> getAbsentValue(DeserializationContext context) {
        return Given.absent();
    }
}
