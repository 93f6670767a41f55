package org.chancery.core.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import org.chancery.core.id.TokenId;

/**
 * The secret text of a token. Shown once, when it is made; kept as its SHA-256 only.
 *
 * <p>A generated one carries the id of its token, so that of one that is not valid (any more) we know whom it concerns.
 *
 * <p>A plain hash is enough here, unlike for passwords: generated secrets carry 256 random bits, so that there is nothing
 * to guess. Look-up by the hash leaks nothing of the secret through its timing.
 */
public final class TokenSecret {
    /** A secret chosen by the operator ({@code admin.token}) is at least this long. */
    public static final int MIN_LENGTH = 16;

    /** Longer credentials are refused unread. */
    public static final int MAX_LENGTH = 512;

    /** Lets secret scanners and people recognise a leaked token. */
    private static final String PREFIX = "chy_";

    /** 43 characters that spell 256 bits; before them 26 of the id and an underscore, but in secrets of no token and in old ones. */
    private static final Pattern GENERATED = Pattern.compile(PREFIX + "([0-9a-z]{26}_)?[0-9A-Za-z_-]{43}");

    private static final SecureRandom RANDOM = new SecureRandom();

    private final String text;

    private TokenSecret(String text) {
        this.text = text;
    }

    /** A fresh secret of 256 random bits, of no token. */
    public static TokenSecret generate() {
        return new TokenSecret(PREFIX + random());
    }

    /** A fresh secret of a token, with 256 random bits. */
    public static TokenSecret generate(TokenId token) {
        return new TokenSecret(PREFIX + idPart(token) + '_' + random());
    }

    private static String idPart(TokenId token) {
        return token.text().substring(token.prefix().length() + 1);
    }

    private static String random() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** A secret that somebody presents or the operator chose. */
    public static TokenSecret of(String text) {
        return new TokenSecret(text);
    }

    /** Whether it looks like one that we made: then there is nothing to guess. */
    boolean isGenerated() {
        return GENERATED.matcher(text).matches();
    }

    /** The token whose secret it says that it is; whoever made it up may have lied. */
    Optional<TokenId> token() {
        int end = text.indexOf('_', PREFIX.length());
        return text.startsWith(PREFIX) && end > 0
                ? TokenId.parse("tok_" + text.substring(PREFIX.length(), end))
                : Optional.empty();
    }

    /** The secret itself: for the one answer in which it is shown. */
    public String reveal() {
        return text;
    }

    /** SHA-256 in hexadecimal digits; what is kept and looked up. */
    public String hash() {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    /** Never the secret. */
    @Override
    public String toString() {
        return "TokenSecret[hidden]";
    }
}
