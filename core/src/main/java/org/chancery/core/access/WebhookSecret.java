package org.chancery.core.access;

import java.security.SecureRandom;
import java.util.Base64;

/**
 * What an agent's webhook calls are signed with, spelled as Standard Webhooks asks: {@code whsec_} and base 64. Shown once;
 * kept sealed, for unlike a token's secret it is needed in clear again.
 */
public final class WebhookSecret {
    private static final String PREFIX = "whsec_";

    /** Standard Webhooks asks for 24 to 64 octets. */
    private static final int OCTETS = 32;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final byte[] key;

    private WebhookSecret(byte[] key) {
        this.key = key;
    }

    /** A fresh one. */
    public static WebhookSecret generate() {
        byte[] key = new byte[OCTETS];
        RANDOM.nextBytes(key);
        return new WebhookSecret(key);
    }

    /** One that was kept. */
    public static WebhookSecret of(byte[] key) {
        return new WebhookSecret(key.clone());
    }

    /** The octets that sign. */
    public byte[] key() {
        return key.clone();
    }

    /** The secret itself: for the one answer in which it is shown. */
    public String reveal() {
        return PREFIX + Base64.getEncoder().encodeToString(key);
    }

    /** Never the secret. */
    @Override
    public String toString() {
        return "WebhookSecret[hidden]";
    }
}
