package org.chancery.mailets.authentication.spf;

import org.chancery.core.mail.AuthenticationResults.Result;

/** Ends an evaluation early: what was published cannot be understood, or DNS did not answer (RFC 7208 §2.6.6, §2.6.7). */
final class SpfEnd extends Exception {
    private static final long serialVersionUID = 1L;

    private final Result result;

    private SpfEnd(Result result, String reason) {
        super(reason, null, false, false);
        this.result = result;
    }

    static SpfEnd permanent(String reason) {
        return new SpfEnd(Result.PERMERROR, reason);
    }

    static SpfEnd temporary(String reason) {
        return new SpfEnd(Result.TEMPERROR, reason);
    }

    Result result() {
        return result;
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
