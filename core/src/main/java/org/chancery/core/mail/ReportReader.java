package org.chancery.core.mail;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chancery.core.mail.DeliveryReport.Action;
import org.chancery.core.mail.DeliveryReport.Recipient;
import org.jspecify.annotations.Nullable;

/**
 * Reads one delivery report: the fields of RFC 3464 wherever they stand, else what the prose says of addresses. Looks at
 * the beginning of the mail, and at a bounded part of each text in it.
 */
final class ReportReader {
    /** Reports stand before the mail that they return. */
    private static final int MAX_OCTETS = 1 << 20;

    private static final int MAX_TEXT = 64 * 1024;
    private static final int MAX_RECIPIENTS = 1_000;
    /** Addresses that a prose report may name; what names more is no report. */
    private static final int MAX_IN_PROSE = 100;

    private static final int MAX_LINE = 1_000;

    private static final Pattern ADDRESS =
            Pattern.compile("[\\p{Alnum}!#$%&'*+/=?^_`{|}~.-]{1,64}@[\\p{Alnum}.-]{1,255}");
    private static final Pattern ESCAPE = Pattern.compile("\\\\x\\{([0-9A-Fa-f]{2,6})}");
    private static final Pattern RCPT = Pattern.compile("(?i)RCPT TO:\\s{0,9}<?(" + ADDRESS.pattern() + ")");
    private static final Pattern MESSAGE_ID = Pattern.compile("(?i)message-id:\\s{0,9}(<[^<>\\s]{1,250}>)");
    private static final Pattern HEADER_LINE = Pattern.compile("[A-Za-z][A-Za-z0-9-]{1,60}:.*");

    private final byte[] raw;
    private final StringBuilder prose = new StringBuilder();
    private final StringBuilder status = new StringBuilder();
    private @Nullable InternetMessageId original;

    ReportReader(InputStream raw) throws IOException {
        this.raw = raw.readNBytes(MAX_OCTETS);
    }

    Optional<DeliveryReport> read() throws IOException {
        MessageHeader header = MessageReader.header(new ByteArrayInputStream(raw));
        parts();
        Prose read = Prose.of(prose.toString());
        if (original == null) {
            original = read.original();
        }
        List<Recipient> recipients = recipients(read.text());
        if (recipients.isEmpty() && status.isEmpty()) {
            if (header.field("X-Failed-Recipients").isEmpty() && !BounceReasons.speaksOfRefusal(read.text())) {
                return Optional.empty();
            }
            recipients = failedRecipients(header, read.text());
        }
        String envelopeId = StatusFields.value(status.toString(), "original-envelope-id");
        return Optional.of(new DeliveryReport(original, envelopeId, recipients));
    }

    /** Those named in the fields of the report, or in fields that a server wrote into its prose. */
    private List<Recipient> recipients(String prose) {
        List<Map<String, String>> groups = StatusFields.groups(status.isEmpty() ? prose : status.toString());
        Map<String, Recipient> recipients = new LinkedHashMap<>();
        for (Map<String, String> group : groups) {
            recipient(group, groups.size() == 1 ? prose : null, prose)
                    .ifPresent(
                            one -> recipients.putIfAbsent(one.finalRecipient().toLowerCase(Locale.ROOT), one));
        }
        return List.copyOf(recipients.values());
    }

    private void parts() throws IOException {
        MailParts parts = new MailParts(new ByteArrayInputStream(raw));
        for (MailParts.Step step = parts.next(); step != MailParts.Step.END; step = parts.next()) {
            if (step != MailParts.Step.PART) {
                continue;
            }
            PartDescriptor part = parts.descriptor();
            if (part.isReturnedMail()) {
                original = original == null ? MessageReader.header(parts.body()).messageId() : original;
                continue;
            }
            switch (part.type()) {
                case "message/delivery-status", "message/global-delivery-status" -> append(status, parts, part);
                case "text/plain", "text/html" -> append(prose, parts, part);
                default -> {}
            }
        }
    }

