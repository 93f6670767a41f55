package org.chancery.mailets.authentication.signature;

import org.chancery.core.mail.AuthenticationResults.Result;

/** Why a signature does not pass. */
final class BadSignature extends Exception {
    private static final long serialVersionUID = 1L;

    private final Result result;

    BadSignature(Result result, String reason) {
        super(reason, null, false, false);
        this.result = result;
    }

    /** RFC 8601 §2.7.1: it cannot be made out. */
    static BadSignature unreadable(String reason) {
        return new BadSignature(Result.NEUTRAL, reason);
    }

    Result result() {
        return result;
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
