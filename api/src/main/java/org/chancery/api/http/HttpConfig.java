package org.chancery.api.http;

import java.time.Duration;

/**
 * How the HTTP server listens and how much it takes.
 *
 * @param bind {@code http.bind}: the address to listen on
 * @param port {@code http.port}: 0 means any free one
 * @param maxBody octets of a request with attachments
 * @param largeBodiesAtOnce how many requests of more than a mebibyte are worked on at a time
 * @param maxConnections open connections; more wait in the backlog of the socket
 * @param idleTimeout after which a connection on which nothing happens is closed; longer than the longest wait for events
 * @param trustedProxies {@code http.trusted-proxies}: who is believed when they say from where a call comes
 */
public record HttpConfig(
        String bind,
        int port,
        long maxBody,
        int largeBodiesAtOnce,
        int maxConnections,
        Duration idleTimeout,
        TrustedProxies trustedProxies) {

    private static final int DEFAULT_CONNECTIONS = 2_000;
    private static final Duration DEFAULT_IDLE_TIMEOUT = Duration.ofSeconds(60);

    /** What a request has beside its attachments. */
    private static final long BESIDE_ATTACHMENTS = 1 << 20;

    /** A request with attachments is in memory about four times: as JSON, decoded, encoded anew, composed. */
    private static final int COPIES = 4;

    public HttpConfig {
        if (bind.isBlank()) {
            throw new IllegalArgumentException("http.bind must name an address, such as 127.0.0.1");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("http.port must be from 0 to 65535, but is " + port);
        }
        if (maxBody < 1 || maxBody > Integer.MAX_VALUE - 8 || largeBodiesAtOnce < 1 || maxConnections < 1) {
            throw new IllegalArgumentException("limits of HTTP must be positive, and bodies below 2 GiB");
        }
    }

    /**
     * The configuration of a server that takes mails up to a size.
     *
     * @param maxMessage octets, {@code smtp.max-message}; attachments take a third more in base64
     * @param maxHeap octets of the Java heap, of which big requests may take a quarter
     */
    public static HttpConfig of(String bind, int port, long maxMessage, long maxHeap) {
        long maxBody = Math.min(maxMessage * 4 / 3 + BESIDE_ATTACHMENTS, Integer.MAX_VALUE - 8L);
        int atOnce = (int) Math.clamp(maxHeap / 4 / (maxBody * COPIES), 1, 16);
        return new HttpConfig(
                bind, port, maxBody, atOnce, DEFAULT_CONNECTIONS, DEFAULT_IDLE_TIMEOUT, TrustedProxies.LOOPBACK);
    }

    /** The same behind those proxies. */
    public HttpConfig behind(TrustedProxies proxies) {
        return new HttpConfig(bind, port, maxBody, largeBodiesAtOnce, maxConnections, idleTimeout, proxies);
    }
}
