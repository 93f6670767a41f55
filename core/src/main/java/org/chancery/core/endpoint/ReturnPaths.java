package org.chancery.core.endpoint;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.chancery.core.id.MessageId;
import org.chancery.core.mail.EmailAddress;

/**
 * Variable return paths (VERP): each mail that we send names itself in its reverse-path, so that a bounce tells which mail
 * it is about, whatever the bounce says. They are signed, so that a stranger cannot make up bounces for mail that they
 * never got.
 *
 * <p>Form: {@code bounces+<message id without prefix>-<16 hexadecimal digits>@domain}, in lower case, because some systems
 * change the case of local parts. 51 octets, within the 64 of RFC 5321 §4.5.3.1.1.
 */
public final class ReturnPaths {
    private static final String LEAD = "bounces+";

    /** 64 bits: enough against guessing over SMTP, short enough for the local part. */
    private static final int SIGNATURE_DIGITS = 16;

    private final SecretKeySpec key;

    /** @param key at least 32 bytes that nobody else knows; kept for as long as bounces may come */
    public ReturnPaths(byte[] key) {
        if (key.length < 32) {
            throw new IllegalArgumentException("the key for return paths needs 32 bytes or more");
        }
        this.key = new SecretKeySpec(key, "HmacSHA256");
    }

    /** The reverse-path of a message that leaves from a domain. */
    public EmailAddress address(MessageId message, String domain) {
        String name = name(message);
        return EmailAddress.of(LEAD + name + '-' + signature(name) + '@' + domain);
    }

    /** Whether a local part means to be a return path, its signature valid or not. */
    public static boolean isReturnPath(String localPart) {
        return localPart.toLowerCase(Locale.ROOT).startsWith(LEAD);
    }

    /** The message that a local part names; empty where the signature is not ours. */
    public Optional<MessageId> message(String localPart) {
        String lower = localPart.toLowerCase(Locale.ROOT);
        int dash = lower.lastIndexOf('-');
        if (!lower.startsWith(LEAD) || dash < LEAD.length()) {
            return Optional.empty();
        }
        String name = lower.substring(LEAD.length(), dash);
        byte[] given = lower.substring(dash + 1).getBytes(StandardCharsets.UTF_8);
        byte[] right = signature(name).getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(given, right) ? MessageId.parse("msg_" + name) : Optional.empty();
    }

    private static String name(MessageId message) {
        return message.text().substring("msg_".length());
    }

    private String signature(String name) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            // The purpose is part of what is signed: the same key must not sign for another use.
            byte[] signed = mac.doFinal(("return-path:" + name).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(signed).substring(0, SIGNATURE_DIGITS);
        } catch (GeneralSecurityException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
