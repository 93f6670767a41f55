package org.chancery.mailets.authentication.signature;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.chancery.core.mail.AuthenticationResults.Result;
import org.chancery.core.mail.EmailAddress;
import org.chancery.mailets.authentication.dns.Dns.Type;
import org.chancery.mailets.authentication.dns.Lookups;
import org.chancery.mailets.authentication.signature.HeaderSection.Field;

/**
 * What the field of a signature over a whole mail says: a {@code DKIM-Signature} (RFC 6376 §3.5) or an
 * {@code ARC-Message-Signature} (RFC 8617 §4.1.2), which differ in few tags.
 *
 * @param identity what {@code i=} says of a DKIM-Signature; empty in the other
 */
record MailSignature(
        Field field,
        TagList tags,
        Source source,
        List<String> headers,
        Canonical canonical,
        long limit,
        String identity) {
    /** How far a signer's clock may go before ours. */
    private static final Duration SKEW = Duration.ofMinutes(10);
    /** So many characters of {@code b=} tell signatures apart (RFC 6008). */
    private static final int START = 8;

    /**
     * Who signed and how; an {@code ARC-Seal} says no more.
     *
     * @param domain in lower case, A-labels
     * @param signature base64 without white space
     */
    record Source(Algorithm algorithm, String domain, String selector, String signature) {

        static Source of(TagList tags) throws BadSignature {
            String named = tags.require("a");
            Algorithm algorithm = Algorithm.of(named)
                    .orElseThrow(() -> BadSignature.unreadable("it is made by an algorithm that we do not know"));
            return new Source(algorithm, domain(tags.require("d")), domain(tags.require("s")), tags.requireJoined("b"));
        }

        private static String domain(String text) throws BadSignature {
            return EmailAddress.domainOf(Octets.utf8(text))
                    .orElseThrow(() -> BadSignature.unreadable("its domain or selector is no domain name"));
        }

        /** Begins to look the key up. */
        void expect(Lookups lookups) {
            lookups.expect(SigningKey.name(selector, domain), Type.TXT);
        }

        /** Verifies what was signed. */
        SigningKey verify(List<byte[]> signed, Lookups lookups) throws BadSignature {
            SigningKey key = SigningKey.find(selector, domain, algorithm, lookups);
            if (!algorithm.isSignatureOf(signed, Octets.base64(signature), key.key())) {
                throw new BadSignature(
                        Result.FAIL,
                        "what was signed was changed" + (key.isForTesting() ? "; its key is for testing" : ""));
            }
            // RFC 8301: they can be forged, so that a good one proves nothing.
            if (algorithm == Algorithm.RSA_SHA1) {
                throw new BadSignature(Result.POLICY, "good, but rsa-sha1 counts no more");
            }
            if (key.isShort()) {
                throw new BadSignature(Result.POLICY, "good, but its key is too short: " + key.bits() + " bits");
            }
            return key;
        }
    }

    /** How what was signed is brought into one form. */
    record Canonical(boolean relaxedHeader, boolean relaxedBody) {

        // RFC 6376 §3.5: simple where it is not said; of the body, too, where only the header's is said.
        static Canonical of(TagList tags) throws BadSignature {
            Optional<String> tag = tags.get("c");
            if (tag.isEmpty()) {
                return new Canonical(false, false);
            }
            String[] both = tag.get().split("/", -1);
            if (both.length > 2) {
                throw BadSignature.unreadable("its canonicalization is unknown");
            }
            return new Canonical(isRelaxed(both[0]), both.length == 2 && isRelaxed(both[1]));
        }

        private static boolean isRelaxed(String name) throws BadSignature {
            return switch (name.strip().toLowerCase(Locale.ROOT)) {
                case "relaxed" -> true;
                case "simple" -> false;
                default -> throw BadSignature.unreadable("its canonicalization is unknown");
            };
        }
    }

    MailSignature {
        headers = List.copyOf(headers);
    }

    static MailSignature dkim(Field field, Instant at) throws BadSignature {
        TagList tags = TagList.parse(field.value());
        if (!tags.require("v").equals("1")) {
            throw BadSignature.unreadable("it is of another version");
        }
        boolean isInDns = Arrays.stream(tags.get("q").orElse("dns/txt").split(":"))
                .anyMatch(method -> method.strip().equalsIgnoreCase("dns/txt"));
        if (!isInDns) {
            throw BadSignature.unreadable("its key is not in DNS");
        }
        Source source = Source.of(tags);
        return of(field, tags, source, at, identity(tags, source.domain()));
    }

    static MailSignature arc(Field field, TagList tags, Instant at) throws BadSignature {
        return of(field, tags, Source.of(tags), at, "");
    }

    private static MailSignature of(Field field, TagList tags, Source source, Instant at, String identity)
            throws BadSignature {
        List<String> headers = Arrays.stream(tags.require("h").split(":", -1))
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .toList();
        // RFC 6376 §5.4: a signature that leaves From out says nothing about who wrote.
        if (!headers.contains("from")) {
            throw new BadSignature(Result.PERMERROR, "From is not signed");
        }
        tags.requireJoined("bh");
        checkTimes(tags, at);
        long limit = tags.get("l").isPresent() ? number(tags, "l").orElseThrow() : BodyDigest.WHOLE;
        return new MailSignature(field, tags, source, headers, Canonical.of(tags), limit, identity);
    }

    /** §3.5: {@code i=} is of the signing domain or of one below it. */
    private static String identity(TagList tags, String domain) throws BadSignature {
        Optional<String> tag = tags.get("i");
        if (tag.isEmpty()) {
            return domain;
        }
        String identity = Octets.utf8(Octets.quotedPrintable(tag.get()));
        String of = EmailAddress.domainOf(identity.substring(identity.lastIndexOf('@') + 1))
                .orElse("");
        if (!of.equals(domain) && !of.endsWith("." + domain)) {
            throw new BadSignature(Result.PERMERROR, "its identity is not of its domain");
        }
        return of;
    }

    private static void checkTimes(TagList tags, Instant at) throws BadSignature {
        Optional<Long> signed = number(tags, "t");
        Optional<Long> expires = number(tags, "x");
        if (signed.isPresent() && expires.isPresent() && expires.get() <= signed.get()) {
            throw BadSignature.unreadable("it expires before it was made");
        }
        if (signed.isPresent() && signed.get() > at.plus(SKEW).getEpochSecond()) {
            throw new BadSignature(Result.POLICY, "it is from the future");
        }
        if (expires.isPresent() && expires.get() < at.getEpochSecond()) {
            throw new BadSignature(Result.FAIL, "it has expired");
        }
    }

    /** Digits only; of more than fit, the biggest number there is. */
    private static Optional<Long> number(TagList tags, String name) throws BadSignature {
        Optional<String> text = tags.get(name);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        String digits = text.get();
        // §3.5 allows 76 digits in l=, and 12 in t= and x=.
        if (digits.isEmpty() || digits.length() > 76 || digits.chars().anyMatch(c -> c < '0' || c > '9')) {
            throw BadSignature.unreadable("the tag " + name + "= is no number");
        }
        return Optional.of(digits.length() > 18 ? Long.MAX_VALUE : Long.parseLong(digits));
    }

    BodyDigest.Kind bodyDigest() {
        return new BodyDigest.Kind(source.algorithm().digest(), canonical.relaxedBody(), limit);
    }

    /** Says why the signature does not pass, where it does not. */
    void verify(HeaderSection header, Map<BodyDigest.Kind, BodyDigest> bodies, Lookups lookups) throws BadSignature {
        BodyDigest body = bodies.get(bodyDigest());
        if (body == null) {
            throw new IllegalStateException("the hash of the body was not asked for");
        }
        SigningKey key = source.verify(signed(header), lookups);
        if (key.isStrict() && !identity.isEmpty() && !identity.equals(source.domain())) {
            throw new BadSignature(Result.PERMERROR, "its key is not for subdomains");
        }
        byte[] expected = Octets.base64(tags.requireJoined("bh"));
        if (body.value().filter(hash -> Arrays.equals(hash, expected)).isEmpty()) {
            throw new BadSignature(Result.FAIL, "the body was changed");
        }
        // RFC 6376 §8.2: whoever passed the mail on may have added anything behind what was signed.
        if (body.goesOn()) {
            throw new BadSignature(Result.POLICY, "only the beginning of the body is signed");
        }
        // §8.15: readers show the upper of two From fields, and only the lower is signed.
        long originators = headers.stream().filter("from"::equals).count();
        if (header.named("from").size() > originators) {
            throw new BadSignature(Result.POLICY, "there are more From fields than are signed");
        }
    }

    // §3.7: the fields that h= names, then the signature itself without b= and without an end of line.
    private List<byte[]> signed(HeaderSection header) {
        List<byte[]> pieces = new ArrayList<>();
        for (Field covered : header.covered(headers)) {
            pieces.add(covered.canonical(canonical.relaxedHeader()));
            pieces.add(Octets.CRLF);
        }
        pieces.add(field.unsigned().canonical(canonical.relaxedHeader()));
        return pieces;
    }

    String start() {
        String all = source.signature();
        return all.substring(0, Math.min(START, all.length()));
    }
}
