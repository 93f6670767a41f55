package org.chancery.smtpingest;

import java.io.IOException;
import org.chancery.core.mail.Arrival;
import org.chancery.core.mail.EmailAddress;
import org.chancery.smtpingest.wire.Reply;
import org.chancery.smtpingest.wire.Wire;

/** One mail transaction, from MAIL to the end of data (RFC 5321 §3.3). Used by the session's thread. */
sealed interface Transaction permits MailTransaction, SubmissionTransaction {

    /** Judges the argument of RCPT. */
    Reply recipient(EmailAddress recipient);

    boolean hasRecipients();

    /** Takes the content: answers 354, reads, and answers once more. */
    End data(Wire wire, Arrival arrival, Answers answers) throws IOException;

    /** What DATA came to. */
    enum End {
        /** The mail is ours. */
        ACCEPTED,
        /** The mail stays with the client. */
        REFUSED,
        /** There was no 354: the transaction is as it was, and DATA may be said again. */
        NOT_BEGUN
    }
}
