package org.chancery.api.triage;

import java.util.List;
import org.chancery.api.http.Field;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.mail.AuthenticationResults.Arc;
import org.chancery.core.mail.AuthenticationResults.Dmarc;
import org.chancery.core.mail.AuthenticationResults.Signature;
import org.chancery.core.mail.AuthenticationResults.Spf;
import org.chancery.core.mail.AuthenticationResultsField;
import org.jspecify.annotations.Nullable;

/**
 * What is known of who sent a mail, as result words of RFC 8601; all null for outbound mail.
 *
 * @param dkim over all signatures, as {@link AuthenticationResults#dkim} summarises them
 */
public record AuthenticationJson(
        @Field("pass, fail, softfail, neutral, none, temperror or permerror.") @Nullable
        String spf,

        @Field("pass where any signature passes, else the word of the one that came nearest to it; none without one.")
        @Nullable
        String dkim,

        @Field("pass, fail, none, temperror or permerror.") @Nullable
        String dmarc,

        @Field("pass, fail, none or temperror; a pass outweighs no other verdict.") @Nullable
        String arc,

        @Field("All of it as the body of an Authentication-Results header field (RFC 8601) under our name.") @Nullable
        String header,

        @Field("What each verdict rests on.") @Nullable DetailsJson details) {
    static final AuthenticationJson OUTBOUND = new AuthenticationJson(null, null, null, null, null, null);

    /** What each verdict rests on. */
    public record DetailsJson(SpfJson spf, List<SignatureJson> dkim, DmarcJson dmarc, ArcJson arc) {}

    /** Whether the client may send for the domain. */
    public record SpfJson(
            String result,

            @Field("mailfrom, or helo where the reverse-path is null.")
            String identity,

            String domain,
            @Field("The address that connected.") String client,
            String reason) {
        static SpfJson of(Spf spf) {
            return new SpfJson(spf.result().text(), spf.identity().text(), spf.domain(), spf.client(), spf.reason());
        }
    }

    /** One DKIM signature. */
    public record SignatureJson(
            String result,
            @Field("Who takes responsibility (d=).") String domain,
            String selector,
            String algorithm,
            String reason) {
        static SignatureJson of(Signature signature) {
            return new SignatureJson(
                    signature.result().text(),
                    signature.domain(),
                    signature.selector(),
                    signature.algorithm(),
                    signature.reason());
        }
    }

    /** Whether what passed is of the domain in the From field. */
    public record DmarcJson(
            String result,
            @Field("The domain in the From field.") String fromDomain,

            @Field("Where the record was found; empty where there is none.")
            String policyDomain,

            @Field("none, quarantine or reject: what the record asks for.")
            String policy,

            @Field("The policy applied to this mail: none unless the result is fail.")
            String appliedPolicy,

            String reason) {
        static DmarcJson of(Dmarc dmarc) {
            return new DmarcJson(
                    dmarc.result().text(),
                    dmarc.fromDomain(),
                    dmarc.policyDomain(),
                    dmarc.published().text(),
                    dmarc.applied().text(),
                    dmarc.reason());
        }
    }

    /** Who handed the mail on before. */
    public record ArcJson(
            String result,

            @Field("The domains of the seals, oldest first.")
            List<String> sealers,

            String reason) {
        static ArcJson of(Arc arc) {
            return new ArcJson(arc.result().text(), arc.sealers(), arc.reason());
        }
    }

    public static AuthenticationJson of(AuthenticationResults results, AuthenticationResultsField field) {
        return new AuthenticationJson(
                results.spf().result().text(),
                results.dkim().text(),
                results.dmarc().result().text(),
                results.arc().result().text(),
                field.line(results),
                new DetailsJson(
                        SpfJson.of(results.spf()),
                        results.signatures().stream().map(SignatureJson::of).toList(),
                        DmarcJson.of(results.dmarc()),
                        ArcJson.of(results.arc())));
    }
}
