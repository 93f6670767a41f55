package org.chancery.core.mail;

import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * A mailbox as it stands between the angle brackets of an SMTP command: {@code local-part@domain} (RFC 5321 §4.1.2, with
 * UTF-8 as RFC 6531 allows). The domain is kept in lower case and as A-labels; the local part as written.
 *
 * <p>Two addresses are equal when they name the same mailbox by our reading: the local part is compared without case,
 * because every system that matters treats it so.
 */
public final class EmailAddress {
    /**
     * RFC 5321 §4.5.3.1.1, in octets: what every server has to take, and what the addresses that we make keep to. Strangers'
     * local parts are read beyond it: return paths that carry the recipient or a signature (VERP, SRS) are often longer.
     */
    public static final int MAX_LOCAL_PART = 64;
    /** RFC 5321 §4.5.3.1.3, in octets, without the angle brackets. */
    public static final int MAX_LENGTH = 254;
    /** RFC 5321 §4.5.3.1.2, in octets. */
    public static final int MAX_DOMAIN = 255;

    private static final int ZERO_WIDTH_NON_JOINER = 0x200c;
    private static final int ZERO_WIDTH_JOINER = 0x200d;

    private final String localPart;
    private final String domain;

    private EmailAddress(String localPart, String domain) {
        this.localPart = localPart;
        this.domain = domain;
    }

    /**
     * Reads an address; empty where it is none. Quoted local parts are kept with their quotes. Address literals
     * ({@code user@[192.0.2.1]}), source routes and addresses without a domain are not read.
     */
    public static Optional<EmailAddress> parse(String text) {
        int at = text.lastIndexOf('@');
        if (at < 1 || at == text.length() - 1) {
            return Optional.empty();
        }
        String local = text.substring(0, at);
        if (!isLocalPart(local)) {
            return Optional.empty();
        }
        return domainOf(text.substring(at + 1))
                .map(domain -> new EmailAddress(local, domain))
                .filter(address -> address.length() <= MAX_LENGTH);
    }

    /** Reads an address that is known to be one, for example from our own database. */
    public static EmailAddress of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException("not an e-mail address"));
    }

    /** A domain name in the form that {@link #domain()} has; empty where the text is no domain name. */
    public static Optional<String> domainOf(String text) {
        String ascii;
        try {
            ascii = IDN.toASCII(text, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException notADomain) {
            return Optional.empty();
        }
        if (ascii.length() > MAX_DOMAIN) {
            return Optional.empty();
        }
        for (String label : ascii.split("\\.", -1)) {
            if (!isLabel(label)) {
                return Optional.empty();
            }
        }
        return Optional.of(ascii);
    }

    public String localPart() {
        return localPart;
    }

    /** Lower case, A-labels (RFC 5890). */
    public String domain() {
        return domain;
    }

    /**
     * The local part up to the first {@code +}: {@code sales+acme@} reaches {@code sales@}. Where that would be no address,
     * as of {@code a.+x@}, it is this one.
     */
    public EmailAddress withoutTag() {
        int plus = localPart.indexOf('+');
        boolean hasTag = plus > 0 && localPart.charAt(0) != '"' && isLocalPart(localPart.substring(0, plus));
        return hasTag ? new EmailAddress(localPart.substring(0, plus), domain) : this;
    }

    /** What addresses are compared and stored by: all lower case. */
    public String canonical() {
        return localPart.toLowerCase(Locale.ROOT) + '@' + domain;
    }

    /** Whether it needs SMTPUTF8 (RFC 6531) to be sent. */
    public boolean needsUtf8() {
        return localPart.chars().anyMatch(c -> c > 126);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EmailAddress address && address.canonical().equals(canonical());
    }

    @Override
    public int hashCode() {
        return canonical().hashCode();
    }

    /** The address as written, with the domain in lower case. */
    @Override
    public String toString() {
        return localPart + '@' + domain;
    }

    private int length() {
        return localPart.getBytes(StandardCharsets.UTF_8).length + 1 + domain.length();
    }

    private static boolean isLabel(String label) {
        if (label.isEmpty() || label.length() > 63 || label.startsWith("-") || label.endsWith("-")) {
            return false;
        }
        // The underscore is no letter of host names (RFC 1123 §2.1), yet it is met in the domains of real senders.
        return label.chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_');
    }

    private static boolean isLocalPart(String local) {
        if (local.startsWith("\"")) {
            return isQuotedString(local);
        }
        if (local.startsWith(".") || local.endsWith(".") || local.contains("..")) {
            return false;
        }
        return local.codePoints().allMatch(c -> c == '.' || isAtomText(c));
    }

    // RFC 5321 §4.1.2: Quoted-string, its content being qtextSMTP or a quoted pair.
    private static boolean isQuotedString(String local) {
        int end = local.length() - 1;
        if (end < 1 || local.charAt(end) != '"') {
            return false;
        }
        int[] content = local.substring(1, end).codePoints().toArray();
        for (int i = 0; i < content.length; i++) {
            boolean isPair = content[i] == '\\';
            if (isPair && ++i == content.length) {
                return false;
            }
            boolean isText = content[i] == ' ' || isAtomText(content[i]) || (content[i] > ' ' && content[i] < 127);
            if (!isText || (content[i] == '"' && !isPair)) {
                return false;
            }
        }
        return true;
    }

    // RFC 5322 §3.2.3 atext, and letters and signs beyond ASCII (RFC 6531 §3.3). What nobody can see (control, format
    // and separating characters) could make two addresses look like one. Two joiners are needed to write some scripts.
    private static boolean isAtomText(int c) {
        if (c < 128) {
            return Character.isLetterOrDigit(c) || "!#$%&'*+-/=?^_`{|}~".indexOf(c) >= 0;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.SURROGATE,
                    Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.FORMAT -> c == ZERO_WIDTH_NON_JOINER || c == ZERO_WIDTH_JOINER;
            default -> true;
        };
    }
}
