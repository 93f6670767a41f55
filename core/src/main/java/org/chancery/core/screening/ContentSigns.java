package org.chancery.core.screening;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.chancery.core.mail.MailWords;
import org.chancery.core.mail.MessageContent;

/** Signs in the text, the HTML and what they link to. */
final class ContentSigns {
    /** Where anybody can have a short address that leads anywhere; those that stand in honest notifications are left out. */
    private static final Set<String> SHORTENERS = Set.of(
            "bit.ly",
            "tinyurl.com",
            "goo.gl",
            "is.gd",
            "ow.ly",
            "cutt.ly",
            "rb.gy",
            "t.ly",
            "shorturl.at",
            "tiny.cc",
            "rebrand.ly",
            "v.gd",
            "bit.do",
            "adf.ly",
            "soo.gd",
            "clck.ru",
            "surl.li",
            "qr.ae",
            "shorte.st",
            "x.co",
            "tr.im",
            "su.pr",
            "ibit.ly",
            "n9.cl",
            "urlz.fr",
            "kutt.it",
            "short.gy",
            "bl.ink",
            "rotf.lol",
            "tny.im");

    /** Without a quarter as much hidden as shown, and more than two preview lines, it is a preview line. */
    private static final int MIN_HIDDEN = 300;

    private static final int LONG_HTML = 4_000;
    private static final int MARKUP_PER_LETTER = 60;
    private static final int FEW_LETTERS = 80;
    private static final int MIN_LINKS = 5;
    private static final int WORDS_PER_LINK = 3;
    private static final int VERY_MANY = 200;

    private ContentSigns() {}

    static List<Signal> find(String subject, MessageContent content) {
        List<Signal> found = new ArrayList<>();
        String html = content.html();
        HtmlLook look = html == null ? HtmlLook.NONE : HtmlLook.at(html);
        MailWords words = MailWords.of(content.text());
        if (html != null) {
            markup(html.length(), look, found);
        }
        links(look, content.text(), words, found);
        found.addAll(WrittenSigns.find(subject, content.text()));
        spelling(words, MailWords.of(subject), found);
        List<String> all = new ArrayList<>(MailWords.phrase(subject));
        // A mark that no phrase has keeps the end of the subject and the beginning of the text apart.
        all.add("");
        all.addAll(words.words());
        found.addAll(SpamWording.find(all));
        return found;
    }

    private static void markup(int length, HtmlLook look, List<Signal> found) {
        if (length > LONG_HTML && look.visible() > 0 && length / look.visible() > MARKUP_PER_LETTER) {
            found.add(SpamSign.LITTLE_TEXT.found(length + " characters of HTML for " + look.visible() + " letters"));
        }
        if (look.pictures() > 0 && look.links() > 0 && look.visible() < FEW_LETTERS) {
            found.add(SpamSign.PICTURE_ONLY.found("a picture, a link, and " + look.visible() + " letters"));
        }
        if (look.hidden() >= MIN_HIDDEN && look.hidden() > look.visible() / 4) {
            found.add(SpamSign.HIDDEN_TEXT.found(look.hidden() + " letters that nobody sees"));
        }
        if (look.hasPixel()) {
            found.add(SpamSign.TRACKING_PIXEL.found("a remote picture that nobody sees"));
        }
    }

    private static void links(HtmlLook look, String text, MailWords words, List<Signal> found) {
        Set<String> hosts = new LinkedHashSet<>(look.hosts());
        int inText = hostsIn(text, hosts);
        int links = Math.max(look.links(), inText);
        if (links > VERY_MANY) {
            found.add(SpamSign.VERY_MANY_LINKS.found(links + " links"));
        } else if (links >= MIN_LINKS && words.words().size() < links * WORDS_PER_LINK) {
            found.add(SpamSign.MOSTLY_LINKS.found(links + " links"));
        }
        String shortened = hosts.stream().filter(SHORTENERS::contains).collect(Collectors.joining(", "));
        if (!shortened.isEmpty()) {
            found.add(SpamSign.SHORTENED_LINKS.found(shortened));
        }
    }

    /** Counts the web addresses in a text, and adds where the first of them lead. */
    private static int hostsIn(String text, Set<String> hosts) {
        int links = 0;
        for (int at = text.indexOf("://"); at >= 0 && links <= VERY_MANY; at = text.indexOf("://", at + 3)) {
            int start = text.startsWith("https", Math.max(0, at - 5)) ? at - 5 : at - 4;
            if (start < 0) {
                continue;
            }
            int end = at + 3;
            while (end < text.length() && end - at < 300 && !Character.isWhitespace(text.charAt(end))) {
                end++;
            }
            String host = HtmlLook.host(text.substring(start, end).toLowerCase(Locale.ROOT));
            if (!host.isEmpty()) {
                links++;
                if (hosts.size() < HtmlLook.MAX_HOSTS) {
                    hosts.add(host);
                }
            }
        }
        return links;
    }

    private static void spelling(MailWords text, MailWords subject, List<Signal> found) {
        Set<String> mixed = both(subject.mixed(), text.mixed());
        if (mixed.size() >= 2) {
            found.add(SpamSign.MIXED_ALPHABETS.found(String.join(", ", mixed)));
        }
        Set<String> broken = both(subject.broken(), text.broken());
        if (broken.size() >= 2) {
            found.add(SpamSign.INVISIBLE_CHARACTERS.found("within " + String.join(", ", broken)));
        }
    }

    private static Set<String> both(List<String> first, List<String> second) {
        Set<String> both = new LinkedHashSet<>(first);
        both.addAll(second);
        return both;
    }
}
