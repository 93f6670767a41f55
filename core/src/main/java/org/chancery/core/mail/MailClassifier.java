package org.chancery.core.mail;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Says what kind of mail it is: from its header section and its reverse-path, and from the body where those leave open
 * whether a mail came back. The first rule that applies decides; where none does, a person wrote it.
 *
 * <p><i>Standards:</i> RFC 3834 §2 and §3.1 for what must not be answered, RFC 3464, RFC 5965, RFC 8098, RFC 2369,
 * RFC 2919. <i>Trusts:</i> nothing, and needs not to: a stranger who calls a mail automatic only keeps programs from
 * answering it. A human mail taken for automatic waits for a person; an automatic one taken for human can be answered
 * by a program, again and again.
 */
public final class MailClassifier {

    /**
     * What was decided.
     *
     * @param reason the rule in the trace's words, with what it saw
     */
    public record Verdict(Classification classification, String reason) {}

    /** In the order in which they are asked: what says most about a mail first. */
    private static final List<BiFunction<MessageHeader, ReversePath, @Nullable Verdict>> RULES = List.of(
            MailClassifier::report,
            MailClassifier::failedRecipients,
            MailClassifier::autoSubmitted,
            MailClassifier::bounceSender,
            MailClassifier::vacationHeader,
            MailClassifier::nullReversePath,
            MailClassifier::list,
            MailClassifier::precedence,
            MailClassifier::suppressesAnswers,
            MailClassifier::subject,
            MailClassifier::takesNoAnswers);

    /** Local parts under which mail servers speak (RFC 2142 §5, RFC 5321 §4.5.1, and custom). */
    private static final Set<String> SERVERS = Set.of(
            "mailer-daemon",
            "mailerdaemon",
            "mailer_daemon",
            "mail-daemon",
            "maildaemon",
            "mailer.daemon",
            "mdaemon",
            "mail.daemon");

    private static final Set<String> POSTMASTERS = Set.of(
            "postmaster",
            "post_master",
            "mail-administrator",
            "mailadmin",
            "mail_admin",
            "postoffice",
            "mailerrors",
            "bounce",
            "bounces");

    /** Display names under which they do. */
    private static final Set<String> SERVER_NAMES = Set.of(
            "mail delivery system",
            "mail delivery subsystem",
            "mail delivery service",
            "mail delivery",
            "mailer-daemon",
            "mailer daemon",
            "mail daemon",
            "mail system",
            "mail administrator",
            "mail server",
            "internet mail delivery",
            "delivery subsystem",
            "system administrator",
            "systemadministrator",
            "administrateur système",
            "postmaster",
            "mail returned to sender");

    private static final Set<String> AUTO_REPLY_FIELDS = Set.of(
            "x-autoreply",
            "x-autorespond",
            "x-autoresponder",
            "x-auto-reply",
            "x-auto-respond",
            "x-auto-responder",
            "x-autoreply-from",
            "x-mail-autoreply",
            "x-autoresponse",
            "autosubmitted",
            "x-auto-submitted",
            "x-autosubmitted");

    private MailClassifier() {}

    /** The kind of mail. */
    public static Classification classify(MessageHeader header, ReversePath reversePath) {
        return judge(header, reversePath).classification();
    }

    /** The kind of mail, and why. */
    public static Verdict judge(MessageHeader header, ReversePath reversePath) {
        for (var rule : RULES) {
            Verdict verdict = rule.apply(header, reversePath);
            if (verdict != null) {
                return verdict;
            }
        }
        return new Verdict(Classification.HUMAN, "no sign of a program");
    }

    /** Opens a mail for reading, from its beginning. */
    @FunctionalInterface
    public interface Source {
        InputStream open() throws IOException;
    }

    /**
     * The kind of mail and why, where the body may be looked into: that of a mail which its header does not give away,
     * though a mail server may have written it. What is read of it is bounded ({@link DeliveryReport#read}).
     *
     * @param atReturnPath whether it came to where only notifications are meant to come
     */
    public static Verdict judge(MessageHeader header, ReversePath reversePath, boolean atReturnPath, Source mail)
            throws IOException {
        Verdict verdict = judge(header, reversePath);
        boolean open =
                verdict.classification() == Classification.HUMAN || verdict.classification() == Classification.BULK;
        if (!open || !(atReturnPath || isServer(header) || AutomaticSubjects.isBounceOfServer(header.subject()))) {
            return verdict;
        }
        try (InputStream in = mail.open()) {
            return DeliveryReport.read(in).isPresent()
                    ? new Verdict(Classification.BOUNCE, "speaks of a delivery that failed")
                    : verdict;
        }
    }

