package org.chancery.core.mail;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The content of a {@code Message-ID} header field without its angle brackets (RFC 5322 §3.6.4). Made by strangers:
 * neither unique nor well formed for sure.
 */
public record InternetMessageId(String value) {
    /** RFC 5322 §2.1.1: no line is longer than this, so no honest id is. */
    public static final int MAX_LENGTH = 998;

    /** RFC 5322 asks to keep the first and the latest; more than these are never looked at. */
    private static final int MAX_REFERENCES = 50;

    private static final Pattern BRACKETED = Pattern.compile("<\\s*([^<>\\s]{1," + MAX_LENGTH + "})\\s*>");

    /** The first id in a header field's body. */
    public static Optional<InternetMessageId> first(String fieldBody) {
        Matcher matcher = BRACKETED.matcher(fieldBody);
        return matcher.find() ? Optional.of(new InternetMessageId(matcher.group(1))) : Optional.empty();
    }

    /** All ids of a {@code References} or {@code In-Reply-To} field in order; of very many, the latest. */
    public static List<InternetMessageId> all(String fieldBody) {
        List<InternetMessageId> ids = new ArrayList<>();
        Matcher matcher = BRACKETED.matcher(fieldBody);
        while (matcher.find()) {
            ids.add(new InternetMessageId(matcher.group(1)));
        }
        return ids.size() <= MAX_REFERENCES ? ids : ids.subList(ids.size() - MAX_REFERENCES, ids.size());
    }

    /** With angle brackets, as in a header field. */
    public String bracketed() {
        return '<' + value + '>';
    }
}
