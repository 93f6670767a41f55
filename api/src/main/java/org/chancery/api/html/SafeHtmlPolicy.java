package org.chancery.api.html;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.owasp.html.CssSchema;
import org.owasp.html.HtmlPolicyBuilder;
import org.owasp.html.PolicyFactory;

/** What is left of a mail's HTML. */
final class SafeHtmlPolicy {

    private static final String[] BLOCKS = {
        "p",
        "div",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "blockquote",
        "pre",
        "center",
        "address",
        "article",
        "aside",
        "section",
        "header",
        "footer",
        "main",
        "nav",
        "figure",
        "figcaption",
        "hr",
        "br"
    };
    private static final String[] TABLES = {
        "table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "td", "th"
    };
    private static final String[] INLINE = {
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd",
        "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"
    };
    private static final Set<String> VOID = Set.of("br", "hr", "img", "col", "wbr");

    /**
     * How letters and boxes look, and nothing that moves a box over others (position, transform, float, z-index, negative
     * margins), hides what the text shows (display, visibility, opacity), makes up content, or names an address.
     */
    private static final List<String> STYLES = List.of(
            "background",
            "background-color",
            "border",
            "border-bottom",
            "border-bottom-color",
            "border-bottom-style",
            "border-bottom-width",
            "border-collapse",
            "border-color",
            "border-left",
            "border-left-color",
            "border-left-style",
            "border-left-width",
            "border-radius",
            "border-right",
            "border-right-color",
            "border-right-style",
            "border-right-width",
            "border-spacing",
            "border-style",
            "border-top",
            "border-top-color",
            "border-top-style",
            "border-top-width",
            "border-width",
            "color",
            "direction",
            "font",
            "font-family",
            "font-size",
            "font-style",
            "font-variant",
            "font-weight",
            "height",
            "letter-spacing",
            "line-height",
            "list-style-type",
            "max-width",
            "min-width",
            "padding",
            "padding-bottom",
            "padding-left",
            "padding-right",
            "padding-top",
            "table-layout",
            "text-align",
            "text-decoration",
            "text-transform",
            "vertical-align",
            "white-space",
            "width",
            "word-break",
            "word-spacing",
            "word-wrap",
            // Functions count as names here.
            "rgb()",
            "rgba()",
            "hsl()",
            "hsla()");

    /** Addresses are longer in attacks only; RFC 9110 §4.1 asks for 8000 octets. */
    private static final int MAX_ADDRESS = 8000;

    /** RFC 2392: where an inline picture of the mail is named. */
    private static final String CONTENT_ID = "cid:";

    private SafeHtmlPolicy() {}

    static boolean isVoid(String element) {
        return VOID.contains(element);
    }

    static PolicyFactory build() {
        return new HtmlPolicyBuilder()
                .allowElements(BLOCKS)
                .allowElements(TABLES)
                .allowElements(INLINE)
                .allowElements(SafeHtmlPolicy::link, "a")
                .allowElements(SafeHtmlPolicy::picture, "img")
                .allowStyling(CssSchema.withProperties(STYLES))
                .allowUrlProtocols("https", "http", "mailto", "cid")
                // A name of the stranger's (class, id, name) could be one of the page that shows the mail.
                .allowAttributes("dir", "lang", "title", "align")
                .globally()
                .allowAttributes("href")
                .matching((element, attribute, value) -> linkAddress(value))
                .onElements("a")
                // Read by picture(), which lets neither through.
                .allowAttributes("src")
                .onElements("img")
                .allowAttributes("alt", "width", "height", "border", "hspace", "vspace")
                .onElements("img")
                .allowAttributes("width", "height", "valign", "bgcolor", "colspan", "rowspan", "nowrap")
                .onElements("td", "th", "tr", "col", "colgroup", "tbody", "thead", "tfoot")
                .allowAttributes("width", "height", "border", "cellpadding", "cellspacing", "bgcolor")
                .onElements("table")
                .allowAttributes("color", "face", "size")
                .onElements("font")
                .allowAttributes("width", "size", "color")
                .onElements("hr")
                .allowAttributes("start", "type")
                .onElements("ol", "ul")
                .allowAttributes("value")
                .onElements("li")
                .toFactory();
    }

    /** An absolute address that a reader may follow by a click; any other would be relative to the page that shows the mail. */
    private static @Nullable String linkAddress(String value) {
        String address = value.strip();
        String lower = address.toLowerCase(Locale.ROOT);
        boolean isWeb = lower.startsWith("https://") || lower.startsWith("http://");
        boolean isKnown = isWeb || lower.startsWith("mailto:");
        return isKnown && address.length() <= MAX_ADDRESS ? address : null;
    }

    /** A link tells the other side neither where it was clicked nor hands it the window (HTML, "Link types"). */
    private static String link(String element, List<String> attributes) {
        if (has(attributes, "href")) {
            set(attributes, "target", "_blank");
            set(attributes, "rel", "noopener noreferrer nofollow");
        }
        return element;
    }

    /**
     * Loading a picture tells its owner that the mail was read, by whom and when; a picture in the mail itself is shown by
     * downloading the attachment. So no picture has an address: what it was stands in an attribute that means nothing to a
     * browser, and the alternative text is shown.
     */
    private static String picture(String element, List<String> attributes) {
        String source = remove(attributes, "src").strip();
        String lower = source.toLowerCase(Locale.ROOT);
        if (source.length() > MAX_ADDRESS) {
            return element;
        }
        if (lower.startsWith(CONTENT_ID)) {
            set(attributes, "data-content-id", source.substring(CONTENT_ID.length()));
        } else if (lower.startsWith("https://") || lower.startsWith("http://")) {
            set(attributes, "data-remote-address", source);
        }
        return element;
    }

    private static boolean has(List<String> attributes, String name) {
        return indexOf(attributes, name) >= 0;
    }

    private static void set(List<String> attributes, String name, String value) {
        remove(attributes, name);
        attributes.add(name);
        attributes.add(value);
    }

    /** Takes an attribute out; what it said. */
    private static String remove(List<String> attributes, String name) {
        int at = indexOf(attributes, name);
        if (at < 0) {
            return "";
        }
        String value = attributes.get(at + 1);
        attributes.subList(at, at + 2).clear();
        return value;
    }

    /** Names and values alternate. */
    private static int indexOf(List<String> attributes, String name) {
        for (int i = 0; i < attributes.size(); i += 2) {
            if (attributes.get(i).equals(name)) {
                return i;
            }
        }
        return -1;
    }
}
