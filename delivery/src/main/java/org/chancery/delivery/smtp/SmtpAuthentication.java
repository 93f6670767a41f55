package org.chancery.delivery.smtp;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.chancery.delivery.smtp.DeliveryConfig.Credentials;
import org.jspecify.annotations.Nullable;

/**
 * The AUTH command (RFC 4954) with PLAIN (RFC 4616), LOGIN (never a standard, everywhere) or CRAM-MD5 (RFC 2195), in this
 * order of preference: within TLS the simplest is the best, for the others make the relay keep passwords in clear.
 */
final class SmtpAuthentication {
    private final SmtpConnection connection;
    private final Credentials credentials;
    private final Duration limit;

    SmtpAuthentication(SmtpConnection connection, Credentials credentials, Duration limit) {
        this.connection = connection;
        this.credentials = credentials;
        this.limit = limit;
    }

    /** RFC 4954 §4, §9: only where nobody can read along, which is within TLS and within this machine. */
    static boolean mayShowPassword(@Nullable String tls, InetAddress peer) {
        return tls != null || peer.isLoopbackAddress();
    }

    /** @throws ConversationEnded where the relay does not let us in; a matter of now, since an operator can mend it */
    void with(Set<String> mechanisms) throws ConversationEnded {
        SmtpReply reply;
        if (mechanisms.contains("PLAIN")) {
            reply = plain();
        } else if (mechanisms.contains("LOGIN")) {
            reply = login();
        } else if (mechanisms.contains("CRAM-MD5")) {
            reply = cramMd5();
        } else {
            throw ConversationEnded.with(
                    "454 4.7.0 " + connection.hop() + " offers none of AUTH PLAIN, LOGIN and CRAM-MD5");
        }
        if (!reply.isPositive()) {
            throw ConversationEnded.by(reply);
        }
    }

    // RFC 4954 §4: the first answer travels with the command.
    private SmtpReply plain() throws ConversationEnded {
        return exchange("AUTH PLAIN " + encoded("\0" + credentials.user() + "\0" + credentials.password()));
    }

    private SmtpReply login() throws ConversationEnded {
        SmtpReply prompt = exchange("AUTH LOGIN");
        if (!prompt.isIntermediate()) {
            return prompt;
        }
        prompt = exchange(encoded(credentials.user()));
        return prompt.isIntermediate() ? exchange(encoded(credentials.password())) : prompt;
    }

    private SmtpReply cramMd5() throws ConversationEnded {
        SmtpReply challenge = exchange("AUTH CRAM-MD5");
        if (!challenge.isIntermediate()) {
            return challenge;
        }
        try {
            byte[] bytes =
                    Base64.getDecoder().decode(challenge.lines().getFirst().strip());
            Mac mac = Mac.getInstance("HmacMD5");
            mac.init(new SecretKeySpec(credentials.password().getBytes(StandardCharsets.UTF_8), "HmacMD5"));
            return exchange(encoded(credentials.user() + " " + HexFormat.of().formatHex(mac.doFinal(bytes))));
        } catch (IllegalArgumentException notBase64) {
            throw ConversationEnded.with("451 4.5.0 " + connection.hop() + " gave no challenge to AUTH", notBase64);
        } catch (GeneralSecurityException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    private SmtpReply exchange(String line) throws ConversationEnded {
        connection.saySecret(line, "AUTH");
        return connection.reply(limit);
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
