package org.chancery.mailets.trace;

/**
 * One line of {@code mailetcontainer.xml}.
 *
 * @param matcher as the operator wrote it, with its condition; an inverted one begins with {@code not}
 */
public record Place(String processor, String matcher, String mailet) {
    /** Where no line is to blame. */
    public static final Place CONTAINER = new Place("(container)", "", "");

    /** For log and error text. */
    @Override
    public String toString() {
        return matcher.isEmpty()
                ? "the mail container"
                : "mailet " + mailet + " (" + matcher + ") in processor " + processor;
    }
}
