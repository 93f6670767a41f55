package org.chancery.core.mail;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.chancery.core.mail.FullReading.Doubt;
import org.chancery.core.mail.MessageContent.Attachment;
import org.jsoup.nodes.Entities;
import org.jspecify.annotations.Nullable;

/**
 * Sorts the parts of a mail into text, HTML and attachments.
 *
 * <p><i>Standards:</i> the choice of the parts to read is that of RFC 8621 §4.1.4, with three departures: pictures
 * are always listed as attachments, the parts of a report that are meant for programs (RFC 6522 §3) are not, and the
 * text before the first boundary is read where no part follows.
 */
final class ContentCollector {
    /** RFC 3464, RFC 5965, RFC 8098, RFC 6533. */
    private static final Set<String> REPORTS = Set.of(
            "message/delivery-status",
            "message/feedback-report",
            "message/disposition-notification",
            "message/global-delivery-status",
            "message/global-disposition-notification");

    /** Of a mail whose boundaries are not found, this much is read. */
    private static final int MAX_PREAMBLE = 64 * 1024;

    private final MailParts parts;
    private final List<Piece> text = new ArrayList<>();
    private final List<Piece> html = new ArrayList<>();
    private final List<Attachment> attachments = new ArrayList<>();
    private final List<Attachment> files = new ArrayList<>();
    private final Set<String> readAsText = new HashSet<>();
    private final Set<Doubt> doubts = EnumSet.noneOf(Doubt.class);
    private final Deque<Scope> scopes = new ArrayDeque<>();
    private int textRoom = MessageReader.MAX_TEXT;
    private int htmlRoom = MessageReader.MAX_HTML;
    private boolean truncated;

    private record Piece(boolean isHtml, String content) {}

    /** An open multipart. */
    private static final class Scope {
        final String subtype;
        /** Within a multipart/alternative, at any depth. */
        final boolean inAlternative;
        /** Whether what comes here belongs to the text, and to the HTML. */
        boolean toText;

        boolean toHtml;
        /** How much there was of both where the scope began. */
        final int textBefore;

        final int htmlBefore;
        /** Whether what is attached here belongs to a report (RFC 6522). */
        boolean isReport;

        int children;

        @Nullable
        Piece preamble;

        Scope(String subtype, boolean inAlternative, boolean toText, boolean toHtml, int textBefore, int htmlBefore) {
            this.subtype = subtype;
            this.inAlternative = inAlternative;
            this.toText = toText;
            this.toHtml = toHtml;
            this.textBefore = textBefore;
            this.htmlBefore = htmlBefore;
            this.isReport = subtype.equals("report");
        }

        boolean is(String name) {
            return subtype.equals(name);
        }
    }

    ContentCollector(InputStream raw) {
        parts = new MailParts(raw);
        scopes.push(new Scope("mixed", false, true, true, 0, 0));
    }

    MessageContent collect() throws IOException {
        for (MailParts.Step step = parts.next(); step != MailParts.Step.END; step = parts.next()) {
            switch (step) {
                case OPEN -> open(parts.descriptor());
                case PREAMBLE -> scope().preamble = preamble();
                case PART -> part(parts.descriptor());
                case CLOSE -> close();
                case END -> {}
            }
        }
        String readable = join(text, false, MessageReader.MAX_TEXT);
        String markup = html.stream().anyMatch(Piece::isHtml) ? join(html, true, MessageReader.MAX_HTML) : null;
        return new MessageContent(
                readable, markup, text.stream().anyMatch(Piece::isHtml), attachments, truncated || parts.truncated());
    }

    /** Reads the same, and tells what there is beside the content; {@code header} was read before from the same mail. */
    FullReading collectAll(MessageHeader header) throws IOException {
        MessageContent content = collect();
        if (parts.headerCut()) {
            doubts.add(Doubt.LONG_HEADER);
        }
        if (parts.malformed()) {
            doubts.add(Doubt.NO_FIELD);
        }
        return FullReading.of(header, content, files, readAsText, doubts);
    }

    private Scope scope() {
        return scopes.element();
    }

    private void open(PartDescriptor multipart) {
        doubts.addAll(multipart.doubts());
        Scope outer = scope();
        outer.children++;
        String subtype = multipart.getSubType();
        boolean alternative = outer.inAlternative || subtype.equals("alternative");
        scopes.push(new Scope(subtype, alternative, outer.toText, outer.toHtml, text.size(), html.size()));
    }

    private void close() throws IOException {
        Scope scope = scopes.pop();
        if (scope.children == 0) {
            doubts.add(Doubt.EMPTY_MULTIPART);
        }
        if (scope.children == 0
                && scope.preamble != null
                && !scope.preamble.content().isBlank()) {
            // No boundary was found: the mail is cut off or broken, and this is what there is to read.
            textRoom -= Math.min(textRoom, scope.preamble.content().length());
            add(scope, scope.preamble);
        }
        if (scope.is("alternative") && scope.toText && scope.toHtml) {
            if (text.size() == scope.textBefore) {
                text.addAll(html.subList(scope.htmlBefore, html.size()));
            } else if (html.size() == scope.htmlBefore) {
                html.addAll(text.subList(scope.textBefore, text.size()));
            }
        }
    }

