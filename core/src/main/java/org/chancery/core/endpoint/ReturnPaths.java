package org.chancery.core.endpoint;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.chancery.core.id.MessageId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.ReversePath;

/**
 * Variable return paths (VERP): each mail that we send names itself in its reverse-path, so that a bounce tells which mail
 * it is about, whatever the bounce says. They are signed, so that a stranger cannot make up bounces for mail that they
 * never got. Each destination is given one of its own, so that who got a mail at one domain cannot speak for those at another.
 *
 * <p>Form: {@code bounces+<message id without prefix><8 hexadecimal digits of the destination>-<16 hexadecimal digits>@domain}, in lower
 * case, because some systems change the case of local parts. 59 octets, within the 64 of RFC 5321 §4.5.3.1.1.
 */
public final class ReturnPaths {
    private static final String LEAD = "bounces+";

    /** 64 bits: enough against guessing over SMTP, short enough for the local part. */
    private static final int SIGNATURE_DIGITS = 16;

    /** Of a message's id in the local part. */
    private static final int ID_LENGTH = 26;

    /** 32 bits tell destinations of one mail apart; nobody can choose them, for they are signed with the rest. */
    private static final int DESTINATION_DIGITS = 8;

    private static final Pattern IN_TEXT = Pattern.compile(
            "bounces\\+[a-z0-9]{" + ID_LENGTH + "}(?:[0-9a-f]{" + DESTINATION_DIGITS + "})?-[0-9a-f]{"
                    + SIGNATURE_DIGITS + "}(?=@)",
            Pattern.CASE_INSENSITIVE);

    /** Local parts in a text that are looked at. */
    private static final int MAX_IN_TEXT = 10;

    private final SecretKeySpec key;

    /** @param key at least 32 bytes that nobody else knows; kept for as long as bounces may come */
    public ReturnPaths(byte[] key) {
        if (key.length < 32) {
            throw new IllegalArgumentException("the key for return paths needs 32 bytes or more");
        }
        this.key = new SecretKeySpec(key, "HmacSHA256");
    }

    /**
     * What a return path names.
     *
     * @param destination stands for the domain to which it was given; empty where it was made for none
     */
    public record Named(MessageId message, String destination) {}

    /** The reverse-path of a message that leaves from a domain, before it is known where to. */
    public EmailAddress address(MessageId message, String domain) {
        String name = name(message);
        return EmailAddress.of(LEAD + name + '-' + signature(name) + '@' + domain);
    }

    /** The reverse-path for the recipients at one domain; what is no return path of ours stays as it is. */
    public ReversePath towards(ReversePath path, String destination) {
        return path.mailbox()
                .flatMap(address -> message(address.localPart()).map(message -> {
                    String name = name(message) + digits(message, destination);
                    return ReversePath.of(
                            EmailAddress.of(LEAD + name + '-' + signature(name) + '@' + address.domain()));
                }))
                .orElse(path);
    }

    /** Whether a return path was given to that domain. */
    public boolean isTowards(Named path, String destination) {
        return path.destination().equals(digits(path.message(), destination));
    }

    private String digits(MessageId message, String destination) {
        return signed("return-path-destination:" + name(message) + ':' + destination)
                .substring(0, DESTINATION_DIGITS);
    }

    /** What looks like the local part of a return path in a text, each once; a few of very many. */
    public static List<String> localPartsIn(String text) {
        return IN_TEXT.matcher(text)
                .results()
                .map(MatchResult::group)
                .distinct()
                .limit(MAX_IN_TEXT)
                .toList();
    }

    /** Whether a local part means to be a return path, its signature valid or not. */
    public static boolean isReturnPath(String localPart) {
        return localPart.toLowerCase(Locale.ROOT).startsWith(LEAD);
    }

    /** The message that a local part names; empty where the signature is not ours. */
    public Optional<MessageId> message(String localPart) {
        return named(localPart).map(Named::message);
    }

    /** What a local part names; empty where the signature is not ours. */
    public Optional<Named> named(String localPart) {
        String lower = localPart.toLowerCase(Locale.ROOT);
        int dash = lower.lastIndexOf('-');
        if (!lower.startsWith(LEAD) || dash < LEAD.length()) {
            return Optional.empty();
        }
        String name = lower.substring(LEAD.length(), dash);
        byte[] given = lower.substring(dash + 1).getBytes(StandardCharsets.UTF_8);
        byte[] right = signature(name).getBytes(StandardCharsets.UTF_8);
        int end = Math.min(name.length(), ID_LENGTH);
        return MessageDigest.isEqual(given, right)
                ? MessageId.parse("msg_" + name.substring(0, end)).map(id -> new Named(id, name.substring(end)))
                : Optional.empty();
    }

    private static String name(MessageId message) {
        return message.text().substring("msg_".length());
    }

    /** The purpose is part of what is signed: the same key must not sign for another use. */
    private String signature(String name) {
        return signed("return-path:" + name).substring(0, SIGNATURE_DIGITS);
    }

    private String signed(String purpose) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return HexFormat.of().formatHex(mac.doFinal(purpose.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
