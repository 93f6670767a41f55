package org.chancery.core.webhook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.chancery.core.access.WebhookSecret;

/** The signature of Standard Webhooks, version 1: HMAC-SHA256 over id, time and body, joined by full stops. */
public final class WebhookSignature {
    private WebhookSignature() {}

    /**
     * The value of the header field {@code webhook-signature}.
     *
     * @param timestamp seconds since 1970, as in {@code webhook-timestamp}
     */
    public static String of(WebhookSecret secret, String id, long timestamp, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.key(), "HmacSHA256"));
            mac.update((id + '.' + timestamp + '.').getBytes(StandardCharsets.UTF_8));
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
