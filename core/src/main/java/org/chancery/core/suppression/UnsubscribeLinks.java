package org.chancery.core.suppression;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.MessageId;
import org.chancery.core.mail.EmailAddress;
import org.jspecify.annotations.Nullable;

/**
 * Links by which the recipient of a mail says that no more is wanted. Each is of one message and one recipient, whom it does not
 * name, and signed: nobody can make one up, or make another recipient's of their own.
 *
 * <p><i>Standards:</i> RFC 2369 §3.2, RFC 8058 §3.1. <i>Trusts:</i> nobody; who has the link is its recipient, or whoever they passed
 * the mail to.
 */
public final class UnsubscribeLinks {
    /** What the links begin with, behind the server's own address. */
    public static final String PATH = "/unsubscribe/";

    /** RFC 8058 §3.1: what a mail program says for its user. */
    public static final String FIELD = "List-Unsubscribe";

    public static final String ONE_CLICK = "One-Click";

    private static final String POST_FIELD = "List-Unsubscribe-Post";
    private static final String POINTER = "/list_unsubscribe";

    /** 128 bits: a link is good for ever. */
    static final int SIGNATURE_DIGITS = 32;

    private static final Pattern LINK = Pattern.compile("([0-9a-z]{1,40})-([0-9a-f]{" + SIGNATURE_DIGITS + "})");

    private final SecretKeySpec key;
    private final @Nullable String base;
    private final Predicate<String> isHosted;

    /**
     * @param key at least 32 bytes that nobody else knows; kept for as long as somebody may follow a link
     * @param publicUrl where this server is reached from outside; null where nobody said it, and then there are no links
     * @param isHosted whether mail for a domain comes to us: nobody there is ever suppressed
     */
    public UnsubscribeLinks(byte[] key, @Nullable URI publicUrl, Predicate<String> isHosted) {
        if (key.length < 32) {
            throw new IllegalArgumentException("the key for unsubscribing needs 32 bytes or more");
        }
        this.key = new SecretKeySpec(key, "HmacSHA256");
        this.base = publicUrl == null ? null : publicUrl.toString().replaceAll("/+$", "") + PATH;
        this.isHosted = isHosted;
    }

    /**
     * The header fields of a mail that its recipient can unsubscribe from.
     *
     * @throws CallerFault where it has several recipients, who would all have the link of one, or there are no links
     */
    public Map<String, String> fields(MessageId message, List<EmailAddress> recipients) {
        if (base == null) {
            throw CallerFault.invalid(
                    POINTER,
                    "no_public_url",
                    "cannot be asked for: this server does not know where it is reached from outside; its operator says so with"
                            + " http.public-url");
        }
        if (recipients.size() != 1) {
            throw CallerFault.invalid(
                    POINTER, "needs a mail of its own for each recipient, and this one has " + recipients.size());
        }
        EmailAddress recipient = recipients.getFirst();
        if (isHosted.test(recipient.domain())) {
            throw CallerFault.invalid(POINTER, "is for recipients elsewhere; this one is at a domain of this server");
        }
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put(FIELD, '<' + base + name(message) + '-' + signature(name(message), recipient) + '>');
        fields.put(POST_FIELD, FIELD + '=' + ONE_CLICK);
        return fields;
    }

    /** Refuses fields of the sender's own beside ours. */
    public static void requireNone(Map<String, String> headers) {
        for (String name : headers.keySet()) {
            if (name.equalsIgnoreCase(FIELD) || name.equalsIgnoreCase(POST_FIELD)) {
                throw CallerFault.invalid(POINTER, "cannot go with a header field " + name + " of one's own");
            }
        }
    }

    /** Header fields of a draft, with a link of ours among them made anew: the draft may leave as another message than it was written as. */
    public Map<String, String> renewed(Map<String, String> headers, MessageId message, List<EmailAddress> recipients) {
        boolean isOurs = base != null
                && headers.entrySet().stream()
                        .anyMatch(field -> field.getKey().equalsIgnoreCase(FIELD)
                                && field.getValue().startsWith('<' + base));
        if (!isOurs) {
            return headers;
        }
        Map<String, String> renewed = new LinkedHashMap<>(headers);
        renewed.keySet().removeIf(name -> name.equalsIgnoreCase(FIELD) || name.equalsIgnoreCase(POST_FIELD));
        renewed.putAll(fields(message, recipients));
        return renewed;
    }

    /** What a link says, its signature good or not. */
    public record Claim(MessageId message, String signature) {}

    /** Reads what stands in a link behind {@link #PATH}. */
    public static Optional<Claim> read(String text) {
        Matcher link = LINK.matcher(text);
        return link.matches()
                ? MessageId.parse("msg_" + link.group(1)).map(message -> new Claim(message, link.group(2)))
                : Optional.empty();
    }

    /** Whether we made it for that recipient. */
    public boolean isOf(Claim claim, EmailAddress recipient) {
        byte[] right = signature(name(claim.message()), recipient).getBytes(StandardCharsets.US_ASCII);
        return MessageDigest.isEqual(claim.signature().getBytes(StandardCharsets.US_ASCII), right);
    }

    private static String name(MessageId message) {
        return message.text().substring("msg_".length());
    }

    private String signature(String name, EmailAddress recipient) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            // The purpose is part of what is signed: the same key signs return paths.
            String signed = "unsubscribe:" + name + ':' + recipient.canonical();
            return HexFormat.of()
                    .formatHex(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)))
                    .substring(0, SIGNATURE_DIGITS);
        } catch (GeneralSecurityException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
