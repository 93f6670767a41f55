package org.chancery.api.openapi;

import java.util.LinkedHashMap;
import java.util.Map;

/** JSON objects whose members stay in the order in which they are said, so that the description reads as it was written. */
final class Tree {
    private Tree() {}

    /** @param members names and values in turns */
    static Map<String, Object> of(Object... members) {
        Map<String, Object> tree = new LinkedHashMap<>();
        for (int i = 0; i < members.length; i += 2) {
            tree.put((String) members[i], members[i + 1]);
        }
        return tree;
    }
}