    private void part(PartDescriptor part) throws IOException {
        Scope scope = scope();
        boolean first = scope.children++ == 0;
        doubts.addAll(part.doubts());
        if (part.tooDeep()) {
            return;
        }
        Counted body = new Counted(parts.body());
        boolean isToRead = isToRead(part, first, scope);
        if (isToRead) {
            addChoosing(scope, readText(part, body));
        }
        if (!isToRead && !isForPrograms(part, scope)) {
            attachments.add(new Attachment(parts.id(), part.filename(), part.type(), body.size()));
        }
        if (!isToRead || !part.isMereText()) {
            if (isToRead) {
                readAsText.add(parts.id());
            }
            files.add(new Attachment(parts.id(), names(part), part.type(), body.size()));
        }
    }

    /** Both, where one program would save it under this name and another one under that. */
    private static @Nullable String names(PartDescriptor part) {
        List<String> names = part.filenames();
        return names.isEmpty() ? null : String.join(" or ", names);
    }

    private static boolean isToRead(PartDescriptor part, boolean first, Scope scope) {
        boolean isText = part.type().equals("text/plain") || part.type().equals("text/html");
        return isText && !part.isAttachment() && (first || (!scope.is("related") && part.filename() == null));
    }

    // RFC 6522 §3: the machine-readable part and the returned mail; some servers put them into an ordinary multipart.
    // Who wants them reads the report as a whole.
    private boolean isForPrograms(PartDescriptor part, Scope scope) {
        scope.isReport |= REPORTS.contains(part.type());
        if (part.filename() != null) {
            return scope.isReport && part.type().startsWith("message/");
        }
        return switch (part.type()) {
            // RFC 3156 §5, RFC 8551 §3.5.3: what is signed stands before it.
            case "application/pgp-signature", "application/pkcs7-signature" -> scope.is("signed");
            case "text/rfc822-headers" -> true;
            default -> part.type().startsWith("message/") && (scope.isReport || parts.fromServer());
        };
    }

    private void addChoosing(Scope scope, Piece piece) {
        if (scope.is("alternative")) {
            (piece.isHtml() ? html : text).add(piece);
            return;
        }
        if (scope.inAlternative) {
            // One side of the alternative, such as HTML in a multipart/related, is no part of the other.
            if (piece.isHtml()) {
                scope.toText = false;
            } else {
                scope.toHtml = false;
            }
        }
        add(scope, piece);
    }

    private void add(Scope scope, Piece piece) {
        if (scope.toText) {
            text.add(piece);
        }
        if (scope.toHtml) {
            html.add(piece);
        }
    }

    private Piece readText(PartDescriptor part, InputStream body) throws IOException {
        boolean isHtml = part.type().equals("text/html");
        BodyText.Read read = BodyText.read(body, part, isHtml ? htmlRoom : textRoom);
        truncated |= read.truncated();
        if (isHtml) {
            htmlRoom -= read.text().length();
        } else {
            textRoom -= read.text().length();
        }
        return new Piece(isHtml, read.text());
    }

    /** Hardly ever needed, so that it takes nothing from the room of the text before it is. */
    private Piece preamble() throws IOException {
        BodyText.Read read = BodyText.read(parts.body(), parts.descriptor(), Math.min(textRoom, MAX_PREAMBLE));
        return new Piece(false, read.text());
    }

    /** A part's octets, counted while they are read. */
    private static final class Counted extends FilterInputStream {
        private long octets;

        Counted(InputStream decoded) {
            super(decoded);
        }

        /** How many there are; reads what is left. */
        long size() throws IOException {
            transferTo(OutputStream.nullOutputStream());
            return octets;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int count = super.read(into, offset, length);
            octets += Math.max(0, count);
            return count;
        }
    }

    private String join(List<Piece> pieces, boolean asHtml, int limit) {
        StringBuilder joined = new StringBuilder();
        for (Piece piece : pieces) {
            if (joined.length() > limit) {
                break;
            }
            String content = convert(piece, asHtml, limit);
            if (!joined.isEmpty() && joined.charAt(joined.length() - 1) != '\n') {
                joined.append('\n');
            }
            joined.append(content);
        }
        truncated |= joined.length() > limit;
        return HeaderText.shorten(joined.toString(), limit);
    }

    private String convert(Piece piece, boolean asHtml, int limit) {
        if (piece.isHtml() == asHtml) {
            return piece.content();
        }
        if (asHtml) {
            return "<pre>" + Entities.escape(piece.content()) + "</pre>";
        }
        truncated |= piece.content().length() > HtmlText.MAX_HTML;
        return HtmlText.of(piece.content(), limit);
    }
}
