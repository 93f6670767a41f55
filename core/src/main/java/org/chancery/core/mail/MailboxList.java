package org.chancery.core.mail;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the address lists of header fields (RFC 5322 §3.4, with the obsolete forms of §4.4): names with and without
 * quotes, groups, routes, comments, and what mailers make of them. One pass, nothing nested.
 */
final class MailboxList {
    private static final int MAX_NAME = 256;
    /** RFC 5321 §4.5.3.1 gives 64 + 1 + 255; a longer one is kept up to here, to be seen. */
    private static final int MAX_ADDRESS = 400;

    private final String body;
    private final EncodedWords words;
    private final int limit;
    private final List<Mailbox> mailboxes = new ArrayList<>();
    private int at;
    private boolean quotesAreBroken;

    // The mailbox being read.
    private final StringBuilder phrase = new StringBuilder();
    private final StringBuilder comment = new StringBuilder();
    private @Nullable String address;

    private MailboxList(String body, int limit) {
        this.body = body;
        this.words = new EncodedWords(body);
        this.limit = limit;
    }

    /** The mailboxes in a field's body, at most so many. */
    static List<Mailbox> parse(String body, int limit) {
        return new MailboxList(body, limit).run();
    }

    private List<Mailbox> run() {
        while (at < body.length() && mailboxes.size() < limit) {
            char c = body.charAt(at);
            switch (c) {
                case '"' -> quote();
                case '(' -> comment();
                case '<' -> angle();
                case ',', ';' -> finish();
                case ':' -> colon();
                case '=' -> encodedWord();
                default -> plain(c);
            }
        }
        if (mailboxes.size() < limit) {
            finish();
        }
        return mailboxes;
    }

    private void plain(char c) {
        phrase.append(c);
        at++;
    }

    private void quote() {
        if (quotesAreBroken || !quoted()) {
            quotesAreBroken = true; // This one is never closed, so no later one is: read as if they were not there.
            at++;
        }
    }

    private boolean quoted() {
        StringBuilder text = new StringBuilder();
        for (int i = at + 1; i < body.length(); i++) {
            char c = body.charAt(i);
            if (c == '"') {
                // Within an address the quotes are part of it: "john doe"@example.com
                boolean isLocalPart = i + 1 < body.length() && body.charAt(i + 1) == '@';
                phrase.append(isLocalPart ? body.substring(at, i + 1) : text);
                at = i + 1;
                return true;
            }
            if (c == '\\' && i + 1 < body.length()) {
                c = body.charAt(++i);
            }
            text.append(c);
        }
        return false;
    }

    // RFC 5322 §3.2.2: comments nest; the old way to give a name is user@host (Name).
    private void comment() {
        comment.setLength(0);
        int depth = 0;
        for (; at < body.length(); at++) {
            char c = body.charAt(at);
            if (c == '(' && depth++ == 0) {
                continue;
            }
            if (c == ')' && --depth == 0) {
                at++;
                break;
            }
            if (c == '\\' && at + 1 < body.length()) {
                c = body.charAt(++at);
            }
            comment.append(c);
        }
        phrase.append(' ');
    }

    private void angle() {
        StringBuilder path = new StringBuilder();
        boolean inQuotes = false;
        int comments = 0;
        for (at++; at < body.length(); at++) {
            char c = body.charAt(at);
            if (c == '\\' && inQuotes && at + 1 < body.length()) {
                path.append(c);
                c = body.charAt(++at);
            } else if (c == '"') {
                inQuotes = !inQuotes;
            } else if (!inQuotes && (c == '>' || c == '<' || c == ';')) {
                break;
            } else if (!inQuotes && (c == '(' || c == ')')) {
                comments = Math.max(0, comments + (c == '(' ? 1 : -1));
                continue;
            }
            if (comments == 0) {
                path.append(c);
            }
        }
        if (at < body.length() && body.charAt(at) == '>') {
            at++;
        }
        if (address == null) {
            address = withoutRoute(path.toString());
        }
    }

    // RFC 5322 §4.4: <@one.example,@two.example:user@three.example>
    private static String withoutRoute(String path) {
        String trimmed = path.strip();
        int colon = trimmed.startsWith("@") ? trimmed.indexOf(':') : -1;
        return colon < 0 ? trimmed : trimmed.substring(colon + 1).strip();
    }

    // "Group name: a@example.com, b@example.com;" or a stray colon, such as in mailto:a@example.com
    private void colon() {
        at++;
        phrase.setLength(0);
        comment.setLength(0);
    }

    private void encodedWord() {
        EncodedWords.Word word = words.at(at);
        int end = word == null ? at + 1 : word.end();
        phrase.append(body, at, end);
        at = end;
    }

    private void finish() {
        at++;
        String name = phrase.toString().strip();
        String found = address;
        if (found == null) {
            int bare = bareAddress(name);
            found = bare < 0 ? name : name.substring(bare, endOfWord(name, bare));
            name = bare < 0 ? "" : (name.substring(0, bare) + name.substring(endOfWord(name, bare))).strip();
        }
        boolean onlyComment = name.isEmpty() && found.isEmpty();
        if (name.isEmpty()) {
            name = comment.toString();
        }
        if (!onlyComment) {
            String decoded = HeaderText.decode(name, MAX_NAME);
            mailboxes.add(new Mailbox(
                    decoded.isEmpty() ? null : decoded,
                    HeaderText.shorten(HeaderText.clean(found).strip(), MAX_ADDRESS)));
        }
        phrase.setLength(0);
        comment.setLength(0);
        address = null;
    }

    /** Where the word with the at sign begins, or -1 where there is none. */
    private static int bareAddress(String text) {
        int sign = text.lastIndexOf('@');
        if (sign < 0) {
            return -1;
        }
        if (sign > 0 && text.charAt(sign - 1) == '"') {
            int quote = text.indexOf('"');
            return quote < sign - 1 ? quote : sign;
        }
        return text.lastIndexOf(' ', sign) + 1;
    }

    private static int endOfWord(String text, int start) {
        int space = text.indexOf(' ', Math.max(start, text.lastIndexOf('@')));
        return space < 0 ? text.length() : space;
    }
}
