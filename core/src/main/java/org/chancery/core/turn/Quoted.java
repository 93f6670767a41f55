package org.chancery.core.turn;

import java.util.Locale;
import org.chancery.core.mailbox.Message;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.ThreadReader.Said;
import org.chancery.core.mailbox.ThreadReader.Story;

/**
 * A thread as a model sees it. Every line of a stranger's begins with the quotation mark, header fields included, so that no
 * mail can write a line that looks like one of ours, whatever delimiters it knows.
 */
final class Quoted {
    private static final String MARK = "> ";

    private Quoted() {}

    static String of(Story story) {
        StringBuilder text = new StringBuilder();
        int number = 1;
        for (Said said : story.earlier()) {
            append(text, number++, said);
        }
        append(text, number, story.last());
        if (story.leftOut() > 0) {
            text.append("Mails of this thread that are not shown, from or to others: ")
                    .append(story.leftOut())
                    .append(".\n");
        }
        return text.append("This is all. Mail ")
                .append(number)
                .append(" is the newest, and the one that your answer is about.\n")
                .toString();
    }

    /** One mail that is in no thread yet. */
    static String single(String from, String subject, String text) {
        StringBuilder quoted = new StringBuilder("The mail, from a correspondent:\n");
        mail(quoted, from, subject, text);
        return quoted.append("End of the mail. This is all.\n").toString();
    }

    private static void mail(StringBuilder into, String from, String subject, String text) {
        line(into, "From: " + from);
        line(into, "Subject: " + subject);
        line(into, "");
        text.lines().forEach(line -> line(into, line));
    }

    private static void append(StringBuilder text, int number, Said said) {
        Message message = said.message();
        text.append("Mail ")
                .append(number)
                .append(message instanceof Inbound ? ", from the correspondent:\n" : ", from us:\n");
        mail(text, message.facts().from().address(), message.facts().subject(), said.newestText());
        text.append("End of mail ").append(number).append(".\n\n");
    }

    private static void line(StringBuilder text, String line) {
        text.append(MARK).append(clean(line)).append('\n');
    }

    /** Without what could end the line for somebody, or turn its direction. */
    private static String clean(String line) {
        StringBuilder clean = new StringBuilder(line.length());
        line.codePoints()
                .map(c -> {
                    int type = Character.getType(c);
                    boolean breaks = type == Character.LINE_SEPARATOR || type == Character.PARAGRAPH_SEPARATOR;
                    boolean hidden = Character.isISOControl(c) || type == Character.FORMAT;
                    return breaks || (hidden && c != '\t') ? ' ' : c;
                })
                .forEach(clean::appendCodePoint);
        return clean.toString();
    }

    /** The language for the prompt: a tag of the endpoint's, or the correspondent's own. */
    static String language(org.chancery.core.endpoint.Endpoint endpoint) {
        String tag = endpoint.behaviour().defaultReplyLang();
        if (tag == null) {
            return "the language of the newest mail";
        }
        String name = Locale.forLanguageTag(tag).getDisplayName(Locale.ENGLISH);
        return name.isBlank() ? tag : name + " (" + tag + ")";
    }
}
