package org.chancery.delivery.spam;

import java.net.URI;
import java.time.Duration;
import org.chancery.core.screening.WhenAway;
import org.jspecify.annotations.Nullable;

/**
 * How Rspamd is reached.
 *
 * @param scan its normal worker, such as {@code http://127.0.0.1:11333}
 * @param whenAway what becomes of mail while it does not answer
 * @param learning null where decisions are not told to it
 */
public record RspamdConfig(
        URI scan, WhenAway whenAway, @Nullable Learning learning, Limits limits) {
    /** Mails that it is asked about at once, and one more for those that are tried again. */
    public static final int AT_ONCE = 8;

    /**
     * From the connection to the end of the answer.
     *
     * @param mail for one mail
     * @param proof for the harmless mail that tells whether it is well
     */
    public record Limits(Duration mail, Duration proof) {
        /** Rspamd gives itself 8 seconds for a mail; the rest is for sending it. */
        public static final Limits DEFAULT = new Limits(Duration.ofSeconds(20), Duration.ofSeconds(20));
    }

    /**
     * Where people's decisions are told.
     *
     * @param controller its controller worker, such as {@code http://127.0.0.1:11334}
     * @param password of the controller; empty where it asks for none
     */
    public record Learning(URI controller, String password) {
        @Override
        public String toString() {
            return "Learning[" + controller + "]";
        }
    }
}
