package org.chancery.api.openapi;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.chancery.api.http.Field;
import org.chancery.api.http.Given;
import org.chancery.api.http.Json;
import org.jspecify.annotations.Nullable;

/**
 * JSON Schemas (draft 2020-12, as OpenAPI 3.1 takes them) of the records that requests and answers are made of. The few
 * types that those records are built from are all there is to know, so this is shorter than teaching a library our naming
 * and our nullness.
 */
final class Schemas {
    private final Map<String, Class<?>> names = new TreeMap<>();
    private final Map<String, Object> schemas = new TreeMap<>();

    /** The schemas so far, by name. */
    Map<String, Object> all() {
        return schemas;
    }

    /** A reference to the schema of what a request carries: absent fields are allowed where they may be null. */
    Map<String, Object> request(Class<? extends Record> type) {
        return reference(type, true);
    }

    /** A reference to the schema of what an answer carries: every field is there. */
    Map<String, Object> answer(Class<? extends Record> type) {
        return reference(type, false);
    }

    private Map<String, Object> reference(Class<?> type, boolean request) {
        String name = type.getSimpleName();
        Class<?> known = names.putIfAbsent(name, type);
        if (known == null) {
            schemas.put(name, object(type, request));
        } else if (known != type) {
            throw new IllegalStateException("two records are named " + name);
        }
        return Tree.of("$ref", "#/components/schemas/" + name);
    }

    private Map<String, Object> object(Class<?> type, boolean request) {
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            Field field = component.getAnnotation(Field.class);
            if (field != null && field.notYet()) {
                continue;
            }
            String name = Json.nameOf(component.getName());
            boolean isChange = component.getType() == Given.class;
            AnnotatedType content = isChange ? contentOf(component) : component.getAnnotatedType();
            boolean nullable = isNullable(content);
            properties.put(name, property(content, field, nullable, request));
            if (!isChange && (!request || !nullable)) {
                required.add(name);
            }
        }
        Map<String, Object> schema = Tree.of("type", "object");
        schema.put("properties", properties);
        if (!required.isEmpty()) {
            schema.put("required", required);
        }
        if (request) {
            schema.put("additionalProperties", false);
        }
        return schema;
    }

    private static AnnotatedType contentOf(RecordComponent given) {
        return ((AnnotatedParameterizedType) given.getAnnotatedType()).getAnnotatedActualTypeArguments()[0];
    }

    private Map<String, Object> property(AnnotatedType type, @Nullable Field field, boolean nullable, boolean request) {
        Map<String, Object> schema = schema(type, field, request);
        if (nullable) {
            schema = nullable(schema);
        }
        if (field != null && !field.value().isEmpty()) {
            schema.put("description", field.value());
        }
        return schema;
    }

    private static Map<String, Object> nullable(Map<String, Object> schema) {
        if (schema.get("type") instanceof String type && !schema.containsKey("enum")) {
            schema.put("type", List.of(type, "null"));
            return schema;
        }
        return schema.isEmpty() ? schema : Tree.of("anyOf", List.of(schema, Tree.of("type", "null")));
    }

    private Map<String, Object> schema(AnnotatedType annotated, @Nullable Field field, boolean request) {
        Type type = annotated.getType();
        if (type instanceof ParameterizedType && annotated instanceof AnnotatedParameterizedType generic) {
            return generic(generic, field, request);
        }
        if (!(type instanceof Class<?> plain)) {
            throw new IllegalStateException("no schema for " + type);
        }
        if (plain.isRecord()) {
            return reference(plain, request);
        }
        if (plain == String.class) {
            return text(field);
        }
        if (plain == int.class || plain == Integer.class || plain == long.class) {
            return number(field, "integer");
        }
        if (plain == double.class || plain == Double.class) {
            return number(field, "number");
        }
        if (plain == boolean.class || plain == Boolean.class) {
            return Tree.of("type", "boolean");
        }
        if (plain == Instant.class) {
            return Tree.of("type", "string", "format", "date-time");
        }
        if (plain == byte[].class) {
            return Tree.of("type", "string", "contentEncoding", "base64");
        }
        if (plain == Object.class) {
            return new LinkedHashMap<>();
        }
        throw new IllegalStateException("no schema for " + plain);
    }

    private Map<String, Object> generic(AnnotatedParameterizedType type, @Nullable Field field, boolean request) {
        AnnotatedType[] arguments = type.getAnnotatedActualTypeArguments();
        Type raw = ((ParameterizedType) type.getType()).getRawType();
        if (raw == List.class) {
            Map<String, Object> schema = Tree.of("type", "array", "items", schema(arguments[0], field, request));
            if (request && field != null) {
                schema.put("maxItems", field.maxItems());
            }
            return schema;
        }
        if (raw == Map.class) {
            return Tree.of("type", "object", "additionalProperties", schema(arguments[1], field, request));
        }
        throw new IllegalStateException("no schema for " + type);
    }

    private static Map<String, Object> text(@Nullable Field field) {
        Map<String, Object> schema = Tree.of("type", "string");
        if (field == null) {
            return schema;
        }
        if (field.notBlank()) {
            schema.put("minLength", 1);
        }
        if (field.maxLength() != Field.UNBOUNDED) {
            schema.put("maxLength", field.maxLength());
        }
        if (field.oneOf().length > 0) {
            schema.put("enum", List.of(field.oneOf()));
        }
        return schema;
    }

    private static Map<String, Object> number(@Nullable Field field, String type) {
        Map<String, Object> schema = Tree.of("type", type);
        if (field != null && field.min() != Long.MIN_VALUE) {
            schema.put("minimum", field.min());
        }
        if (field != null && field.max() != Long.MAX_VALUE) {
            schema.put("maximum", field.max());
        }
        return schema;
    }

    private static boolean isNullable(AnnotatedElement type) {
        return type.isAnnotationPresent(Nullable.class);
    }
}
