package org.chancery.core.mail;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.chancery.core.mail.QuotationMarks.Label;

/**
 * Looks for a forwarded mail in a text. What programs write above it is often what they write above a mail that is
 * answered; then it counts as forwarded where nothing new stands above, or where the whole of its header is shown.
 */
final class ForwardFinder {
    /** Lines between a title and the header under it. */
    private static final int MAX_GAP = 4;

    private final QuotedLines quoted;
    private final List<String> lines;
    private final ForwardedMail.Kind kind;

    ForwardFinder(String text, ForwardedMail.Kind kind) {
        this.quoted = new QuotedLines(text);
        this.lines = quoted.lines();
        this.kind = kind;
    }

    /** The first thing in the text that begins another mail decides. */
    Optional<ForwardedMail> find() {
        boolean anythingAbove = false;
        for (int at = 0; at < lines.size(); at++) {
            String line = lines.get(at);
            if (QuotedHeader.bare(line).isEmpty()) {
                continue;
            }
            if (QuotationMarks.isOtherTitle(line)) {
                return titled(at, anythingAbove);
            }
            boolean isLabel = QuotationMarks.label(line) != null;
            if (isLabel && QuotationMarks.isHeaderBlock(lines, at)) {
                return shown(at, QuotedHeader.at(lines, at), anythingAbove);
            }
            if (isLabel || isRule(line)) {
                anythingAbove |= isLabel;
                continue;
            }
            int attribution = quoted.attributionLength(at);
            if (attribution > 0) {
                return attributed(at, attribution, anythingAbove);
            }
            if (line.stripLeading().startsWith(">")) {
                return Optional.empty();
            }
            anythingAbove = true;
        }
        return Optional.empty();
    }

    private Optional<ForwardedMail> titled(int at, boolean anythingAbove) {
        String line = lines.get(at);
        String rest = QuotationMarks.behindTitle(QuotedHeader.bare(line));
        int below = at + 1;
        while (below < lines.size()
                && below < at + MAX_GAP
                && QuotedHeader.bare(lines.get(below)).isEmpty()) {
            below++;
        }
        QuotedHeader header = rest.isEmpty() ? QuotedHeader.at(lines, below) : QuotedHeader.behind(rest, lines, at + 1);
        if (!header.has(Label.FROM) && header.fields().size() < 2) {
            return Optional.empty();
        }
        if (QuotationMarks.isForwardTitle(line)) {
            return Optional.of(forwarded(at, header));
        }
        // "Original message" stands above what is answered, mostly.
        boolean isForward =
                kind == ForwardedMail.Kind.FORWARD || (kind == ForwardedMail.Kind.UNKNOWN && !anythingAbove);
        return isForward ? Optional.of(forwarded(at, header)) : Optional.empty();
    }

    /** A header without a title that says what for: of a forwarded mail or of an answered one. */
    private Optional<ForwardedMail> shown(int at, QuotedHeader header, boolean anythingAbove) {
        if (!header.hasAddress(Label.FROM) && !header.has(Label.SUBJECT)) {
            return Optional.empty();
        }
        boolean isForward = switch (kind) {
            case FORWARD -> true;
            case REPLY -> false;
            case UNKNOWN -> !anythingAbove || isWhole(header);
        };
        return isForward ? Optional.of(forwarded(at, header)) : Optional.empty();
    }

    // Programs that show names in place of addresses do so above answers mostly; so do those that write "[mailto:".
    private boolean isWhole(QuotedHeader header) {
        String from = header.fields().getOrDefault(Label.FROM, "");
        Mailbox mailbox = header.from();
        return mailbox != null
                && mailbox.name() != null
                && !from.contains("[mailto:")
                && header.hasAddress(Label.TO)
                && header.has(Label.DATE)
                && header.has(Label.SUBJECT);
    }

    /** "On …, Jane wrote:" begins a forwarded mail where nothing new stands above, below or within it. */
    private Optional<ForwardedMail> attributed(int at, int length, boolean anythingAbove) {
        boolean mayBe = kind == ForwardedMail.Kind.FORWARD || (kind == ForwardedMail.Kind.UNKNOWN && !anythingAbove);
        Mailbox author = mayBe ? QuotedHeader.mailbox(String.join(" ", lines.subList(at, at + length))) : null;
        if (author == null
                || !NewestText.of(String.join("\n", lines.subList(at, lines.size())))
                        .isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new ForwardedMail(above(at), author, List.of(), null, null, below(at + length)));
    }

    private ForwardedMail forwarded(int begin, QuotedHeader header) {
        return new ForwardedMail(
                above(begin), header.from(), header.to(), header.subject(), header.date(), below(header.end()));
    }

    private String above(int end) {
        int last = end;
        while (last > 0 && (lines.get(last - 1).isBlank() || isRule(lines.get(last - 1)))) {
            last--;
        }
        return String.join("\n", lines.subList(0, last)).strip();
    }

    /** The text from there on, without the marks of quotation where every line has them. */
    private String below(int start) {
        List<String> text = new ArrayList<>(lines.subList(Math.min(start, lines.size()), lines.size()));
        boolean quoted = text.stream().anyMatch(line -> line.startsWith(">"))
                && text.stream().allMatch(line -> line.isBlank() || line.startsWith(">"));
        if (quoted) {
            text.replaceAll(
                    line -> line.startsWith("> ") ? line.substring(2) : line.isBlank() ? line : line.substring(1));
        }
        return String.join("\n", text).strip();
    }

    private static boolean isRule(String line) {
        String bare = line.strip();
        return bare.length() >= 3 && bare.chars().allMatch(c -> "_-—–=*".indexOf(c) >= 0);
    }
}
