package org.chancery.core.attachment;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a page or a drawing would do in a browser. Takes text in lower case, reads tag by tag as browsers do, and never goes back.
 */
final class Markup {
    /** A tag that goes on for longer is cut there. */
    private static final int MAX_TAG = 16 * 1024;

    private static final Pattern HANDLER = Pattern.compile("[\\s\"'/]on[a-z]{3,24}\\s*=");
    private static final Pattern SCRIPT_TYPE = Pattern.compile("type\\s*=\\s*[\"']?\\s*([a-z0-9/+.\\-]*)");
    private static final Pattern PASSWORD = Pattern.compile("type\\s*=\\s*[\"']?\\s*password");
    private static final Pattern SCRIPT_LINK = Pattern.compile("=\\s*[\"']?\\s*(?:java|vb)script:");
    private static final Pattern DATA_LINK =
            Pattern.compile("(?:src|href|data|action|url)\\s*=\\s*[\"']?\\s*data:(?!image/(?!svg))");

    /** With a script around them, they make a file. */
    private static final List<String> MAKES_FILE = List.of(
            "new blob(",
            "new file(",
            "createobjecturl",
            "mssaveoropenblob",
            "mssaveblob",
            ".download",
            "download=",
            "atob(",
            "uint8array",
            "fromcharcode");

    /** What was found. */
    enum Finding {
        SCRIPT,
        MAKES_FILE,
        PASSWORD_FIELD,
        REDIRECT
    }

    private Markup() {}

    /** Whether a browser would show it as a page or a drawing. */
    static boolean isMarkup(String text) {
        String beginning = text.substring(0, Math.min(text.length(), 64 * 1024)).stripLeading();
        if (!beginning.startsWith("<")
                && !beginning.contains("<html")
                && !beginning.contains("<script")
                && !beginning.contains("<body")) {
            return false;
        }
        return isSvg(text)
                || text.contains("<html")
                || text.contains("<!doctype html")
                || text.contains("<script")
                || text.contains("<body")
                || text.contains("<head")
                || text.contains("<iframe")
                || text.contains("<img")
                || text.contains("<form")
                || text.contains("<meta");
    }

    static boolean isSvg(String text) {
        return text.contains("<svg") && !text.contains("<html") && !text.contains("<!doctype html");
    }

    static Set<Finding> inspect(String text) {
        Set<Finding> found = new HashSet<>();
        for (int at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at + 1)) {
            if (at + 1 < text.length() && isLetter(text.charAt(at + 1))) {
                int end = endOfTag(text, at);
                tag(text, at, end, found);
                at = Math.max(at, end - 1);
            }
        }
        boolean hasScript = found.contains(Finding.SCRIPT);
        if (hasScript && MAKES_FILE.stream().filter(text::contains).count() >= 2) {
            found.add(Finding.MAKES_FILE);
        }
        return found;
    }

    private static void tag(String text, int at, int end, Set<Finding> found) {
        String tag = text.substring(at, end);
        String name = name(tag);
        switch (name) {
            case "script", "svg:script" -> script(text, tag, end, found);
            case "input" -> {
                if (PASSWORD.matcher(tag).find()) {
                    found.add(Finding.PASSWORD_FIELD);
                }
            }
            case "meta" -> {
                if (tag.contains("refresh") && tag.contains("url")) {
                    found.add(tag.contains("data:") || tag.contains("javascript:") ? Finding.SCRIPT : Finding.REDIRECT);
                }
            }
            case "a" -> {
                if (tag.contains("download") && DATA_LINK.matcher(tag).find()) {
                    found.add(Finding.MAKES_FILE);
                }
            }
            default -> {}
        }
        boolean shows = Set.of("iframe", "frame", "object", "embed", "form").contains(name);
        if (HANDLER.matcher(tag).find()
                || SCRIPT_LINK.matcher(tag).find()
                || (shows && DATA_LINK.matcher(tag).find())
                || (name.equals("iframe") && tag.contains("srcdoc"))) {
            found.add(Finding.SCRIPT);
        }
    }

    private static void script(String text, String tag, int end, Set<Finding> found) {
        var type = SCRIPT_TYPE.matcher(tag);
        boolean isData =
                type.find() && (type.group(1).contains("json") || type.group(1).contains("template"));
        int first = end;
        while (first < text.length() && text.charAt(first) <= ' ') {
            first++;
        }
        boolean isEmpty = text.startsWith("</", first);
        if (!isData && (!isEmpty || tag.contains("src") || tag.contains("href"))) {
            found.add(Finding.SCRIPT);
        }
    }

    private static String name(String tag) {
        int end = 1;
        while (end < tag.length() && (isLetter(tag.charAt(end)) || tag.charAt(end) == ':')) {
            end++;
        }
        return tag.substring(1, end);
    }

    /** Behind the tag's {@code >}, which counts outside quotes only. */
    private static int endOfTag(String text, int at) {
        int limit = Math.min(text.length(), at + MAX_TAG);
        char quote = 0;
        for (int i = at; i < limit; i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if ((c == '"' || c == '\'') && i > at && isBeforeValue(text, i)) {
                quote = c;
            } else if (c == '>') {
                return i + 1;
            }
        }
        return limit;
    }

    // HTML §13.2.5.35: a quote opens a value only behind the equals sign.
    private static boolean isBeforeValue(String text, int at) {
        int i = at - 1;
        while (i > 0 && text.charAt(i) <= ' ') {
            i--;
        }
        return text.charAt(i) == '=';
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z';
    }
}