    /** The same of a mail that is in memory. */
    public static Verdict judge(byte[] mail, ReversePath reversePath) throws IOException {
        MessageHeader header = MessageReader.header(new ByteArrayInputStream(mail));
        return judge(header, reversePath, false, () -> new ByteArrayInputStream(mail));
    }

    /** RFC 6522: a report says what it is about. */
    private static @Nullable Verdict report(MessageHeader header, ReversePath reversePath) {
        HeaderParameters type = contentType(header);
        if (type.value().equals("message/feedback-report")) {
            return new Verdict(Classification.COMPLAINT, type.value());
        }
        if (type.value().equals("message/delivery-status")) {
            return new Verdict(Classification.BOUNCE, type.value());
        }
        if (!type.value().equals("multipart/report")) {
            return null;
        }
        String about = lower(type.get("report-type"));
        return switch (about) {
            case "feedback-report" -> new Verdict(Classification.COMPLAINT, "report-type=" + about);
            case "delivery-status" -> new Verdict(Classification.BOUNCE, "report-type=" + about);
            // RFC 6522 §3 demands the parameter; where it is missing, the report is of the oldest kind.
            case "" -> new Verdict(Classification.BOUNCE, type.value());
            default ->
                isServer(header)
                        ? new Verdict(Classification.BOUNCE, "report-type=" + about + " from a mail server")
                        : new Verdict(Classification.AUTO_REPLY, "report-type=" + about);
        };
    }

    private static @Nullable Verdict failedRecipients(MessageHeader header, ReversePath reversePath) {
        // Exim and Gmail name them; nothing else does.
        return header.field("X-Failed-Recipients").isPresent()
                ? new Verdict(Classification.BOUNCE, "X-Failed-Recipients")
                : null;
    }

    private static @Nullable Verdict autoSubmitted(MessageHeader header, ReversePath reversePath) {
        String how = firstWord(header.field("Auto-Submitted"));
        if (how.isEmpty() || how.equals("no")) {
            return null;
        }
        if (isServer(header) || AutomaticSubjects.isBounceOfServer(header.subject())) {
            return new Verdict(Classification.BOUNCE, "Auto-Submitted: " + how + ", as a mail server writes");
        }
        Verdict list = how.equals("auto-replied") ? null : list(header, reversePath);
        return list != null ? list : new Verdict(Classification.AUTO_REPLY, "Auto-Submitted: " + how);
    }

    private static @Nullable Verdict bounceSender(MessageHeader header, ReversePath reversePath) {
        if (header.from().stream().anyMatch(from -> SERVERS.contains(localPart(from)))) {
            return new Verdict(Classification.BOUNCE, "from a mail server");
        }
        return isServer(header) && AutomaticSubjects.isBounceOfServer(header.subject())
                ? new Verdict(Classification.BOUNCE, "from a postmaster, subject of a bounce")
                : null;
    }

    private static @Nullable Verdict vacationHeader(MessageHeader header, ReversePath reversePath) {
        for (MessageHeader.Field field : header.fields()) {
            String name = field.name().toLowerCase(Locale.ROOT);
            if (AUTO_REPLY_FIELDS.contains(name) && !lower(field.body()).equals("no")) {
                return new Verdict(Classification.AUTO_REPLY, field.name());
            }
        }
        String precedence = firstWord(header.field("Precedence"));
        if (precedence.equals("auto_reply") || precedence.equals("auto-reply") || precedence.equals("autoreply")) {
            return new Verdict(Classification.AUTO_REPLY, "Precedence: " + precedence);
        }
        return null;
    }

    /** RFC 5321 §4.5.5: only notifications have none, and nobody could be told what became of an answer. */
    private static @Nullable Verdict nullReversePath(MessageHeader header, ReversePath reversePath) {
        if (reversePath.mailbox().isPresent()) {
            return null;
        }
        return AutomaticSubjects.isAutoReply(header.subject())
                ? new Verdict(Classification.AUTO_REPLY, "null reverse-path, subject of an automatic answer")
                : new Verdict(Classification.BOUNCE, "null reverse-path");
    }