    private static void append(StringBuilder to, MailParts parts, PartDescriptor part) throws IOException {
        int room = MAX_TEXT - to.length();
        if (room > 0) {
            String text = BodyText.read(parts.body(), part, room).text();
            to.append(part.type().equals("text/html") ? HtmlText.of(text, room) : text)
                    .append("\n\n");
        }
    }

    private static Optional<Recipient> recipient(Map<String, String> group, @Nullable String own, String all) {
        String sent = address(group.getOrDefault("original-recipient", ""));
        String known = address(group.getOrDefault("final-recipient", ""));
        String address = known.isEmpty() ? sent : known;
        if (address.isEmpty()) {
            return Optional.empty();
        }
        String prose = own == null ? paragraph(all, address) : own;
        String said = text(group.getOrDefault("diagnostic-code", ""));
        String code = BounceReasons.status(group.getOrDefault("status", ""));
        Action action = Action.of(group.getOrDefault("action", ""), code);
        String words = said.isEmpty() ? prose : said;
        return Optional.of(recipient(
                address, sent.isEmpty() ? null : sent, action, code, said, new BounceReasons.Said(words, prose, null)));
    }

    /** What a report on several recipients says of one: the lines around the address. */
    private static String paragraph(String prose, String address) {
        int at = prose.indexOf(address);
        if (at < 0) {
            return "";
        }
        int end = prose.indexOf("\n\n", at);
        return HeaderText.shorten(prose.substring(at, end < 0 ? prose.length() : end), DeliveryReport.MAX_DIAGNOSTIC);
    }

    private static Recipient recipient(
            String address,
            @Nullable String original,
            Action action,
            @Nullable String status,
            String diagnostic,
            BounceReasons.Said said) {
        String code = status == null || status.endsWith(".0.0") ? BounceReasons.statusIn(said.words(), status) : status;
        BounceCategory category = action == Action.FAILED ? BounceReasons.category(code, said) : BounceCategory.UNKNOWN;
        return new Recipient(
                HeaderText.clean(address),
                original == null ? null : HeaderText.clean(original),
                action,
                code,
                onOneLine(diagnostic),
                category);
    }

    /** Prose has empty lines, and folded fields are indented. */
    private static String onOneLine(String words) {
        String shortened = HeaderText.shorten(words, DeliveryReport.MAX_DIAGNOSTIC);
        return HeaderText.clean(shortened).strip().replaceAll(" {2,}", " ");
    }

    /** Of reports without fields: who is named in {@code X-Failed-Recipients}, else at the beginning of a line. */
    private static List<Recipient> failedRecipients(MessageHeader header, String prose) {
        List<String> named = header.mailboxes("X-Failed-Recipients").stream()
                .map(Mailbox::address)
                .filter(address -> address.indexOf('@') > 0)
                .limit(MAX_RECIPIENTS)
                .toList();
        List<Named> found = named.isEmpty()
                ? inProse(prose, header)
                : named.stream().map(address -> new Named(address, prose)).toList();
        Action action = BounceReasons.speaksOfDelay(prose, header.subject()) ? Action.DELAYED : Action.FAILED;
        return found.stream()
                .map(one -> recipient(
                        one.address(),
                        null,
                        action,
                        null,
                        one.words(),
                        new BounceReasons.Said(one.words(), one.words(), null)))
                .toList();
    }

    private record Named(String address, String words) {}

    private static List<Named> inProse(String prose, MessageHeader header) {
        List<String> lines = prose.lines().toList();
        List<Integer> starts = new ArrayList<>();
        List<String> addresses = new ArrayList<>();
        for (int i = 0; i < lines.size() && addresses.size() < MAX_IN_PROSE; i++) {
            Matcher address = ADDRESS.matcher(HeaderText.shorten(lines.get(i).strip(), MAX_LINE));
            if (address.find() && address.start() <= 3 && !isServer(address.group(), header)) {
                starts.add(i);
                addresses.add(address.group());
            }
        }
        if (addresses.isEmpty()) {
            return anywhere(prose, header);
        }
        List<Named> named = new ArrayList<>();
        for (int i = 0; i < addresses.size(); i++) {
            int end = i + 1 < starts.size() ? starts.get(i + 1) : lines.size();
            String words = addresses.size() == 1 ? prose : String.join("\n", lines.subList(starts.get(i), end));
            named.add(new Named(addresses.get(i), words));
        }
        return named;
    }

