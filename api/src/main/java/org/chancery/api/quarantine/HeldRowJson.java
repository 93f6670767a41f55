package org.chancery.api.quarantine;

import java.time.Instant;
import java.util.List;
import org.chancery.api.http.Field;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.quarantine.HeldMail;
import org.chancery.core.quarantine.QuarantineView.Row;
import org.jspecify.annotations.Nullable;

/** A mail in the quarantine queue. */
public record HeldRowJson(
        @Field("The quarantine id, which is no email_message_id.")
        String id,

        @Field("dangerous_attachment, auth_failed, phishing, unknown_sender or spam_threshold.")
        String reason,

        String fromAddr,
        List<String> toAddrs,
        String subject,

        @Field(
                "5 is probably spam, 15 certainly; null where it could not be found out, and where the mail was held before it was scored, as it is for dangerous_attachment, auth_failed and phishing.")
        @Nullable
        Double spamScore,

        String endpointId,
        String endpointLocalpart,
        Instant occurredAt) {

    public static HeldRowJson of(Row row) {
        HeldMail mail = row.mail();
        return new HeldRowJson(
                mail.id().text(),
                mail.suspicion().reason().text(),
                mail.from().address(),
                recipients(mail),
                mail.shown().subject(),
                mail.suspicion().spamScore(),
                row.endpoint().id().text(),
                row.endpoint().localPart(),
                mail.arrivedAt());
    }

    /** Whom it is to; a mail whose header names nobody came by its envelope. */
    static List<String> recipients(HeldMail mail) {
        List<String> named = mail.shown().to().stream().map(Mailbox::address).toList();
        return named.isEmpty() ? List.of(mail.passage().recipient().toString()) : named;
    }
}
