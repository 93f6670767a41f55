package org.chancery.delivery.chat;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;

/**
 * Where the model is ({@code model.…}).
 *
 * @param baseUrl to which {@code /chat/completions} is added
 * @param timeout for a whole question and its answer
 * @param maxOutputTokens that an answer may have
 */
public record ChatConfig(URI baseUrl, String name, ApiKey key, Duration timeout, int maxOutputTokens) {

    /** Longer than any lease is good for, and than any person wants to wait. */
    public static final Duration MAX_TIMEOUT = Duration.ofMinutes(5);

    /** A secret that does not print. */
    public record ApiKey(String text) {
        @Override
        public String toString() {
            return "ApiKey[hidden]";
        }
    }

    public ChatConfig {
        if (name.isBlank()) {
            throw new IllegalArgumentException("model.name is empty; model.base-url needs it");
        }
        if (timeout.compareTo(MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException("model.timeout must not be longer than 5m");
        }
    }

    /** Reads a base URL. */
    public static URI baseUrl(String text) {
        try {
            URI uri = new URI(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
            boolean isWeb = "https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme());
            if (isWeb
                    && uri.getHost() != null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null
                    && uri.getRawUserInfo() == null) {
                return uri;
            }
        } catch (URISyntaxException notAUrl) {
            // falls through to the explanation
        }
        throw new IllegalArgumentException("must be a URL such as https://models.example/v1, without user and query");
    }

    URI completions() {
        return URI.create(baseUrl + "/chat/completions");
    }
}
