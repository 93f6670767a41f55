package org.chancery.smtpingest;

/**
 * One command line (RFC 5321 §4.1.1).
 *
 * @param argument what follows the verb, trimmed; may be a secret, and is never logged as a whole
 */
record Command(Verb verb, String argument) {
    static final Command UNREADABLE = new Command(Verb.UNKNOWN, "");

    static Command parse(String line) {
        int space = line.indexOf(' ');
        return space < 0
                ? new Command(Verb.parse(line), "")
                : new Command(
                        Verb.parse(line.substring(0, space)),
                        line.substring(space).strip());
    }

    boolean hasArgument() {
        return !argument.isEmpty();
    }
}
