package org.chancery.core.phishing;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chancery.core.mail.MessageContent;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jspecify.annotations.Nullable;

/** The body of a mail: its links, its forms, and what it hides. */
final class Page {
    /** What is read of longer HTML; mail programs clip far earlier. */
    private static final int MAX_HTML = 512 * 1024;

    private static final int MAX_TEXT = 256 * 1024;
    private static final int MAX_LINKS = 2_000;
    /** A preheader, the line that lists of mails show, is shorter. */
    private static final int MUCH_HIDDEN = 600;

    private static final Pattern URL = Pattern.compile("(?i)\\bhttps?://[^\\s<>\"']{1,2000}");
    private static final Pattern HIDING = Pattern.compile(
            "display:none|visibility:hidden|font-size:0(?:px|pt|em)?(?:;|$)|(?<![-\\w])opacity:0(?:\\.0+)?(?:;|$)");

    private final @Nullable Document document;
    private final List<Link> links;

    private Page(@Nullable Document document, List<Link> links) {
        this.document = document;
        this.links = List.copyOf(links);
    }

    static Page of(MessageContent content) {
        List<Link> links = new ArrayList<>();
        String html = content.html();
        if (html == null) {
            String text = content.text();
            Matcher urls = URL.matcher(text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text);
            while (urls.find() && links.size() < MAX_LINKS) {
                Link.of(urls.group(), "").ifPresent(links::add);
            }
            return new Page(null, links);
        }
        Document document = Jsoup.parse(html.length() > MAX_HTML ? html.substring(0, MAX_HTML) : html);
        for (Element anchor : document.select("a[href], area[href]")) {
            if (links.size() == MAX_LINKS) {
                break;
            }
            Link.of(anchor.attr("href"), anchor.text()).ifPresent(links::add);
        }
        for (Element form : document.select("form[action]")) {
            Link.of(form.attr("action"), "").ifPresent(links::add);
        }
        return new Page(document, links);
    }

    List<Link> links() {
        return links;
    }

    Map<PhishingSign, String> signs() {
        Map<PhishingSign, String> signs = new EnumMap<>(PhishingSign.class);
        if (document == null) {
            return signs;
        }
        if (!document.select("input[type=password]").isEmpty()) {
            signs.put(PhishingSign.PASSWORD_FORM, "a form in the mail asks for a password");
        }
        if (hidden(document) > MUCH_HIDDEN) {
            signs.put(PhishingSign.HIDDEN_TEXT, "text that readers do not see");
        }
        return signs;
    }

    /** How many letters are hidden. */
    private static int hidden(Document document) {
        int hidden = 0;
        for (Element element : document.select("[style]")) {
            String style = element.attr("style").replaceAll("\\s+", "").toLowerCase(Locale.ROOT);
            if (HIDING.matcher(style).find() && hidden <= MUCH_HIDDEN) {
                hidden += (int)
                        element.ownText().chars().filter(Character::isLetter).count();
            }
        }
        return hidden;
    }
}
