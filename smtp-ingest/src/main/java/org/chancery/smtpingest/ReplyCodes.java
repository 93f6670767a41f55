package org.chancery.smtpingest;

import java.util.List;
import org.chancery.core.endpoint.RecipientLookup.Destination;
import org.chancery.core.id.SpoolId;
import org.chancery.core.send.SubmissionDoor.Submitted;
import org.chancery.core.spool.Admission;
import org.chancery.smtpingest.wire.Reply;

/**
 * Every reply that we give: 4yz for what may go well later, 5yz for what will not (RFC 5321 §4.2.1), with the enhanced code
 * of RFC 3463. The wording is for strangers and reveals nothing inside; what the operator has to know is in the log.
 */
final class ReplyCodes {
    static final Reply OK = Reply.of(250, "2.0.0", "ok");
    static final Reply BYE = Reply.of(221, "2.0.0", "bye").closing();
    static final Reply SENDER_OK = Reply.of(250, "2.1.0", "sender ok");
    static final Reply RECIPIENT_OK = Reply.of(250, "2.1.5", "recipient ok");
    static final Reply START_MAIL = Reply.bare(354, List.of("end with <CRLF>.<CRLF>"));
    static final Reply START_TLS = Reply.bare(220, List.of("2.0.0 go ahead"));
    static final Reply AUTHENTICATED = Reply.of(235, "2.7.0", "authenticated");
    // RFC 5321 §3.5.3: we neither confirm nor deny, so that addresses cannot be harvested.
    static final Reply NOT_VERIFIED = Reply.of(252, "2.0.0", "send a mail and see");
    static final Reply HELP = Reply.lines(
            214,
            "2.0.0",
            List.of("EHLO HELO STARTTLS AUTH MAIL RCPT DATA", "RSET NOOP VRFY HELP QUIT", "see RFC 5321 and RFC 6409"));

    static final Reply UNKNOWN_COMMAND = Reply.of(500, "5.5.2", "command not recognised");
    static final Reply LINE_TOO_LONG = Reply.of(500, "5.5.2", "line too long").closing();
    static final Reply BAD_ARGUMENT = Reply.of(501, "5.5.4", "syntax error in the argument");
    static final Reply NOT_OFFERED = Reply.of(502, "5.5.1", "not offered here");
    static final Reply OUT_OF_SEQUENCE = Reply.of(503, "5.5.1", "not now: bad sequence of commands");
    static final Reply NO_RECIPIENTS = Reply.of(554, "5.5.1", "no valid recipients");
    static final Reply UNKNOWN_PARAMETER = Reply.of(555, "5.5.4", "parameter not recognised");

    static final Reply BAD_SENDER = Reply.of(501, "5.1.7", "that is no mailbox a bounce could be sent to");
    static final Reply BAD_RECIPIENT = Reply.of(501, "5.1.3", "that is no mailbox");
    // RFC 6531 §3.5.
    static final Reply NEEDS_SMTPUTF8 = Reply.of(553, "5.6.7", "say SMTPUTF8 for such an address");
    static final Reply TOO_MANY_RECIPIENTS =
            Reply.of(452, "4.5.3", "too many recipients; send the others a mail of their own");
    static final Reply SENDER_NOT_ALLOWED = Reply.of(550, "5.7.1", "that is not an address of yours");

    static final Reply TOO_LARGE = Reply.of(552, "5.3.4", "the mail is larger than we take");
    static final Reply LOOP = Reply.of(554, "5.4.6", "too many hops: the mail runs in a loop");
    static final Reply BARE_LINE_END =
            Reply.of(554, "5.6.0", "bare CR or LF (RFC 5321 section 2.3.8)").closing();
    static final Reply LOCAL_ERROR = Reply.of(451, "4.3.0", "local error; try again later");

