package org.chancery.api.html;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what the sanitiser wrote by a grammar much narrower than HTML: whatever does not fit could be read by a browser
 * otherwise than by us, and is a failure.
 */
final class Fragment {
    private static final Pattern PIECE = Pattern.compile("(?<text>[^<>\"'`\\u0000]+)"
            // Written by the sanitiser between two braces, so that no template language takes them for its own.
            + "|(?<comment><!-- -->)"
            + "|(?<close></[a-z0-9]+>)"
            + "|<(?<open>[a-z0-9]+)(?<attributes>(?: [a-z-]+=\"[^\"<>`]*\")*)(?: /)?>");
    private static final Pattern ATTRIBUTE = Pattern.compile(" ([a-z-]+)=\"([^\"]*)\"");

    private static final Set<String> ELEMENTS = Set.of(
            ("p div h1 h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote pre center address article aside section header footer main"
                            + " nav figure figcaption hr br table caption colgroup col thead tbody tfoot tr td th a abbr acronym"
                            + " b bdi bdo big cite code del dfn em font i ins kbd mark q s samp small span strike strong sub sup"
                            + " time tt u var wbr img")
                    .split(" "));
    private static final Set<String> ATTRIBUTES = Set.of(
            ("dir lang title align href target rel alt width height border hspace vspace valign bgcolor colspan rowspan"
                            + " nowrap cellpadding cellspacing color face size start type value style data-content-id"
                            + " data-remote-address")
                    .split(" "));
    private static final Pattern STYLE_DANGER = Pattern.compile(
            "url|expression|import|behavior|binding|position|fixed|display|content:|image|@|\\\\|javascript");

    private Fragment() {}

    /** Fails where anything in it could run, load, submit, or reach out of its place. */
    static void assertHarmless(String input, String output) {
        Matcher piece = PIECE.matcher(output);
        int at = 0;
        while (at < output.length()) {
            if (!piece.find(at) || piece.start() != at) {
                fail("not our grammar at " + at + ": …" + output.substring(at, Math.min(at + 80, output.length()))
                        + "\nof " + input);
            }
            String element = piece.group("open");
            if (element != null) {
                assertTrue(ELEMENTS.contains(element), () -> element + " came through of " + input);
                attributes(piece.group("attributes")).forEach((name, value) -> check(input, element, name, value));
            }
            at = piece.end();
        }
    }

    private static Map<String, String> attributes(String text) {
        Map<String, String> attributes = new LinkedHashMap<>();
        Matcher attribute = ATTRIBUTE.matcher(text);
        while (attribute.find()) {
            String before = attributes.put(attribute.group(1), attribute.group(2));
            assertTrue(before == null, "an attribute stands twice in " + text);
        }
        return attributes;
    }

    private static void check(String input, String element, String name, String value) {
        assertTrue(ATTRIBUTES.contains(name), () -> name + " came through of " + input);
        String meant = value.replace("&#61;", "=")
                .replace("&#64;", "@")
                .replace("&#43;", "+")
                .replace("&amp;", "&")
                .toLowerCase(Locale.ROOT);
        switch (name) {
            case "href" -> {
                assertTrue(element.equals("a"), () -> "an address on " + element);
                assertTrue(meant.matches("(?s)(https?://|mailto:).*"), () -> "a link to " + value + " of " + input);
            }
            case "target" -> assertTrue(value.equals("_blank"), value);
            case "style" ->
                assertTrue(!STYLE_DANGER.matcher(meant).find(), () -> "style " + value + " came through of " + input);
            default -> {}
        }
    }
}
