package org.chancery.delivery.smtp;

import java.util.Optional;
import org.chancery.core.mail.TransportSecurity;
import org.chancery.core.sts.StsPolicy;
import org.chancery.core.sts.StsPolicy.Mode;
import org.jspecify.annotations.Nullable;

/**
 * What a destination's MTA-STS policy demands of an attempt, and in what it was not met (RFC 8461 §4, §5). Used for one attempt.
 */
final class Demand {
    private final @Nullable StsPolicy policy;
    private @Nullable String unmet;
    /** Why there is no TLS with the host that is spoken to, although it offers some; null where that is not so. */
    private @Nullable String broken;

    private Demand(@Nullable StsPolicy policy) {
        this.policy = policy;
    }

    static Demand of(Optional<StsPolicy> policy) {
        return new Demand(policy.filter(one -> one.mode() != Mode.NONE).orElse(null));
    }

    /** No destination demands anything. */
    static Demand none() {
        return new Demand(null);
    }

    /** Whether nothing is to be sent but over verified TLS. */
    boolean isEnforced() {
        return policy != null && policy.mode() == Mode.ENFORCE;
    }

    /** Whether a host may be shown the mail: any, unless the policy is enforced and does not name it. */
    boolean allows(String host) {
        return !isEnforced() || names(host);
    }

    private boolean names(String host) {
        return policy == null || policy.names(host);
    }

    /** A conversation ended as it was protected; under a policy in its test, what that would have objected to is kept. */
    void met(Route.Hop hop, TransportSecurity security) {
        if (!names(hop.host())) {
            unmet(hop.host() + " is none of its hosts");
        } else if (security.tls() == null) {
            unmet(broken == null ? hop.host() + " offers no TLS" : broken);
        } else if (!TransportSecurity.VERIFIED.equals(security.certificate())) {
            unmet("the certificate of " + hop.host() + ": " + security.certificate());
        } else {
            unmet = null;
        }
    }

    /** A host is spoken to of which nothing is known yet. */
    void begins() {
        broken = null;
    }

    /** TLS with the host that is spoken to did not come about. */
    void broke(String why) {
        broken = why;
        unmet(why);
    }

    void unmet(String why) {
        unmet = why;
    }

    /** For the record; null where there is no policy. */
    @Nullable
    String told() {
        if (policy == null) {
            return null;
        }
        return policy.mode().text() + (unmet == null ? "" : ": " + unmet);
    }
}
