package org.chancery.core.attachment;

/** Thrown within a decoder at octets that are none of its format; what came before them counts. */
final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    Unreadable(String what) {
        super(what, null, false, false);
    }
}
