package org.chancery.core.mail;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Set;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeFilter;
import org.jspecify.annotations.Nullable;

/**
 * Turns HTML into text to read: paragraphs, lists, table rows and links keep their shape, quotations get {@code >}
 * marks as in plain text, and what a reader of the HTML would not see is left out.
 */
public final class HtmlText {
    /** What is read of longer HTML: a tree of it takes about a hundred times the memory of the text. */
    static final int MAX_HTML = 512 * 1024;

    private static final Set<String> UNSEEN = Set.of(
            "head",
            "script",
            "style",
            "title",
            "template",
            "noframes",
            "object",
            "embed",
            "applet",
            "iframe",
            "svg",
            "math",
            "canvas",
            "audio",
            "video",
            "map",
            "select",
            "datalist",
            "input",
            "button",
            "meta",
            "link");

    /** Elements with a line of their own; those of {@link #PARAGRAPHS} have an empty one around them too. */
    private static final Set<String> LINES = Set.of(
            "div",
            "tr",
            "li",
            "dt",
            "dd",
            "section",
            "article",
            "header",
            "footer",
            "main",
            "aside",
            "nav",
            "address",
            "center",
            "figure",
            "figcaption",
            "form",
            "fieldset",
            "legend",
            "caption",
            "thead",
            "tbody",
            "tfoot",
            "body",
            "html",
            "title");

    private static final Set<String> PARAGRAPHS =
            Set.of("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "pre", "blockquote");

    private HtmlText() {}

    /** The text of an HTML document, at most that many characters long. */
    public static String of(String html, int maxCharacters) {
        return render(html, new Rendering(maxCharacters, null));
    }

    /**
     * The same for {@link NewestText}: whatever the markup shows to be quoted has {@code >} marks, and the text ends where
     * another mail begins for good.
     */
    static String newest(String html, int maxCharacters, NewestText.Signature signature) {
        return render(html, new Rendering(maxCharacters, new QuotedMarkup(signature)));
    }

    private static String render(String html, Rendering rendering) {
        Document document = Jsoup.parse(HeaderText.shorten(html, MAX_HTML));
        document.body().filter(rendering);
        return rendering.finish();
    }

    private static final class Rendering implements NodeFilter {
        private final int maxCharacters;
        private final StringBuilder out = new StringBuilder();
        private int lineBreaks = 2;
        private boolean space;
        private int quoteDepth;
        /** How far the next line is set in. */
        private int indent;

        private int preDepth;
        /** The last number of each open list, the innermost first; -1 where the list has none. */
        private final Deque<Integer> lists = new ArrayDeque<>();
        /** Where the text of each open link begins. */
        private final Deque<Integer> links = new ArrayDeque<>();

        /** Looks for quotations beyond what every reader would see; null where nobody asks for it. */
        private final @Nullable QuotedMarkup markup;

        Rendering(int maxCharacters, @Nullable QuotedMarkup markup) {
            this.maxCharacters = maxCharacters;
            this.markup = markup;
        }

        String finish() {
            return HeaderText.shorten(out.toString().stripTrailing(), maxCharacters);
        }

        @Override
        public FilterResult head(Node node, int depth) {
            if (out.length() > maxCharacters) {
                return FilterResult.STOP;
            }
            if (node instanceof TextNode text) {
                text(text.getWholeText());
            } else if (node instanceof Element element) {
                if (isUnseen(element) || (markup != null && markup.isSignature(element))) {
                    return FilterResult.SKIP_ENTIRELY;
                }
                if (markup != null && quoteDepth == 0 && markup.beginsOtherMail(element)) {
                    return FilterResult.STOP;
                }
                begin(element);
            }
            return FilterResult.CONTINUE;
        }

        @Override
        public FilterResult tail(Node node, int depth) {
            if (node instanceof Element element) {
                end(element);
            }
            return FilterResult.CONTINUE;
        }

        private void begin(Element element) {
            String name = element.normalName();
            breakAround(name);
            if (markup != null && markup.enter(element, quoteDepth > 0)) {
                breakLine(1);
                quoteDepth++;
            }
            switch (name) {
                case "br" -> lineBreak();
                case "hr" -> {
                    breakLine(1);
                    words("_".repeat(32)); // as Outlook writes it, and as quotations are found by
                    breakLine(1);
                }
                case "ul" -> lists.push(-1);
                case "ol" -> lists.push(0);
                case "li" -> item();
                case "a" -> links.push(out.length());
                case "blockquote" -> quoteDepth += isQuotation(element) ? 1 : 0;
                case "pre" -> preDepth++;
                case "td", "th" -> cell(element);
                case "img" ->
                    words(
                            element.attr("alt").isBlank()
                                    ? ""
                                    : '[' + element.attr("alt").strip() + ']');
                default -> {}
            }
        }

        private void end(Element element) {
            String name = element.normalName();
            switch (name) {
                case "a" -> link(element);
                case "ul", "ol" -> lists.pop();
                case "blockquote" -> {
                    breakLine(1);
                    quoteDepth -= isQuotation(element) ? 1 : 0;
                }
                case "pre" -> preDepth--;
                default -> {}
            }
            if (markup != null && markup.leave(element)) {
                breakLine(1);
                quoteDepth--;
            }
            breakAround(name);
        }

        private void breakAround(String name) {
            if (PARAGRAPHS.contains(name)) {
                breakLine(2);
            } else if (LINES.contains(name)) {
                breakLine(1);
            }
        }

        private void item() {
            int number = lists.isEmpty() ? -1 : lists.pop();
            int next = number < 0 ? number : number + 1;
            lists.push(next);
            indent = Math.min(lists.size() - 1, 8) * 2;
            words(next < 0 ? "- " : next + ". ");
        }

        // Mail programs mark what they quote; a bare element is indentation by the writer's own hand.
        private static boolean isQuotation(Element blockquote) {
            return blockquote.attributesSize() > 0;
        }

        private void cell(Element element) {
            if (element.previousElementSibling() != null && lineBreaks == 0) {
                out.append('\t');
                space = false;
            }
        }

        // The address of a link is part of what it says, unless its text says so already.
        private void link(Element element) {
            String address = element.attr("href").strip();
            String scheme = address.toLowerCase(Locale.ROOT);
            boolean isAddress =
                    scheme.startsWith("http:") || scheme.startsWith("https:") || scheme.startsWith("mailto:");
            String text = out.substring(Math.min(links.pop(), out.length())).strip();
            if (!isAddress || text.isEmpty()) {
                return;
            }
            String bare = address.substring(address.indexOf(':') + 1).replace("//", "");
            if (text.length() > address.length() || !(text.contains(bare) || bare.startsWith(text))) {
                words(" <" + address + ">");
            }
        }

        private void text(String text) {
            if (preDepth > 0) {
                preformatted(text);
            } else {
                words(text);
            }
        }

        // White space collapses as in a browser.
        private void words(String text) {
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' || c == '\u00a0') {
                    space = true;
                } else if (c != '\u200b' && c != '\u00ad' && c != '\ufeff') {
                    put(c);
                }
            }
        }

