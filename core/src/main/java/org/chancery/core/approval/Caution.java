package org.chancery.core.approval;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.FullReading;
import org.chancery.core.mail.HeaderText;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.mail.MessageHeader;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.Message.RecipientStatus;
import org.chancery.core.mailbox.OutboundStatus;
import org.jspecify.annotations.Nullable;

/**
 * Something about a held mail that its text does not show, and that a reviewer ought to know before they say yes.
 *
 * @param code stable
 * @param text for people
 */
public record Caution(String code, String text) {
    /** Fields by which programs of recipients write to somebody else, some of them without asking anybody. */
    private static final Set<String> ASKING = Set.of(
            "disposition-notification-to",
            "return-receipt-to",
            "x-confirm-reading-to",
            "errors-to",
            "list-post",
            "mail-reply-to",
            "mail-followup-to");

    private static final int MAX_NAMED = 10;

    private static final int MAX_VALUE = 200;

    /**
     * All that there is to say; pure.
     *
     * @param answers the mail that it answers, or null
     */
    public static List<Caution> of(Outbound mail, @Nullable Inbound answers, FullReading reading) {
        List<Caution> cautions = new ArrayList<>();
        answersElsewhere(mail, reading).ifPresent(cautions::add);
        asking(mail, reading).forEach(cautions::add);
        reading.saidInHtmlOnly()
                .ifPresent(ignored -> cautions.add(new Caution(
                        "html_differs", "Its HTML, which most programs show, says something else than its text.")));
        notRecipients(mail, reading).ifPresent(cautions::add);
        if (!reading.isWhole()) {
            cautions.add(new Caution("not_all_shown", "Not all of it is shown: " + reading.whyNotWhole() + "."));
        }
        // What left is what handled it.
        boolean isWaiting = mail.status() == OutboundStatus.HELD;
        if (isWaiting && answers != null && answers.state() == HandlingState.HANDLED) {
            cautions.add(new Caution(
                    "handled", "The mail that it answers is handled by now: " + answers.stateReason() + "."));
        }
        return cautions;
    }

    private static Optional<Caution> answersElsewhere(Outbound mail, FullReading reading) {
        List<Mailbox> wanted = reading.header().replyTo();
        boolean isUnreadable =
                wanted.isEmpty() && reading.header().field("Reply-To").isPresent();
        String elsewhere =
                isUnreadable ? "an address that cannot be read" : addresses(wanted, to -> !isSender(mail, to));
        return elsewhere.isEmpty()
                ? Optional.empty()
                : Optional.of(new Caution(
                        "answers_elsewhere",
                        "Answers go to " + elsewhere + ", not to "
                                + mail.facts().from().address() + "."));
    }

    private static Stream<Caution> asking(Outbound mail, FullReading reading) {
        return reading.furtherFields().stream()
                .filter(field -> {
                    String name = field.name().toLowerCase(Locale.ROOT);
                    return name.startsWith("resent-")
                            || ASKING.contains(name)
                                    && MessageHeader.mailboxesIn(field.body()).stream()
                                            .noneMatch(to -> isSender(mail, to));
                })
                .map(field -> new Caution(
                        "asks_elsewhere",
                        "It names somebody else in " + field.name() + ": "
                                + HeaderText.plain(field.body(), MAX_VALUE)));
    }

    private static String addresses(List<Mailbox> mailboxes, Predicate<Mailbox> wanted) {
        return mailboxes.stream()
                .filter(wanted)
                .map(mailbox -> HeaderText.plain(mailbox.address(), MAX_VALUE))
                .distinct()
                .limit(MAX_NAMED)
                .collect(Collectors.joining(", "));
    }

    private static boolean isSender(Outbound mail, Mailbox mailbox) {
        return mailbox.emailAddress()
                .filter(address -> mail.facts()
                        .from()
                        .emailAddress()
                        .filter(address::equals)
                        .isPresent())
                .isPresent();
    }

    private static Optional<Caution> notRecipients(Outbound mail, FullReading reading) {
        Set<EmailAddress> recipients = recipients(mail);
        List<Mailbox> named = Stream.of(reading.header().to(), reading.header().cc())
                .flatMap(List::stream)
                .toList();
        String others = addresses(named, mailbox -> !isAmong(recipients, mailbox));
        return others.isEmpty()
                ? Optional.empty()
                : Optional.of(new Caution("named_only", "It names as recipients, and does not go to: " + others + "."));
    }

    /** Who gets it: its envelope. */
    public static Set<EmailAddress> recipients(Outbound mail) {
        return mail.recipients().stream().map(RecipientStatus::address).collect(Collectors.toUnmodifiableSet());
    }

    /** Whether a mailbox of its header is one of these. */
    public static boolean isAmong(Set<EmailAddress> recipients, Mailbox named) {
        return named.emailAddress().filter(recipients::contains).isPresent();
    }
}
