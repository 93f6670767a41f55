package org.chancery.mailets.authentication.spf;

import java.util.Locale;

/** Names as check_host() takes them. */
final class DomainName {
    private static final int MAX_LABEL = 63;
    private static final int MAX_NAME = 253;

    private DomainName() {}

    /** RFC 7208 §4.3: of more than one label, each of them one to 63 octets long, and no address literal. */
    static boolean isQualified(String domain) {
        String name = withoutDot(domain);
        if (name.length() > MAX_NAME || name.indexOf('.') < 0 || name.startsWith("[")) {
            return false;
        }
        for (String label : name.split("\\.", -1)) {
            if (label.isEmpty() || label.length() > MAX_LABEL) {
                return false;
            }
        }
        return true;
    }

    /** §7.3: of a name that became too long by expansion, as many of its right labels as fit. */
    static String fitting(String expanded) {
        String name = withoutDot(expanded);
        while (name.length() > MAX_NAME) {
            int dot = name.indexOf('.', name.length() - MAX_NAME - 1);
            if (dot < 0) {
                return name.substring(name.length() - MAX_NAME);
            }
            name = name.substring(dot + 1);
        }
        return name;
    }

    static boolean isSameOrBelow(String name, String domain) {
        String lower = lower(name);
        String above = lower(domain);
        return lower.equals(above) || lower.endsWith("." + above);
    }

    static String lower(String name) {
        return withoutDot(name).toLowerCase(Locale.ROOT);
    }

    private static String withoutDot(String name) {
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }
}
