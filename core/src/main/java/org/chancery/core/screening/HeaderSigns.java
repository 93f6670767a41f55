package org.chancery.core.screening;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.chancery.core.mail.Classification;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.HeaderDate;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.mail.MessageHeader;
import org.chancery.core.mail.MessageHeader.Field;

/** Signs in the header section. */
final class HeaderSigns {
    private static final Duration CLOCKS_DIFFER = Duration.ofDays(1);
    private static final Duration LONG_ON_THE_WAY = Duration.ofDays(21);
    private static final Duration SERVERS_DIFFER = Duration.ofHours(2);
    private static final int MANY = 30;
    /** Fewer capitals are an abbreviation. */
    private static final int MIN_SHOUTED = 10;

    private static final double SHOUTED = 0.85;

    private static final Set<String> REPLY_PREFIXES =
            Set.of("re:", "aw:", "sv:", "antw:", "odp:", "rif:", "res:", "ynt:", "vs:", "回复:", "回复：", "答复:");

    private final SpamFacts facts;
    private final MessageHeader header;
    private final List<Signal> found = new ArrayList<>();

    private HeaderSigns(SpamFacts facts) {
        this.facts = facts;
        this.header = facts.header();
    }

    static List<Signal> find(SpamFacts facts) {
        HeaderSigns signs = new HeaderSigns(facts);
        signs.date();
        signs.messageId();
        signs.from();
        signs.recipients();
        signs.subject();
        signs.kind();
        signs.trace();
        return signs.found;
    }

    private void add(SpamSign sign, String detail) {
        found.add(sign.found(detail));
    }

    private void date() {
        Instant date = header.date();
        if (date == null) {
            boolean isMissing = header.field("Date").isEmpty();
            add(
                    isMissing ? SpamSign.MISSING_DATE : SpamSign.BROKEN_DATE,
                    isMissing ? "no Date field" : "the Date field is no date");
        } else if (date.isAfter(facts.arrival().at().plus(CLOCKS_DIFFER))) {
            add(SpamSign.FUTURE_DATE, "dated " + date + ", after its arrival");
        } else if (date.isBefore(facts.arrival().at().minus(LONG_ON_THE_WAY))) {
            add(SpamSign.OLD_DATE, "dated " + date + ", long before its arrival");
        }
    }

    private void messageId() {
        if (header.messageId() == null) {
            boolean isMissing = header.field("Message-ID").isEmpty();
            add(
                    isMissing ? SpamSign.MISSING_MESSAGE_ID : SpamSign.BROKEN_MESSAGE_ID,
                    isMissing ? "no Message-ID field" : "the Message-ID field has no id");
            return;
        }
        String id = header.messageId().value();
        int at = id.lastIndexOf('@');
        if (at < 1 || at == id.length() - 1) {
            add(SpamSign.BROKEN_MESSAGE_ID, "the id has no right side");
        }
    }

    private void from() {
        if (header.from().isEmpty()) {
            add(SpamSign.MISSING_FROM, "nobody in From");
            return;
        }
        if (header.from().size() > 1 || header.count("From") > 1) {
            add(SpamSign.SEVERAL_FROM, "more than one sender in From");
        }
        Mailbox first = header.from().getFirst();
        if (first.emailAddress().isEmpty()) {
            add(SpamSign.UNUSABLE_FROM, "no address in From");
        }
        String name = first.name();
        if (name != null && isDecorated(name)) {
            add(SpamSign.DECORATED_FROM, "signs in the sender's name");
        }
    }

    private static boolean isDecorated(String name) {
        return name.contains("!!")
                || name.contains("$")
                || name.codePoints().anyMatch(c -> Character.getType(c) == Character.OTHER_SYMBOL && c > 0x2190);
    }

    private void recipients() {
        int named = header.to().size() + header.cc().size();
        if (header.field("To").isEmpty() && header.field("Cc").isEmpty()) {
            add(SpamSign.MISSING_TO, "neither To nor Cc");
        } else if (named > MANY) {
            add(SpamSign.MANY_RECIPIENTS, named + " recipients");
        }
    }

