/**
 * SMTP in: mail from strangers into the spool, mail from our users to the one door out.
 *
 * <p>Read a mail's way in this order: {@code SmtpIngest} (ports), {@code Listener} (connections), {@code SmtpSession}
 * (commands), {@code MailTransaction} or {@code SubmissionTransaction} (envelope and content), {@code ContentIntake} (limits
 * on the content), {@code wire.DataReader} (its end); {@code ReplyCodes} has every answer. SubEthaSMTP accepts
 * connections, gives each a thread, and calls a command for each verb; what passes over the wire does not pass through it
 * ({@code EngineSocket} says why). Depends on {@code core} and SubEthaSMTP.
 */
@NullMarked
package org.chancery.smtpingest;

import org.jspecify.annotations.NullMarked;
