package org.chancery.mailets.authentication.signature;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.chancery.core.mail.AuthenticationResults.Arc;
import org.chancery.core.mail.AuthenticationResults.Result;
import org.chancery.core.mail.AuthenticationResults.Signature;
import org.chancery.mailets.authentication.dns.Lookups;
import org.chancery.mailets.authentication.signature.HeaderSection.Field;

/**
 * Verifies the DKIM signatures and the ARC chain of a mail in one pass through it; of the body only hashes are kept.
 *
 * <p><i>Standards:</i> RFC 6376 with RFC 8301 (no rsa-sha1, no RSA key under 1024 bits) and RFC 8463 (Ed25519); RFC 8617 §5.2,
 * without saying which set is the oldest that still holds. <i>Trusts:</i> nothing. A good chain is a fact about who handed the
 * mail on; no sealer is trusted, so that it outweighs no other verdict.
 */
public final class SignatureCheck {
    /** A mail that went through several lists and filters has five. Each costs a question and the verifying with a public key. */
    public static final int MAX_SIGNATURES = 10;

    private static final String DKIM = "dkim-signature";
    private static final int MAX_SHOWN = 200;

    private final Lookups lookups;

    public SignatureCheck(Lookups lookups) {
        this.lookups = lookups;
    }

    /** What was found; of more than {@link #MAX_SIGNATURES} signatures the first. */
    public record Found(List<Signature> signatures, Arc arc) {
        public Found {
            signatures = List.copyOf(signatures);
        }
    }

    /** A signature that could be read, or the verdict on one that could not. */
    private sealed interface Read {
        record Readable(MailSignature signature) implements Read {}

        record Judged(Signature verdict) implements Read {}
    }

    /** The chain, its absence, or the verdict on what is none. */
    private sealed interface Chain {
        record Readable(ArcChain chain) implements Chain {}

        record Judged(Arc verdict) implements Chain {}
    }

    /**
     * Reads the mail to its end where there is anything to verify, else its header section.
     *
     * @param at when it arrived: what had not expired then, has not
     */
    public Found check(InputStream raw, Instant at) throws IOException {
        MailLines mail = new MailLines(raw);
        HeaderSection header = HeaderSection.read(mail);
        List<Read> signatures = new ArrayList<>();
        header.named(DKIM).stream()
                .limit(MAX_SIGNATURES)
                .map(field -> read(field, header, at))
                .forEach(signatures::add);
        Chain chain = chain(header, at);
        List<BodyDigest.Kind> kinds = new ArrayList<>();
        for (Read read : signatures) {
            if (read instanceof Read.Readable readable) {
                readable.signature().source().expect(lookups);
                kinds.add(readable.signature().bodyDigest());
            }
        }
        if (chain instanceof Chain.Readable readable) {
            readable.chain().expect(lookups);
            kinds.add(readable.chain().bodyDigest());
        }
        Map<BodyDigest.Kind, BodyDigest> bodies = BodyDigest.take(kinds, mail);
        return new Found(
                signatures.stream().map(read -> verdict(read, header, bodies)).toList(),
                verdict(chain, header, bodies));
    }

    // ---- DKIM

    private static Read read(Field field, HeaderSection header, Instant at) {
        if (!header.isWhole()) {
            return new Read.Judged(unread(field, new BadSignature(Result.NEUTRAL, "the header section is too long")));
        }
        try {
            return new Read.Readable(MailSignature.dkim(field, at));
        } catch (BadSignature bad) {
            return new Read.Judged(unread(field, bad));
        }
    }

    /** What can be told of a signature that is good for nothing. */
    private static Signature unread(Field field, BadSignature why) {
        TagList tags;
        try {
            tags = TagList.parse(field.value());
        } catch (BadSignature unreadable) {
            tags = new TagList(Map.of());
        }
        return new Signature(why.result(), shown(tags, "d"), shown(tags, "s"), shown(tags, "a"), "", why.reason());
    }

    private static String shown(TagList tags, String name) {
        String value = TagList.joined(Octets.utf8(tags.get(name).orElse("")));
        return value.substring(0, Math.min(MAX_SHOWN, value.length()));
    }

    private Signature verdict(Read read, HeaderSection header, Map<BodyDigest.Kind, BodyDigest> bodies) {
        return switch (read) {
            case Read.Judged judged -> judged.verdict();
            case Read.Readable readable -> verdict(readable.signature(), header, bodies);
        };
    }

    private Signature verdict(MailSignature signature, HeaderSection header, Map<BodyDigest.Kind, BodyDigest> bodies) {
        try {
            signature.verify(header, bodies, lookups);
            return judged(signature, Result.PASS, "");
        } catch (BadSignature bad) {
            return judged(signature, bad.result(), bad.reason());
        }
    }

    private static Signature judged(MailSignature signature, Result result, String reason) {
        MailSignature.Source source = signature.source();
        return new Signature(
                result, source.domain(), source.selector(), source.algorithm().text(), signature.start(), reason);
    }

    // ---- ARC

    private static Chain chain(HeaderSection header, Instant at) {
        if (!ArcChain.isIn(header)) {
            return new Chain.Judged(new Arc(Result.NONE, List.of(), ""));
        }
        if (!header.isWhole()) {
            return new Chain.Judged(new Arc(Result.FAIL, List.of(), "the header section is too long"));
        }
        try {
            return new Chain.Readable(ArcChain.of(header, at));
        } catch (BadSignature bad) {
            return new Chain.Judged(new Arc(Result.FAIL, List.of(), bad.reason()));
        }
    }

    private Arc verdict(Chain chain, HeaderSection header, Map<BodyDigest.Kind, BodyDigest> bodies) {
        return switch (chain) {
            case Chain.Judged judged -> judged.verdict();
            case Chain.Readable readable -> verdict(readable.chain(), header, bodies);
        };
    }

    private Arc verdict(ArcChain chain, HeaderSection header, Map<BodyDigest.Kind, BodyDigest> bodies) {
        try {
            chain.verify(header, bodies, lookups);
            return new Arc(Result.PASS, chain.sealers(), "");
        } catch (BadSignature bad) {
            // RFC 8617 §5.2 knows pass and fail only; a chain whose keys cannot be asked for may be good.
            Result result = bad.result() == Result.TEMPERROR ? Result.TEMPERROR : Result.FAIL;
            return new Arc(result, chain.sealers(), bad.reason());
        }
    }
}
