package org.chancery.mailets.authentication.dns;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Answers from a table: for measuring on kept mail, whose name servers have long changed what they say. Names are compared
 * without case. Filled by one thread, then used by any.
 */
public final class ZoneDns implements Dns {
    private static final int MOST_ALIASES = 10;

    private final Map<String, List<String>> records = new HashMap<>();
    private final Map<String, String> aliases = new HashMap<>();
    private final Set<String> silent = new HashSet<>();

    /** Adds a record, its value as in {@link Answer.Found}; hosts of MX records best first. */
    public ZoneDns add(String name, Type type, String value) {
        records.computeIfAbsent(key(name, type), ignored -> new ArrayList<>()).add(value);
        return this;
    }

    /** Adds a CNAME record. */
    public ZoneDns alias(String name, String target) {
        aliases.put(lower(name), target);
        return this;
    }

    /** Nobody answers questions about the name for which there is no record in the table. */
    public ZoneDns silent(String name) {
        silent.add(lower(name));
        return this;
    }

    @Override
    public CompletionStage<Answer> ask(String name, Type type) {
        return CompletableFuture.completedFuture(answer(name, type));
    }

    private Answer answer(String name, Type type) {
        String owner = lower(name);
        for (int i = 0; i < MOST_ALIASES; i++) {
            List<String> found = records.get(key(owner, type));
            if (found != null) {
                return new Answer.Found(found);
            }
            String target = aliases.get(owner);
            if (target == null) {
                return silent.contains(owner) ? new Answer.Trouble("nobody answers") : new Answer.Nothing();
            }
            owner = lower(target);
        }
        return new Answer.Trouble("aliases in a circle");
    }

    private static String key(String name, Type type) {
        return type + " " + lower(name);
    }

    private static String lower(String name) {
        String relative = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        return relative.toLowerCase(Locale.ROOT);
    }
}
