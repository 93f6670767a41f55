package org.chancery.core.dkim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The TXT record in which a domain shows a key (RFC 6376 §3.6).
 *
 * @param name without the dot at its end
 * @param published base64
 */
public record KeyRecord(String name, KeyType type, String published) {
    /** RFC 1035 §3.3: a string of a TXT record has a length octet. */
    private static final int MAX_STRING = 255;

    private static final String VERSION = "DKIM1";
    private static final String HASH = "sha256";
    private static final String ANY_SERVICE = "*";

    public String text() {
        return "v=" + VERSION + "; k=" + type.text() + "; p=" + published;
    }

    /** As a line of a zone file: the text in as many strings as it needs, which readers join (RFC 6376 §3.6.2.2). */
    public String zoneLine() {
        String text = text();
        List<String> strings = new ArrayList<>();
        for (int at = 0; at < text.length(); at += MAX_STRING) {
            strings.add(text.substring(at, Math.min(text.length(), at + MAX_STRING)));
        }
        return strings.stream()
                .map(string -> '"' + string + '"')
                .collect(Collectors.joining(" ", name + ". IN TXT " + (strings.size() > 1 ? "( " : ""), ""))
                .concat(strings.size() > 1 ? " )" : "");
    }

    /**
     * Whether what stands in the DNS shows this very key, to those who verify mail with SHA-256. An operator may have added other tags,
     * such as notes.
     */
    public boolean isShownBy(String found) {
        Map<String, String> tags = new HashMap<>();
        for (String tag : found.split(";")) {
            String[] nameAndValue = tag.split("=", 2);
            if (nameAndValue.length == 2) {
                tags.put(nameAndValue[0].strip(), nameAndValue[1].replaceAll("\\s", ""));
            }
        }
        // RFC 6376 §3.6.1: what is not there allows everything.
        return tags.getOrDefault("v", VERSION).equals(VERSION)
                && tags.getOrDefault("k", KeyType.RSA.text()).equalsIgnoreCase(type.text())
                && allows(tags.getOrDefault("h", HASH), HASH)
                && allows(tags.getOrDefault("s", ANY_SERVICE), ANY_SERVICE, "email")
                && tags.getOrDefault("p", "").equals(published);
    }

    private static boolean allows(String list, String... wanted) {
        return Arrays.stream(list.toLowerCase(Locale.ROOT).split(":")).anyMatch(List.of(wanted)::contains);
    }
}
