package org.chancery.server.config;

/** A mistake in the configuration; the text names file or variable, key, value and what to do, and ends the start. */
public final class ConfigurationError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ConfigurationError(String text) {
        super(text, null, false, false);
    }

    /** The text for the operator. */
    public String text() {
        String message = getMessage();
        return message == null ? "" : message;
    }
}
