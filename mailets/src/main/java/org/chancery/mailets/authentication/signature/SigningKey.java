package org.chancery.mailets.authentication.signature;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.chancery.core.mail.AuthenticationResults.Result;
import org.chancery.mailets.authentication.dns.Dns.Answer;
import org.chancery.mailets.authentication.dns.Dns.Type;
import org.chancery.mailets.authentication.dns.Lookups;

/**
 * A key as its domain publishes it (RFC 6376 §3.6.1).
 *
 * @param isStrict whether it signs for its domain only and not for subdomains ({@code t=s})
 * @param isForTesting whether its owner only tries it out ({@code t=y})
 */
record SigningKey(PublicKey key, boolean isStrict, boolean isForTesting) {
    /** RFC 8301 §3.2: shorter ones can be broken. */
    static final int MIN_BITS = 1024;
    /** RFC 8301 §3.2 asks for 4096 at least; to verify with longer ones takes long. */
    static final int MAX_BITS = 8192;

    private static final int ED25519_OCTETS = 32;
    /** SubjectPublicKeyInfo of an Ed25519 key, up to the key (RFC 8410). */
    private static final byte[] ED25519_INFO = HexFormat.of().parseHex("302a300506032b6570032100");
    /** AlgorithmIdentifier of RSA (RFC 8017 A.1). */
    private static final byte[] RSA_IDENTIFIER = HexFormat.of().parseHex("300d06092a864886f70d0101010500");

    /** Where the key of a selector is. */
    static String name(String selector, String domain) {
        return selector + "._domainkey." + domain;
    }

    /** The key for an algorithm. Of several records any may be taken (RFC 6376 §3.6.2.2): the first that is of use. */
    static SigningKey find(String selector, String domain, Algorithm algorithm, Lookups lookups) throws BadSignature {
        List<String> records = switch (lookups.ask(name(selector, domain), Type.TXT)) {
            case Answer.Found found -> found.values();
            case Answer.Nothing nothing -> throw new BadSignature(Result.PERMERROR, "there is no key");
            case Answer.Trouble trouble -> throw new BadSignature(Result.TEMPERROR, trouble.why());
        };
        BadSignature why = new BadSignature(Result.PERMERROR, "there is no key");
        for (String record : records) {
            try {
                return parse(record, algorithm);
            } catch (BadSignature useless) {
                why = useless;
            }
        }
        throw why;
    }

    private static SigningKey parse(String record, Algorithm algorithm) throws BadSignature {
        TagList tags;
        try {
            tags = TagList.parse(record);
        } catch (BadSignature unreadable) {
            throw unusable("the key record cannot be read");
        }
        // It has to stand first, too, but nobody is hurt where it does not.
        if (!tags.get("v").orElse("DKIM1").equals("DKIM1")) {
            throw unusable("the key record is of another version");
        }
        if (!tags.get("k").orElse("rsa").equals(algorithm.keyType())) {
            throw unusable("the key is of another type");
        }
        if (tags.get("h").isPresent() && !words(tags, "h").contains(algorithm.hash())) {
            throw unusable("the key is not for this hash");
        }
        if (tags.get("s").isPresent() && words(tags, "s").stream().noneMatch(s -> s.equals("*") || s.equals("email"))) {
            throw unusable("the key is not for mail");
        }
        String encoded = TagList.joined(tags.get("p").orElseThrow(() -> unusable("the key record has no key")));
        if (encoded.isEmpty()) {
            throw unusable("the key was revoked");
        }
        List<String> flags = words(tags, "t");
        return new SigningKey(key(encoded, algorithm), flags.contains("s"), flags.contains("y"));
    }

    private static List<String> words(TagList tags, String name) {
        return Arrays.stream(tags.get(name).orElse("").split(":"))
                .map(word -> word.strip().toLowerCase(Locale.ROOT))
                .toList();
    }

    private static PublicKey key(String encoded, Algorithm algorithm) throws BadSignature {
        try {
            byte[] octets = Base64.getDecoder().decode(encoded);
            return algorithm == Algorithm.ED25519_SHA256 ? ed25519(octets) : rsa(octets);
        } catch (IllegalArgumentException | GeneralSecurityException noKey) {
            throw unusable("the key cannot be read");
        }
    }

    private static PublicKey ed25519(byte[] octets) throws GeneralSecurityException, BadSignature {
        if (octets.length != ED25519_OCTETS) {
            throw unusable("the key cannot be read");
        }
        return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(join(ED25519_INFO, octets)));
    }

    private static PublicKey rsa(byte[] octets) throws GeneralSecurityException, BadSignature {
        RSAPublicKey key = rsaOf(octets);
        if (key.getModulus().bitLength() > MAX_BITS) {
            throw unusable("the key is too long");
        }
        return key;
    }

    /** Of an RSA key; 0 of another, whose length is no matter. */
    int bits() {
        return key instanceof RSAPublicKey rsa ? rsa.getModulus().bitLength() : 0;
    }

    boolean isShort() {
        return key instanceof RSAPublicKey && bits() < MIN_BITS;
    }

    /** Everybody publishes a SubjectPublicKeyInfo; RFC 6376 asks for the RSAPublicKey in it. */
    private static RSAPublicKey rsaOf(byte[] octets) throws GeneralSecurityException {
        KeyFactory keys = KeyFactory.getInstance("RSA");
        try {
            return (RSAPublicKey) keys.generatePublic(new X509EncodedKeySpec(octets));
        } catch (GeneralSecurityException bare) {
            byte[] bits = der(0x03, join(new byte[1], octets));
            return (RSAPublicKey) keys.generatePublic(new X509EncodedKeySpec(der(0x30, join(RSA_IDENTIFIER, bits))));
        }
    }

    private static byte[] der(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.length >= 0x100) {
            out.write(0x82);
            out.write(content.length >> 8);
        } else if (content.length >= 0x80) {
            out.write(0x81);
        }
        out.write(content.length);
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] join(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    private static BadSignature unusable(String reason) {
        return new BadSignature(Result.PERMERROR, reason);
    }
}
