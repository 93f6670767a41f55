package org.chancery.mailets.host;

import java.nio.file.Path;

/** A mistake in {@code mailetcontainer.xml}; the text names file, processor, class and what to do, and ends the start. */
public final class ContainerError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ContainerError(String text) {
        super(text, null, false, false);
    }

    /** The same with the file and the processor that it was found in. */
    ContainerError in(Path file, String processor) {
        return new ContainerError(file + ": processor " + processor + ": " + text());
    }

    ContainerError in(Path file) {
        return new ContainerError(file + ": " + text());
    }

    /** The text for the operator. */
    public String text() {
        String message = getMessage();
        return message == null ? "" : message;
    }
}
