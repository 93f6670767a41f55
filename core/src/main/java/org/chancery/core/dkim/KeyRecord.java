package org.chancery.core.dkim;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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

    public String text() {
        return "v=DKIM1; k=" + type.text() + "; p=" + published;
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

    /** Whether what stands in the DNS shows this very key. */
    public boolean isShownBy(String found) {
        String key = "";
        String kind = KeyType.RSA.text();
        for (String tag : found.split(";")) {
            String[] nameAndValue = tag.split("=", 2);
            if (nameAndValue.length == 2) {
                switch (nameAndValue[0].strip()) {
                    case "p" -> key = nameAndValue[1].replaceAll("\\s", "");
                    case "k" -> kind = nameAndValue[1].strip().toLowerCase(Locale.ROOT);
                    default -> {
                        // An operator's own additions, such as notes.
                    }
                }
            }
        }
        return key.equals(published) && kind.equals(type.text());
    }
}
