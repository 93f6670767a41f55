package org.chancery.core.send;

import java.util.Locale;
import org.chancery.core.fault.CallerFault;

/** The content types that a caller may give an attachment (RFC 2045 §5.1). */
final class ContentTypes {
    private ContentTypes() {}

    /** Type and subtype, and a charset where one is given; all else is refused. */
    static String check(String contentType, String pointer) {
        String[] parts = contentType.split(";", 2);
        String type = parts[0].strip().toLowerCase(Locale.ROOT);
        String[] names = type.split("/", -1);
        if (names.length != 2 || !isToken(names[0]) || !isToken(names[1]) || names[0].equals("multipart")) {
            throw CallerFault.invalid(pointer, "is no content type that an attachment can have");
        }
        if (parts.length == 1 || parts[1].isBlank()) {
            return type;
        }
        String[] parameter = parts[1].replace("\"", "").split("=", 2);
        if (parameter.length != 2
                || !parameter[0].strip().equalsIgnoreCase("charset")
                || !isToken(parameter[1].strip())) {
            throw CallerFault.invalid(pointer, "has a parameter other than a charset");
        }
        return type + "; charset=" + parameter[1].strip();
    }

    private static boolean isToken(String text) {
        return !text.isEmpty()
                && text.length() <= 127
                && text.chars().allMatch(c -> c > ' ' && c < 0x7f && "()<>@,;:\\\"/[]?=".indexOf(c) < 0);
    }
}
