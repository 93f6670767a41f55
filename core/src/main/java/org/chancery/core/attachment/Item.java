package org.chancery.core.attachment;

import java.util.List;

/**
 * One file to be judged.
 *
 * @param path how people are told which one is meant: its name, behind those of what it is in
 * @param names what it might be saved as; empty where it has no name
 * @param declaredType the media type that the mail gives it, empty within archives
 * @param octets its content, or the beginning of it
 * @param isWhole whether that is all of it
 * @param depth how many archives and documents it is in
 */
record Item(String path, List<String> names, String declaredType, Octets octets, boolean isWhole, int depth) {
    Item {
        names = List.copyOf(names);
    }

    /** A file within this one. */
    Item inner(String name, Octets content, boolean whole) {
        String shown = name.isEmpty() ? "unnamed" : name;
        return new Item(
                path + " › " + shown, name.isEmpty() ? List.of() : List.of(name), "", content, whole, depth + 1);
    }
}
