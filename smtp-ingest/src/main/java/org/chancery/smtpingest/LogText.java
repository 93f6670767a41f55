package org.chancery.smtpingest;

/** Text from strangers, made fit for one line of the log. */
final class LogText {
    private static final int MAX_LENGTH = 300;

    private LogText() {}

    /** Without control, format and line-separating characters, and cut: nobody writes our log but us. */
    static String of(Object strangers) {
        String text = strangers.toString();
        StringBuilder out = new StringBuilder(Math.min(text.length(), MAX_LENGTH));
        text.codePoints().limit(MAX_LENGTH).map(c -> isHarmless(c) ? c : '?').forEach(out::appendCodePoint);
        return out.toString();
    }

    private static boolean isHarmless(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}
