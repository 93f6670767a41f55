package org.chancery.core.screening;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeTraversor;
import org.jsoup.select.NodeVisitor;

/**
 * What HTML shows and what it hides. Looks at attributes and inline styles only: what a style sheet hides is not found.
 *
 * @param visible letters and digits that a reader sees
 * @param hidden letters and digits that nobody sees
 * @param links links to somewhere else
 * @param hosts where they lead, the first of them, each once
 * @param pictures pictures larger than a point
 * @param hasPixel a remote picture of one point or none
 */
record HtmlLook(int visible, int hidden, int links, Set<String> hosts, int pictures, boolean hasPixel) {
    static final HtmlLook NONE = new HtmlLook(0, 0, 0, Set.of(), 0, false);

    /** What is read of longer HTML: a tree of it takes about a hundred times the memory. */
    private static final int MAX_HTML = 512 * 1024;

    static final int MAX_HOSTS = 200;

    static HtmlLook at(String html) {
        Looking looking = new Looking();
        NodeTraversor.traverse(
                looking,
                Jsoup.parse(html.length() > MAX_HTML ? html.substring(0, MAX_HTML) : html)
                        .body());
        return looking.seen();
    }

    /** The host of an absolute web address, in lower case; empty where it is none. */
    static String host(String address) {
        String lower = address.strip().toLowerCase(Locale.ROOT);
        int start = lower.startsWith("http://") ? 7 : lower.startsWith("https://") ? 8 : -1;
        if (start < 0) {
            return "";
        }
        int end = start;
        while (end < lower.length() && "/?#\\<>\" ".indexOf(lower.charAt(end)) < 0) {
            end++;
        }
        int user = lower.lastIndexOf('@', end - 1);
        String authority = lower.substring(Math.max(start, user + 1), end);
        int port = authority.indexOf(':');
        return port < 0 ? authority : authority.substring(0, port);
    }

    private static final class Looking implements NodeVisitor {
        private static final Set<String> UNREAD = Set.of("script", "style", "title", "template", "head", "noscript");

        private int visible;
        private int hidden;
        private int links;
        private final Set<String> hosts = new LinkedHashSet<>();
        private int pictures;
        private boolean hasPixel;

        /** How many of the open elements hide what is in them. */
        private int hiding;
        /** The backgrounds of the open elements that set one, the innermost first. */
        private final Deque<String> backgrounds = new ArrayDeque<>();

        private final Deque<String> colours = new ArrayDeque<>();

        HtmlLook seen() {
            return new HtmlLook(visible, hidden, links, hosts, pictures, hasPixel);
        }

        @Override
        public void head(Node node, int depth) {
            if (node instanceof TextNode text) {
                count(text.getWholeText());
            } else if (node instanceof Element element) {
                open(element);
            }
        }

        @Override
        public void tail(Node node, int depth) {
            if (node instanceof Element element) {
                hiding -= hides(element) ? 1 : 0;
                if (!background(element).isEmpty()) {
                    backgrounds.pop();
                }
                if (!colour(element).isEmpty()) {
                    colours.pop();
                }
            }
        }

        private void count(String text) {
            int letters = 0;
            for (int i = 0; i < text.length(); i++) {
                letters += Character.isLetterOrDigit(text.charAt(i)) ? 1 : 0;
            }
            boolean isInvisible =
                    !colours.isEmpty() && colours.peek().equals(backgrounds.isEmpty() ? "white" : backgrounds.peek());
            if (hiding > 0 || isInvisible) {
                hidden += letters;
            } else {
                visible += letters;
            }
        }

        private void open(Element element) {
            hiding += hides(element) ? 1 : 0;
            if (!background(element).isEmpty()) {
                backgrounds.push(background(element));
            }
            if (!colour(element).isEmpty()) {
                colours.push(colour(element));
            }
            switch (element.normalName()) {
                case "a", "area" -> link(element.attr("href"));
                case "img" -> picture(element);
                default -> {}
            }
        }

        private void link(String address) {
            String host = host(address);
            if (!host.isEmpty()) {
                links++;
                if (hosts.size() < MAX_HOSTS) {
                    hosts.add(host);
                }
            }
        }

        private void picture(Element image) {
            boolean isPoint = isPoint(image.attr("width")) || isPoint(image.attr("height")) || hides(image);
            if (!isPoint) {
                pictures++;
            } else if (!host(image.attr("src")).isEmpty()) {
                hasPixel = true;
            }
        }

        private static boolean isPoint(String size) {
            String number = size.strip().replace("px", "");
            return number.equals("0") || number.equals("1");
        }

        private static boolean hides(Element element) {
            if (UNREAD.contains(element.normalName()) || element.hasAttr("hidden")) {
                return true;
            }
            String style = style(element);
            return style.contains("display:none")
                    || style.contains("visibility:hidden")
                    || setsToNothing(style, "font-size:")
                    || setsToNothing(style, "opacity:")
                    || setsToNothing(style, "max-height:")
                    || setsToNothing(style, "max-width:")
                    || style.contains("text-indent:-9");
        }

        /** Whether a size is 0, or 1 point; 0.9 and 10px are sizes. */
        private static boolean setsToNothing(String style, String property) {
            int at = style.indexOf(property);
            if (at < 0) {
                return false;
            }
            int end = at + property.length();
            int from = end;
            while (end < style.length() && style.charAt(end) != ';') {
                end++;
            }
            String value = style.substring(from, end).replace("!important", "");
            return switch (value) {
                case "0", "0px", "0pt", "0em", "0%", "0.0", "1px", "1pt" ->
                    !(property.equals("opacity:") && value.startsWith("1"));
                default -> false;
            };
        }

        private static String background(Element element) {
            String style = style(element);
            String colour = value(style, "background-color:");
            if (colour.isEmpty()) {
                colour = value(style, "background:");
            }
            if (colour.isEmpty()) {
                colour = element.hasAttr("background") ? "picture" : element.attr("bgcolor");
            }
            return canonical(colour);
        }

        private static String colour(Element element) {
            String style = style(element);
            String colour = style.startsWith("color:") ? value(style, "color:") : value(style, ";color:");
            return canonical(colour.isEmpty() && element.normalName().equals("font") ? element.attr("color") : colour);
        }

        private static String value(String style, String property) {
            int at = style.indexOf(property);
            if (at < 0) {
                return "";
            }
            int end = style.indexOf(';', at + 1);
            return style.substring(at + property.length(), end < 0 ? style.length() : end)
                    .replace("!important", "");
        }

        private static String canonical(String colour) {
            String lower = colour.strip().toLowerCase(Locale.ROOT);
            return switch (lower) {
                case "#fff", "#ffffff", "white", "rgb(255,255,255)", "#fefefe", "#fdfdfd" -> "white";
                case "#000", "#000000", "black", "rgb(0,0,0)" -> "black";
                case "inherit", "transparent", "none", "initial" -> "";
                default -> lower;
            };
        }

        private static String style(Element element) {
            String style = element.attr("style");
            return style.isEmpty()
                    ? ""
                    : style.toLowerCase(Locale.ROOT).replace(" ", "").replace("\n", "");
        }
    }
}