    private static @Nullable Verdict list(MessageHeader header, ReversePath reversePath) {
        for (String name : List.of("List-Id", "List-Post", "Mailing-List", "X-Mailing-List", "X-BeenThere")) {
            // RFC 2369 §3.4: "List-Post: NO" is still a list, one that only its owner writes to.
            if (header.field(name).isPresent()) {
                return new Verdict(Classification.LIST, name);
            }
        }
        if (header.field("List-Unsubscribe").isPresent()) {
            return new Verdict(Classification.BULK, "List-Unsubscribe");
        }
        return null;
    }

    private static @Nullable Verdict precedence(MessageHeader header, ReversePath reversePath) {
        String precedence = firstWord(header.field("Precedence"));
        return switch (precedence) {
            case "list" -> new Verdict(Classification.LIST, "Precedence: list");
            case "bulk", "junk" ->
                AutomaticSubjects.isBounceOfServer(header.subject())
                        ? new Verdict(Classification.BOUNCE, "Precedence: " + precedence + ", subject of a bounce")
                        : AutomaticSubjects.isAutoReply(header.subject())
                                ? new Verdict(
                                        Classification.AUTO_REPLY,
                                        "Precedence: " + precedence + ", subject of an answer")
                                : new Verdict(Classification.BULK, "Precedence: " + precedence);
            default -> null;
        };
    }

    /** MS-OXCMAIL: who asks not to be answered by programs is one, mostly. */
    private static @Nullable Verdict suppressesAnswers(MessageHeader header, ReversePath reversePath) {
        String suppressed = lower(header.field("X-Auto-Response-Suppress").orElse(null));
        boolean answers = suppressed.contains("all") || suppressed.contains("oof") || suppressed.contains("autoreply");
        return answers ? new Verdict(Classification.AUTO_REPLY, "X-Auto-Response-Suppress") : null;
    }

    private static @Nullable Verdict subject(MessageHeader header, ReversePath reversePath) {
        if (AutomaticSubjects.isAutoReply(header.subject())) {
            return new Verdict(Classification.AUTO_REPLY, "subject of an automatic answer");
        }
        return AutomaticSubjects.isBounce(header.subject())
                ? new Verdict(Classification.BOUNCE, "subject of a bounce")
                : null;
    }

    private static @Nullable Verdict takesNoAnswers(MessageHeader header, ReversePath reversePath) {
        return header.from().stream().map(MailClassifier::localPart).anyMatch(MailClassifier::isNoReply)
                ? new Verdict(Classification.BULK, "from an address that takes no answers")
                : null;
    }

    private static boolean isNoReply(String localPart) {
        String letters = localPart.replace("-", "").replace("_", "").replace(".", "");
        return letters.startsWith("noreply") || letters.startsWith("donotreply") || letters.startsWith("neverreply");
    }

    private static boolean isServer(MessageHeader header) {
        return header.from().stream().anyMatch(MailClassifier::isServer);
    }

    /** Whether it is a name under which mail servers speak. */
    static boolean isServer(Mailbox from) {
        String local = localPart(from);
        return SERVERS.contains(local) || POSTMASTERS.contains(local) || SERVER_NAMES.contains(lower(from.name()));
    }

    private static String localPart(Mailbox mailbox) {
        String address = mailbox.address();
        int at = address.lastIndexOf('@');
        return (at < 0 ? address : address.substring(0, at)).replace("\"", "").toLowerCase(Locale.ROOT);
    }

    private static HeaderParameters contentType(MessageHeader header) {
        return header.field("Content-Type").map(HeaderParameters::parse).orElse(HeaderParameters.NONE);
    }

    /** The value before parameters and comments (RFC 3834 §5). */
    private static String firstWord(Optional<String> body) {
        return body.map(text -> text.split("[;(\\s]", 2)[0])
                .map(MailClassifier::lower)
                .orElse("");
    }

    private static String lower(@Nullable String text) {
        return text == null ? "" : text.strip().toLowerCase(Locale.ROOT);
    }
}
