package org.chancery.core.phishing;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.chancery.core.screening.Signal;

/**
 * What a mail that pretends gives itself away by. None weighs as much as {@link org.chancery.core.screening.ContentFindings#PHISHING}; what
 * honest mail has now and then weighs less than half of it.
 */
public enum PhishingSign {
    /** The sender's domain is one letter off ours. */
    LOOKALIKE_DOMAIN(4.5),
    /** A form in the mail asks for a password; no honest mail does. */
    PASSWORD_FORM(4.5),
    /** A host name of letters that only look like those it seems to have. */
    HOMOGRAPH_HOST(4.0),
    /** The sender bears the name of somebody who works here, and writes from outside. */
    OWN_PERSON(3.5),
    /** The sender's name is an address of ours, and the address is not. */
    OWN_ADDRESS_IN_NAME(4.0),
    /** A link to {@code ours.example.someone-else.example}. */
    DOMAIN_IN_SUBDOMAIN(3.5),
    BRAND_NAME(3.0),
    LINK_TEXT_DIFFERS(3.0),
    USER_INFO_LINK(3.0),
    SCRIPT_LINK(3.0),
    ADDRESS_IN_NAME(2.5),
    ADDRESS_LINK(2.5),
    REPLY_ELSEWHERE(2.0),
    /** Our name under another top-level domain: another company, or not. */
    OWN_NAME_ELSEWHERE(1.5),
    CREDENTIAL_WORDING(1.5),
    SHORTENED_LINK(1.0),
    HIDDEN_TEXT(1.0),
    /** The text of a link differs, and so does that of most: a newsletter that counts clicks. */
    TRACKED_LINKS(0.5);

    private final double score;

    PhishingSign(double score) {
        this.score = score;
    }

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    Signal signal(String detail) {
        return new Signal(text(), score, detail);
    }

    /** The names of all. */
    public static List<String> names() {
        return Arrays.stream(values()).map(PhishingSign::text).toList();
    }
}
