package org.chancery.mailets.trace;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Says in one line what was thrown, without secrets: passwords in addresses and in settings are blotted out. It is kept with
 * the mail and shown to operators.
 */
public final class ErrorText {
    private static final int MAX_LENGTH = 300;
    private static final int MAX_CAUSES = 5;
    private static final int FRAMES = 12;
    private static final Set<String> STEP = Set.of(TracedMailet.class.getName(), TracedMatcher.class.getName());

    private static final Pattern USER_INFO = Pattern.compile("(?<=://)[^/@\\s]+@");
    private static final Pattern SETTING = Pattern.compile(
            "(?i)\\b(pass(?:word|wd|phrase)?|pwd|secret|token|api[-_]?key|authorization|cookie)\\b(\\s*[=:]\\s*)(?:(?:basic|bearer)\\s+)?[^\\s,;&]+");

    private ErrorText() {}

    /** The kind of exception and its message, and the same of what caused it first. */
    public static String of(Throwable thrown) {
        Throwable root = root(thrown);
        String text = one(thrown);
        String cause = clean(root.getMessage());
        boolean isSaid = root == thrown || (!cause.isEmpty() && text.contains(cause));
        return isSaid ? text : shorten(text + ", caused by " + one(root));
    }

    /**
     * The same for the log, which never has anything of a mail in it: what libraries say is left out, for it may quote the mail;
     * where it was thrown is told instead.
     */
    public static String forLog(Throwable thrown) {
        Throwable root = root(thrown);
        String text = root == thrown ? oneForLog(thrown) : oneForLog(thrown) + ", caused by " + oneForLog(root);
        return text + frames(thrown.getStackTrace());
    }

    /** Where a thread is in a step, one line for each of the topmost calls; the container below is left out. */
    public static String frames(StackTraceElement[] stack) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.min(FRAMES, stack.length) && !STEP.contains(stack[i].getClassName()); i++) {
            text.append(System.lineSeparator()).append("    at ").append(stack[i]);
        }
        return text.toString();
    }

    /** A text of unknown origin, made fit to be kept: its first line, without secrets. */
    public static String clean(@Nullable String text) {
        if (text == null) {
            return "";
        }
        String line = text.lines()
                .filter(one -> !one.isBlank())
                .findFirst()
                .orElse("")
                .strip();
        line = shorten(line.replaceAll("\\p{Cntrl}", " "));
        line = USER_INFO.matcher(line).replaceAll("***@");
        return SETTING.matcher(line)
                .replaceAll(found -> Matcher.quoteReplacement(found.group(1) + found.group(2) + "***"));
    }

    private static Throwable root(Throwable thrown) {
        Throwable root = thrown;
        for (int i = 0; i < MAX_CAUSES; i++) {
            Throwable cause = root.getCause();
            if (cause == null) {
                return root;
            }
            root = cause;
        }
        return root;
    }

    private static String oneForLog(Throwable thrown) {
        StackTraceElement[] stack = thrown.getStackTrace();
        boolean isOurs = stack.length > 0 && stack[0].getClassName().startsWith("org.chancery.");
        return isOurs ? one(thrown) : thrown.getClass().getSimpleName();
    }

    private static String one(Throwable thrown) {
        String kind = thrown.getClass().getSimpleName();
        String message = clean(thrown.getMessage());
        return message.isEmpty() ? kind : kind + ": " + message;
    }

    private static String shorten(String text) {
        return text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + '…';
    }
}
