package org.chancery.storage.mailbox;

import java.util.List;
import java.util.Locale;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.mail.AuthenticationResults.Arc;
import org.chancery.core.mail.AuthenticationResults.Dmarc;
import org.chancery.core.mail.AuthenticationResults.Policy;
import org.chancery.core.mail.AuthenticationResults.Result;
import org.chancery.core.mail.AuthenticationResults.Signature;
import org.chancery.core.mail.AuthenticationResults.Spf;
import org.chancery.core.mail.AuthenticationResults.SpfIdentity;
import org.chancery.storage.column.Json;
import org.chancery.storage.column.SafeText;
import org.jooq.JSONB;
import org.jspecify.annotations.Nullable;

/** The verdicts about a sender, as one column keeps them: words as in the API, strangers' texts shortened. */
public record KeptAuthentication(KeptSpf spf, List<KeptSignature> dkim, KeptDmarc dmarc, KeptArc arc) {
    private static final int MAX_TEXT = 500;
    /** More than any checker looks at; so many fit into the column. */
    private static final int MOST = 50;

    record KeptSpf(String result, String identity, String domain, String client, String reason) {
        static KeptSpf of(Spf spf) {
            return new KeptSpf(
                    spf.result().text(),
                    spf.identity().text(),
                    shortened(spf.domain()),
                    shortened(spf.client()),
                    shortened(spf.reason()));
        }

        Spf spf() {
            return new Spf(word(Result.class, result), word(SpfIdentity.class, identity), domain, client, reason);
        }
    }

    record KeptSignature(String result, String domain, String selector, String algorithm, String start, String reason) {
        static KeptSignature of(Signature signature) {
            return new KeptSignature(
                    signature.result().text(),
                    shortened(signature.domain()),
                    shortened(signature.selector()),
                    shortened(signature.algorithm()),
                    shortened(signature.start()),
                    shortened(signature.reason()));
        }

        Signature signature() {
            return new Signature(word(Result.class, result), domain, selector, algorithm, start, reason);
        }
    }

    record KeptDmarc(
            String result, String fromDomain, String policyDomain, String published, String applied, String reason) {
        static KeptDmarc of(Dmarc dmarc) {
            return new KeptDmarc(
                    dmarc.result().text(),
                    shortened(dmarc.fromDomain()),
                    shortened(dmarc.policyDomain()),
                    dmarc.published().text(),
                    dmarc.applied().text(),
                    shortened(dmarc.reason()));
        }

        Dmarc dmarc() {
            return new Dmarc(
                    word(Result.class, result),
                    fromDomain,
                    policyDomain,
                    word(Policy.class, published),
                    word(Policy.class, applied),
                    reason);
        }
    }

    record KeptArc(String result, List<String> sealers, String reason) {
        static KeptArc of(Arc arc) {
            return new KeptArc(
                    arc.result().text(),
                    arc.sealers().stream()
                            .limit(MOST)
                            .map(KeptAuthentication::shortened)
                            .toList(),
                    shortened(arc.reason()));
        }

        Arc arc() {
            return new Arc(word(Result.class, result), sealers, reason);
        }
    }

    public static JSONB json(AuthenticationResults results) {
        return Json.write(new KeptAuthentication(
                KeptSpf.of(results.spf()),
                results.signatures().stream().limit(MOST).map(KeptSignature::of).toList(),
                KeptDmarc.of(results.dmarc()),
                KeptArc.of(results.arc())));
    }

    /** What is kept; nothing for mail from before anything was checked. */
    public static AuthenticationResults read(@Nullable JSONB json) {
        if (json == null) {
            return AuthenticationResults.NONE;
        }
        KeptAuthentication kept = Json.read(json, KeptAuthentication.class);
        return new AuthenticationResults(
                kept.spf().spf(),
                kept.dkim().stream().map(KeptSignature::signature).toList(),
                kept.dmarc().dmarc(),
                kept.arc().arc());
    }

    private static String shortened(String text) {
        return SafeText.shortened(text, MAX_TEXT);
    }

    private static <E extends Enum<E>> E word(Class<E> type, String text) {
        return Enum.valueOf(type, text.toUpperCase(Locale.ROOT));
    }
}
