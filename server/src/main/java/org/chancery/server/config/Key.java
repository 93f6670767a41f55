package org.chancery.server.config;

import java.util.Locale;
import java.util.function.Function;

/**
 * One key of the configuration.
 *
 * @param name as in the file, such as {@code smtp.port}
 * @param defaultText what stands for the key where nobody sets it
 * @param parse reads a text; throws {@link IllegalArgumentException} with a reason that completes "smtp.port: …"
 * @param isSecret whether the value must never be shown, and may be given by file in {@code …_FILE}
 */
public record Key<T>(String name, String defaultText, Function<String, T> parse, boolean isSecret) {

    /** The variable that sets the key: {@code CHANCERY_SMTP_PORT}. */
    public String variable() {
        return "CHANCERY_" + name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }
}
