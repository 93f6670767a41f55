package org.chancery.storage.column;

import org.jooq.Field;
import org.jooq.impl.AbstractConverter;
import org.jspecify.annotations.Nullable;

/**
 * Text as a database can keep it. Every text column is written and compared through this converter (the code generator
 * puts it there): PostgreSQL refuses U+0000 and nobody can encode half a surrogate pair, and strangers send both. Each
 * such character becomes U+FFFD; it is replaced and not left out, so that what stood around it does not run together.
 */
public final class SafeText extends AbstractConverter<String, String> {
    private static final long serialVersionUID = 1L;

    private static final char REPLACEMENT = '\uFFFD';

    public SafeText() {
        super(String.class, String.class);
    }

    @Override
    public @Nullable String from(@Nullable String kept) {
        return kept;
    }

    @Override
    public @Nullable String to(@Nullable String text) {
        return text == null ? null : of(text);
    }

    /** The text with a replacement for each character that cannot be kept; as long as before. */
    public static String of(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0 || Character.isSurrogate(c)) {
                return replaced(text, i);
            }
        }
        return text;
    }

    /** The text, shortened to what the column takes, never in the middle of a character. For what strangers wrote. */
    public static String fit(Field<String> column, String text) {
        return shortened(text, column.getDataType().length());
    }

    /** As {@link #fit}, and null stays null. */
    public static @Nullable String fitNullable(Field<String> column, @Nullable String text) {
        return text == null ? null : fit(column, text);
    }

    /**
     * At most so many UTF-16 units. H2 counts a column's length in these and PostgreSQL in characters, which are never
     * more.
     */
    public static String shortened(String text, int max) {
        if (text.length() <= max) {
            return text;
        }
        boolean splits = Character.isHighSurrogate(text.charAt(max - 1)) && Character.isLowSurrogate(text.charAt(max));
        return text.substring(0, splits ? max - 1 : max);
    }

    private static String replaced(String text, int from) {
        char[] chars = text.toCharArray();
        for (int i = from; i < chars.length; i++) {
            if (chars[i] == 0) {
                chars[i] = REPLACEMENT;
            } else if (Character.isHighSurrogate(chars[i])
                    && i + 1 < chars.length
                    && Character.isLowSurrogate(chars[i + 1])) {
                i++;
            } else if (Character.isSurrogate(chars[i])) {
                chars[i] = REPLACEMENT;
            }
        }
        return new String(chars);
    }
}