    private void subject() {
        String subject = header.subject();
        String lower = subject.toLowerCase(Locale.ROOT).strip();
        if (lower.isEmpty()) {
            add(SpamSign.EMPTY_SUBJECT, "no subject");
            return;
        }
        if (WrittenSigns.isShouted(subject, MIN_SHOUTED, SHOUTED) && lower.indexOf(' ') > 0) {
            add(SpamSign.SHOUTED_SUBJECT, "the subject is in capitals");
        }
        if (isExcited(subject)) {
            add(SpamSign.EXCITED_SUBJECT, "exclamation marks or currency signs in a row in the subject");
        }
        boolean isAscii = subject.chars().allMatch(c -> c < 0x80);
        String raw = header.field("Subject").orElse("");
        if (isAscii && raw.toLowerCase(Locale.ROOT).contains("?b?")) {
            add(SpamSign.DISGUISED_SUBJECT, "the subject is encoded without need");
        }
        boolean isAnswer = REPLY_PREFIXES.stream().anyMatch(lower::startsWith);
        if (isAnswer && header.inReplyTo().isEmpty() && header.references().isEmpty()) {
            add(SpamSign.PRETENDED_REPLY, "the subject is that of an answer, and nothing is answered");
        }
    }

    private static boolean isExcited(String subject) {
        int run = 0;
        for (int i = 0; i < subject.length(); i++) {
            char c = subject.charAt(i);
            run = c == '!' || c == '$' || c == '€' || c == '！' ? run + 1 : 0;
            if (run == 3) {
                return true;
            }
        }
        return false;
    }

    private void kind() {
        String priority = header.field("X-Priority").orElse("").strip();
        if (priority.startsWith("1")) {
            add(SpamSign.PRETENDED_URGENCY, "X-Priority: 1");
        }
        // A mailing list says how to leave in other ways, too.
        if (facts.classification() == Classification.BULK
                && header.field("List-Unsubscribe").isEmpty()
                && header.field("Precedence").isPresent()) {
            add(SpamSign.BULK_WITHOUT_UNSUBSCRIBE, "bulk mail without List-Unsubscribe");
        }
    }

    private void trace() {
        List<Field> received = header.fields().stream()
                .filter(field -> field.name().equalsIgnoreCase("Received"))
                .toList();
        if (received.isEmpty()) {
            add(SpamSign.NO_TRACE, "no Received field");
            return;
        }
        boolean isBroken = false;
        for (Field field : received) {
            int semicolon = field.body().lastIndexOf(';');
            Optional<Instant> at = semicolon < 0
                    ? Optional.empty()
                    : HeaderDate.parse(field.body().substring(semicolon + 1));
            if (at.isPresent() && at.get().isAfter(facts.arrival().at().plus(SERVERS_DIFFER))) {
                add(SpamSign.FUTURE_TRACE, "a Received field of " + at.get());
                return;
            }
            isBroken |= at.isEmpty();
        }
        if (isBroken) {
            add(SpamSign.BROKEN_TRACE, "a Received field without a time");
        }
    }

    /** A sign that is one for a recipient: an id that claims to be of their domain, on a mail that does not. */
    static Optional<Signal> ofRecipient(MessageHeader header, EmailAddress recipient) {
        if (header.messageId() == null) {
            return Optional.empty();
        }
        String id = header.messageId().value().toLowerCase(Locale.ROOT);
        boolean isOurs = id.endsWith('@' + recipient.domain());
        boolean isFromUs = header.from().stream()
                .flatMap(from -> from.emailAddress().stream())
                .anyMatch(from -> from.domain().equals(recipient.domain()));
        return isOurs && !isFromUs
                ? Optional.of(SpamSign.MESSAGE_ID_OF_OURS.found("an id of " + recipient.domain()))
                : Optional.empty();
    }
}
