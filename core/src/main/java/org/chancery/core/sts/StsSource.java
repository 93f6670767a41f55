package org.chancery.core.sts;

/** Where domains publish their policies; asked over the network, never within a transaction. */
public interface StsSource {

    /** What a domain's DNS announces (RFC 8461 §3.1). */
    sealed interface Announced {
        record Id(String id) implements Announced {}

        /** Nothing that counts. */
        record Nothing() implements Announced {}

        /** No name server answered. */
        record Unknown() implements Announced {}
    }

    Announced announced(String domain);

    /** What came of fetching a policy (RFC 8461 §3.3). */
    sealed interface Fetched {
        record Policy(StsPolicy policy) implements Fetched {}

        record Failed(String why) implements Fetched {}
    }

    Fetched fetch(String domain);
}