    static final Reply AUTH_REQUIRED = Reply.of(530, "5.7.0", "authenticate first");
    static final Reply TLS_REQUIRED = Reply.of(530, "5.7.0", "start TLS and authenticate first");
    static final Reply AUTH_NEEDS_TLS = Reply.of(538, "5.7.11", "start TLS first: a token is not sent in the clear");
    static final Reply AUTH_UNKNOWN_MECHANISM = Reply.of(504, "5.5.4", "PLAIN and LOGIN are offered");
    static final Reply AUTH_CANCELLED = Reply.of(501, "5.7.0", "authentication cancelled");
    static final Reply AUTH_NOT_BASE64 = Reply.of(501, "5.5.2", "that is not base64");
    static final Reply AUTH_INVALID = Reply.of(535, "5.7.8", "user name and token do not match or are not valid");
    static final Reply AUTH_SCOPE = Reply.of(535, "5.7.8", "the token has no scope email:send");
    // RFC 4954 §6: 530 answers any command that needs an authentication which there is not (any more).
    static final Reply TOKEN_ENDED = Reply.of(530, "5.7.8", "the token is not valid any more; authenticate again");
    static final Reply AUTH_AWAY = Reply.of(454, "4.7.0", "cannot be checked now; try again later");
    static final Reply AUTH_TOO_OFTEN = Reply.of(454, "4.7.0", "too many failed attempts; try again later");
    static final Reply AUTH_ENOUGH =
            Reply.of(421, "4.7.0", "too many failed attempts").closing();

    static final Reply TOO_MANY_CONNECTIONS =
            Reply.of(421, "4.7.0", "too many connections; try again later").closing();
    static final Reply TOO_MANY_FROM_CLIENT = Reply.of(421, "4.7.0", "too many connections from you; try again later")
            .closing();
    static final Reply TOO_MANY_COMMANDS =
            Reply.of(421, "4.7.0", "too many commands without a mail").closing();
    static final Reply TOO_MANY_ERRORS =
            Reply.of(421, "4.7.0", "too many errors").closing();
    static final Reply TOO_MUCH_AFTER_REFUSAL =
            Reply.of(421, "4.7.0", "the mail was refused and does not end").closing();
    static final Reply TOO_SLOW = Reply.of(421, "4.4.2", "waited too long").closing();
    static final Reply TOO_LONG_WITHOUT_MAIL =
            Reply.of(421, "4.7.0", "too long without a mail").closing();
    static final Reply STOPPING =
            Reply.of(421, "4.3.2", "going down; try again later").closing();

    private ReplyCodes() {}

    /** To RCPT on the MX port. */
    static Reply recipient(Destination destination) {
        return switch (destination) {
            case Destination.Hosted ignored -> RECIPIENT_OK;
            case Destination.Admins ignored -> RECIPIENT_OK;
            case Destination.ReturnPath ignored -> RECIPIENT_OK;
            case Destination.Disabled ignored -> Reply.of(450, "4.2.1", "the mailbox is switched off for now");
            case Destination.Unknown ignored -> Reply.of(550, "5.1.1", "no such mailbox");
            case Destination.Foreign ignored -> Reply.of(550, "5.7.1", "relaying denied");
            case Destination.Away ignored -> LOCAL_ERROR;
        };
    }

    /** Where the spool takes no mail. Why is for the operator, but for the one reason which ends the session. */
    static Reply notAdmitted(Admission.Refused refused) {
        return switch (refused.reason()) {
            case STOPPING -> STOPPING;
            case BACKLOG, DISK, BROKEN -> Reply.of(452, "4.3.1", "mail system full; try again later");
        };
    }

    static Reply accepted(SpoolId id) {
        return Reply.of(250, "2.0.0", "accepted as " + id.text());
    }

    /** To the end of data of a submitted mail. */
    static Reply submitted(Submitted submitted) {
        return switch (submitted) {
            case Submitted.Queued queued ->
                Reply.of(250, "2.0.0", "queued as " + queued.message().text());
            case Submitted.Draft draft ->
                Reply.of(
                        250,
                        "2.0.0",
                        "kept as draft for review, " + draft.message().text());
            case Submitted.Held held ->
                Reply.of(
                        250,
                        "2.0.0",
                        "held for approval " + held.approval().text() + ", as "
                                + held.message().text());
            case Submitted.Refused refused -> Reply.of(550, refused.enhancedStatus(), refused.text());
            // RFC 3463 §3.8: refused by policy, and for now.
            case Submitted.Later later -> Reply.of(451, "4.7.1", later.text());
            case Submitted.Away ignored -> LOCAL_ERROR;
        };
    }
}
