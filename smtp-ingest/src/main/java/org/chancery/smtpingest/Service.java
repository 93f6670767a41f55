package org.chancery.smtpingest;

/** What a port is for. */
enum Service {
    /** Mail from strangers for our addresses. */
    MX("smtp"),
    /** Mail from our users for anybody (RFC 6409); TLS by STARTTLS. */
    SUBMISSION("submission"),
    /** The same, in TLS from the first byte (RFC 8314). */
    SUBMISSIONS("submissions");

    private final String text;

    Service(String text) {
        this.text = text;
    }

    boolean isSubmission() {
        return this != MX;
    }

    boolean isImplicitTls() {
        return this == SUBMISSIONS;
    }

    /** Its name in the configuration. */
    @Override
    public String toString() {
        return text;
    }
}
