package org.chancery.core.mail;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Set;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeFilter;

/**
 * What mail programs put around quotations in HTML: elements with names that only they use. Sees the elements of a
 * document in their order; one object for one document.
 */
final class QuotedMarkup {
    private static final WordLists WORDS = WordLists.read("quotation-markup.txt");
    private static final Set<String> QUOTED_CLASSES = WORDS.set("quoted-classes");
    private static final Set<String> QUOTED_IDS = WORDS.set("quoted-ids");
    private static final Set<String> OTHER_MAIL_IDS = WORDS.set("other-mail-ids");
    private static final Set<String> SIGNATURE_CLASSES = WORDS.set("signature-classes");
    private static final Set<String> SIGNATURE_IDS = WORDS.set("signature-ids");

    /** Gmail's element around an attribution and a quotation, and around answers that stand in between. */
    private static final String GMAIL_QUOTE = "gmail_quote";

    /** How much of an element is looked at to see what it begins with. */
    private static final int BEGINNING = 64;

    private static final int BEGINNING_NODES = 40;

    private final NewestText.Signature signature;
    /** The open elements that count as quotations by their names. */
    private final Deque<Element> quotations = new ArrayDeque<>();

    private int openGmailQuotes;

    QuotedMarkup(NewestText.Signature signature) {
        this.signature = signature;
    }

    boolean isSignature(Element element) {
        return signature == NewestText.Signature.LEFT_OUT
                && (SIGNATURE_IDS.contains(id(element)) || hasClass(element, SIGNATURE_CLASSES));
    }

    /** Whether all from that element on is another mail, with the header that the program shows. */
    boolean beginsOtherMail(Element element) {
        return OTHER_MAIL_IDS.contains(id(element))
                || element.attr("data-marker").equals("__DIVIDER__")
                || (isRuledAbove(element) && QuotationMarks.label(beginning(element)) != null);
    }

    /** Opens the element; true where it is a quotation. */
    boolean enter(Element element, boolean withinQuotation) {
        boolean gmail = element.normalName().equals("div") && element.hasClass(GMAIL_QUOTE);
        boolean quotes = !withinQuotation && (gmail ? isGmailQuotation(element) : isQuotation(element));
        openGmailQuotes += gmail ? 1 : 0;
        if (quotes) {
            quotations.push(element);
        }
        return quotes;
    }

    /** Closes the element; true where it was a quotation. */
    boolean leave(Element element) {
        openGmailQuotes -= element.normalName().equals("div") && element.hasClass(GMAIL_QUOTE) ? 1 : 0;
        if (quotations.peek() != element) {
            return false;
        }
        quotations.pop();
        return true;
    }

    // Without a marked quotation in it the whole is one: a forwarded mail. Asked for the outermost only: the search
    // goes
    // over everything within.
    private boolean isGmailQuotation(Element element) {
        return openGmailQuotes > 0 || element.selectFirst("blockquote") == null;
    }

    private static boolean isQuotation(Element element) {
        return QUOTED_IDS.contains(id(element))
                || hasClass(element, QUOTED_CLASSES)
                || element.attr("data-marker").equals("__QUOTED_TEXT__")
                || element.attr("name").equals("messageReplySection");
    }

    // Outlook draws a line above the header of the mail that it quotes, and marks it with nothing else.
    private static boolean isRuledAbove(Element element) {
        String style = element.attr("style");
        if (style.isEmpty() || style.length() > 500) {
            return false;
        }
        String declarations = style.replaceAll("\\s+", "").toLowerCase(Locale.ROOT);
        return declarations.contains("border-top:solid") || declarations.contains("border-top:1px");
    }

    private static String beginning(Element element) {
        StringBuilder text = new StringBuilder();
        int[] nodes = new int[1];
        element.filter((Node node, int depth) -> {
            if (node instanceof TextNode words) {
                text.append(HeaderText.shorten(words.text(), BEGINNING));
            }
            boolean enough = text.length() >= BEGINNING || ++nodes[0] >= BEGINNING_NODES;
            return enough ? NodeFilter.FilterResult.STOP : NodeFilter.FilterResult.CONTINUE;
        });
        return text.toString().strip();
    }

    private static String id(Element element) {
        String id = element.id();
        // Outlook marks what it quotes itself in that way.
        return id.startsWith("x_") ? id.substring(2) : id;
    }

    private static boolean hasClass(Element element, Set<String> names) {
        String classes = element.className();
        if (classes.isEmpty() || classes.length() > 500) {
            return false;
        }
        for (String name : classes.split("\\s+")) {
            if (names.contains(name)) {
                return true;
            }
        }
        return false;
    }
}
