package org.chancery.core.evidence;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Parts of trees that somebody else wrote: what is not of the kind that was asked for is empty. */
final class Trees {
    private Trees() {}

    static String text(Map<String, Object> tree, String name) {
        return tree.get(name) instanceof String text ? text : "";
    }

    static long number(Map<String, Object> tree, String name) {
        return tree.get(name) instanceof Long number ? number : -1;
    }

    static List<Object> list(Map<String, Object> tree, String name) {
        return tree.get(name) instanceof List<?> list ? List.copyOf(list) : List.of();
    }

    static Map<String, Object> map(@Nullable Object tree) {
        Map<String, Object> map = new LinkedHashMap<>();
        if (tree instanceof Map<?, ?> some) {
            some.forEach((key, value) -> map.put((String) key, value));
        }
        return map;
    }
}