    private static List<Named> anywhere(String prose, MessageHeader header) {
        Matcher command = RCPT.matcher(prose);
        if (command.find()) {
            return List.of(new Named(trim(command.group(1)), prose));
        }
        Matcher address = ADDRESS.matcher(prose);
        while (address.find()) {
            if (!isServer(address.group(), header)) {
                return List.of(new Named(trim(address.group()), prose));
            }
        }
        return List.of();
    }

    private static boolean isServer(String address, MessageHeader header) {
        return address.toLowerCase(Locale.ROOT).startsWith("mailer-daemon@")
                || header.from().stream().anyMatch(from -> from.address().equalsIgnoreCase(address))
                || header.to().stream().anyMatch(to -> to.address().equalsIgnoreCase(address));
    }

    /** The address of a typed field (RFC 3464 §2.3): behind the type, without brackets. */
    private static String address(String value) {
        String text = text(value);
        Optional<EmailAddress> whole = EmailAddress.parse(withoutEscapes(HeaderText.shorten(text, MAX_LINE)));
        if (whole.isPresent()) {
            return whole.get().toString();
        }
        Matcher address = ADDRESS.matcher(HeaderText.shorten(text, MAX_LINE));
        return address.find() ? trim(address.group()) : HeaderText.shorten(text, 320);
    }

    /** RFC 6533 §3: letters beyond ASCII in an address of the type {@code utf-8}. */
    private static String withoutEscapes(String text) {
        return text.contains("\\x{")
                ? ESCAPE.matcher(text)
                        .replaceAll(one -> Matcher.quoteReplacement(
                                letter(Integer.parseInt(one.group(1), 16)).orElse(one.group())))
                : text;
    }

    private static Optional<String> letter(int codePoint) {
        return Character.isValidCodePoint(codePoint) ? Optional.of(Character.toString(codePoint)) : Optional.empty();
    }

    private static String trim(String address) {
        int end = address.length();
        while (end > 0 && ".-".indexOf(address.charAt(end - 1)) >= 0) {
            end--;
        }
        return address.substring(0, end);
    }

    private static String text(String value) {
        int semicolon = value.indexOf(';');
        return (semicolon >= 0 && semicolon < 20 ? value.substring(semicolon + 1) : value).strip();
    }

    /**
     * The words of the report, without the mail that it returns.
     *
     * @param original the Message-ID in what was cut off
     */
    private record Prose(String text, @Nullable InternetMessageId original) {

        static Prose of(String text) {
            List<String> lines = text.lines().toList();
            int end = 0;
            while (end < lines.size() && !beginsOriginal(lines, end)) {
                end++;
            }
            String rest = String.join("\n", lines.subList(end, lines.size()));
            Matcher id = MESSAGE_ID.matcher(rest);
            InternetMessageId original =
                    id.find() ? InternetMessageId.first(id.group(1)).orElse(null) : null;
            return new Prose(String.join("\n", lines.subList(0, end)), original);
        }

        private static boolean beginsOriginal(List<String> lines, int at) {
            String line = HeaderText.shorten(lines.get(at), MAX_LINE);
            if (BounceReasons.announcesOriginal(line)) {
                return true;
            }
            String lower = line.toLowerCase(Locale.ROOT);
            boolean trace = lower.startsWith("received:")
                    || lower.startsWith("return-path:")
                    || lower.startsWith("dkim-signature:");
            return trace && followedByHeader(lines, at + 1);
        }

        private static boolean followedByHeader(List<String> lines, int from) {
            for (int i = from; i < lines.size() && i < from + 20; i++) {
                String line = HeaderText.shorten(lines.get(i), MAX_LINE);
                if (!line.startsWith(" ") && !line.startsWith("\t")) {
                    return HEADER_LINE.matcher(line).matches();
                }
            }
            return false;
        }
    }
}