        private void preformatted(String text) {
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '\n') {
                    lineBreak();
                } else if (c != '\r') {
                    put(c);
                }
            }
        }

        private void put(char c) {
            if (lineBreaks > 0) {
                mark();
            } else if (space) {
                out.append(' ');
            }
            lineBreaks = 0;
            space = false;
            out.append(c);
        }

        private void mark() {
            if (quoteDepth > 0) {
                out.append(">".repeat(Math.min(quoteDepth, 50))).append(' ');
            }
            out.repeat(' ', indent);
            indent = 0;
        }

        private void lineBreak() {
            if (lineBreaks > 0) {
                mark();
            }
            out.append('\n');
            lineBreaks = Math.min(lineBreaks + 1, 2);
            space = false;
        }

        /** Makes sure that the line is at its end, and that so many breaks, less one of them, stand before the next. */
        private void breakLine(int atLeast) {
            while (lineBreaks < atLeast) {
                lineBreak();
            }
            space = false;
        }

        private static boolean isUnseen(Element element) {
            if (UNSEEN.contains(element.normalName()) || element.hasAttr("hidden")) {
                return true;
            }
            String style = element.attr("style");
            return !style.isEmpty() && isHiding(style, element.childrenSize() == 0);
        }

        // Text that only programs see: preheaders, and words meant to mislead those who read the text for a person.
        private static boolean isHiding(String style, boolean innermost) {
            String declarations = style.replaceAll("\\s+", "").toLowerCase(Locale.ROOT);
            return declarations.contains("display:none")
                    || declarations.contains("visibility:hidden")
                    || declarations.contains("mso-hide:all")
                    || isZero(declarations, "max-height:")
                    || isZero(declarations, "opacity:")
                    // Around other elements it only closes the gaps between them.
                    || (innermost && isZero(declarations, "font-size:"));
        }

        private static boolean isZero(String declarations, String property) {
            int at = declarations.indexOf(property);
            if (at < 0 || (at > 0 && declarations.charAt(at - 1) == '-')) {
                return false;
            }
            int value = at + property.length();
            int end = value;
            boolean zero = true;
            while (end < declarations.length() && "0123456789.".indexOf(declarations.charAt(end)) >= 0) {
                zero &= declarations.charAt(end) == '0' || declarations.charAt(end) == '.';
                end++;
            }
            return end > value && zero;
        }
    }
}
