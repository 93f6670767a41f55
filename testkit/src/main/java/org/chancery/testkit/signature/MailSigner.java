package org.chancery.testkit.signature;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;

/** Signs mail as DKIM and ARC ask for, in its own plain way, so that signer and verifier do not share a mistake. */
public final class MailSigner {
    private final String domain;
    private final String selector;
    private final String type;
    private final KeyPair keys;

    private MailSigner(String domain, String selector, String type, KeyPair keys) {
        this.domain = domain;
        this.selector = selector;
        this.type = type;
        this.keys = keys;
    }

    public static MailSigner rsa(String domain, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return new MailSigner(domain, "r" + bits, "rsa", generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static MailSigner ed25519(String domain) {
        try {
            KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            return new MailSigner(domain, "e", "ed25519", keys);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public String selector() {
        return selector;
    }

    public String keyName() {
        return selector + "._domainkey." + domain;
    }

    /** The key as base64: for RSA a SubjectPublicKeyInfo, for Ed25519 the bare key. */
    public String key() {
        byte[] encoded = keys.getPublic().getEncoded();
        boolean isBare = type.equals("ed25519");
        return Base64.getEncoder()
                .encodeToString(isBare ? Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length) : encoded);
    }

    /** The bare RSAPublicKey (RFC 8017 A.1.1). */
    public String bareKey() {
        RSAPublicKey key = (RSAPublicKey) keys.getPublic();
        return Base64.getEncoder().encodeToString(der(0x30, join(der(key.getModulus()), der(key.getPublicExponent()))));
    }

    private static byte[] der(BigInteger number) {
        return der(0x02, number.toByteArray());
    }

    private static byte[] der(int tag, byte[] content) {
        byte[] head = content.length < 0x80
                ? new byte[] {(byte) tag, (byte) content.length}
                : new byte[] {(byte) tag, (byte) 0x82, (byte) (content.length >> 8), (byte) content.length};
        return join(head, content);
    }

    private static byte[] join(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    public String record() {
        return "v=DKIM1; k=" + type + "; p=" + key();
    }

    /** Hands name and text of the key's TXT record to a name server. */
    public MailSigner publish(BiConsumer<String, String> nameServer) {
        nameServer.accept(keyName(), record());
        return this;
    }

    // ---- DKIM

    /** What to sign and how; the tags that a test wants to be odd. */
    public record Wish(String canonicalization, String headers, String further, String hash) {
        public static final Wish PLAIN = new Wish("relaxed/relaxed", "from:to:subject:date", "", "sha256");

        public Wish with(String furtherTags) {
            return new Wish(canonicalization, headers, furtherTags, hash);
        }

        public Wish over(String names) {
            return new Wish(canonicalization, names, further, hash);
        }

        public Wish as(String name) {
            return new Wish(name, headers, further, hash);
        }

        public Wish by(String name) {
            return new Wish(canonicalization, headers, further, name);
        }
    }

    public String sign(String mail) {
        return sign(mail, Wish.PLAIN);
    }

    /** The mail with a signature on top. */
    public String sign(String mail, Wish wish) {
        return sign("DKIM-Signature", "v=1; ", mail, wish);
    }

    private String sign(String name, String start, String mail, Wish wish) {
        String field = name + ": " + start + "a=" + type + "-" + wish.hash() + "; c=" + wish.canonicalization()
                + ";\r\n d="
                + domain + "; s=" + selector + "; h=" + wish.headers() + "; bh=" + bodyHash(mail, wish) + ";\r\n "
                + (wish.further().isEmpty() ? "" : wish.further() + "; ") + "b=";
        boolean relaxed = wish.canonicalization().startsWith("relaxed");
        StringBuilder signed = new StringBuilder();
        List<String> left = new ArrayList<>(fields(mail));
        for (String covered : wish.headers().split(":")) {
            for (int i = left.size() - 1; i >= 0; i--) {
                String one = left.get(i);
                if (one.substring(0, one.indexOf(':')).strip().equalsIgnoreCase(covered.strip())) {
                    signed.append(canonical(one, relaxed)).append("\r\n");
                    left.remove(i);
                    break;
                }
            }
        }
        signed.append(canonical(field, relaxed));
        return field + signature(signed.toString(), wish.hash()) + "\r\n" + mail;
    }

    private static String bodyHash(String mail, Wish wish) {
        String body = mail.substring(mail.indexOf("\r\n\r\n") + 4);
        List<String> lines = new ArrayList<>(Arrays.asList(body.split("\r\n", -1)));
        boolean relaxed = wish.canonicalization().endsWith("/relaxed");
        if (relaxed) {
            lines.replaceAll(line -> line.replaceAll("[ \t]+", " ").replaceAll(" $", ""));
        }
        while (!lines.isEmpty() && lines.getLast().isEmpty()) {
            lines.removeLast();
        }
        StringBuilder canonical = new StringBuilder();
        lines.forEach(line -> canonical.append(line).append("\r\n"));
        if (canonical.isEmpty() && !relaxed) {
            canonical.append("\r\n");
        }
        String all = canonical.toString();
        String limit = wish.further().replaceAll(".*\\bl=(\\d+).*|.*", "$1");
        String hashed = limit.isEmpty() || limit.length() > 9
                ? all
                : all.substring(0, Math.min(all.length(), Integer.parseInt(limit)));
        return Base64.getEncoder().encodeToString(hash(hashed, wish.hash()));
    }

    private static byte[] hash(String text, String name) {
        try {
            return MessageDigest.getInstance(name.equals("sha1") ? "SHA-1" : "SHA-256")
                    .digest(text.getBytes(StandardCharsets.ISO_8859_1));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private String signature(String signed, String hash) {
        try {
            boolean isEd25519 = type.equals("ed25519");
            Signature signature =
                    Signature.getInstance(isEd25519 ? "Ed25519" : hash.toUpperCase(Locale.ROOT) + "withRSA");
            signature.initSign(keys.getPrivate());
            signature.update(isEd25519 ? hash(signed, hash) : signed.getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> fields(String mail) {
        String header = mail.startsWith("\r\n") ? "" : mail.substring(0, mail.indexOf("\r\n\r\n"));
        return header.isEmpty() ? List.of() : List.of(header.split("\r\n(?![ \t])"));
    }

    private static String canonical(String field, boolean relaxed) {
        if (!relaxed) {
            return field;
        }
        int colon = field.indexOf(':');
        return field.substring(0, colon).strip().toLowerCase(Locale.ROOT) + ":"
                + field.substring(colon + 1)
                        .replace("\r\n", "")
                        .replaceAll("[ \t]+", " ")
                        .strip();
    }

    // ---- ARC

    /** The mail with the next set of ARC on top; {@code cv} is the seal's word for what is below. */
    public String seal(String mail, int instance, String cv) {
        String results = "ARC-Authentication-Results: i=" + instance + "; " + domain + "; spf=pass";
        String signed = sign("ARC-Message-Signature", "i=" + instance + "; ", mail, Wish.PLAIN);
        String signature = fields(signed).getFirst();
        String seal = "ARC-Seal: i=" + instance + "; a=" + type + "-sha256; t=12345; cv=" + cv + ";\r\n d=" + domain
                + "; s=" + selector + ";\r\n b=";
        List<String> all = fields(mail);
        StringBuilder sealed = new StringBuilder();
        for (int i = 1; i < instance; i++) {
            for (String name : List.of("ARC-Authentication-Results", "ARC-Message-Signature", "ARC-Seal")) {
                String wanted = "i=" + i + ";";
                String one = all.stream()
                        .filter(field -> field.startsWith(name + ":") && field.contains(wanted))
                        .findFirst()
                        .orElseThrow();
                sealed.append(canonical(one, true)).append("\r\n");
            }
        }
        sealed.append(canonical(results, true)).append("\r\n");
        sealed.append(canonical(signature, true)).append("\r\n");
        sealed.append(canonical(seal, true));
        return seal + signature(sealed.toString(), "sha256") + "\r\n" + signature + "\r\n" + results + "\r\n" + mail;
    }
}
