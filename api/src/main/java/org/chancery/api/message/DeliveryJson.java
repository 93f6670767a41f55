package org.chancery.api.message;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.chancery.api.http.Field;
import org.chancery.core.mail.TransportSecurity;
import org.chancery.core.mailbox.Message.RecipientStatus;
import org.jspecify.annotations.Nullable;

/** How far a mail came with one recipient. */
public record DeliveryJson(
        String address,
        @Field("pending, delivered, bounced or failed.") String status,

        @Field("What the peer said last about this recipient.") @Nullable
        String smtpReply,

        @Nullable Instant at,

        @Field(
                "How the conversation with the peer that said it was encrypted; null where it was not, or there was none.")
        @Nullable
        TlsJson tls,

        @Field(
                "What the destination's MTA-STS policy asks for (enforce, testing) and, after a colon, in what it was not met."
                        + " Null where it has none.")
        @Nullable
        String mtaSts) {

    /** Of the conversation in which the recipient's last result came about. */
    public record TlsJson(
            String protocol,
            String cipher,

            @Field("verified, or why the peer's certificate does not prove its name.") @Nullable
            String certificate) {

        static @Nullable TlsJson of(TransportSecurity security) {
            if (security.tls() == null) {
                return null;
            }
            String[] words = security.tls().split(" ", 2);
            return new TlsJson(words[0], words.length > 1 ? words[1] : "", security.certificate());
        }
    }

    static List<DeliveryJson> all(List<RecipientStatus> recipients) {
        return recipients.stream()
                .map(recipient -> new DeliveryJson(
                        recipient.address().toString(),
                        recipient.progress().name().toLowerCase(Locale.ROOT),
                        recipient.smtpReply(),
                        recipient.at(),
                        TlsJson.of(recipient.security()),
                        recipient.security().sts()))
                .toList();
    }
}
