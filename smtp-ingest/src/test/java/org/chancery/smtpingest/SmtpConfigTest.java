package org.chancery.smtpingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import java.time.Duration;
import java.util.OptionalInt;
import org.chancery.smtpingest.SmtpConfig.MailLimits;
import org.chancery.smtpingest.SmtpConfig.SessionLimits;
import org.chancery.smtpingest.SmtpConfig.TimeLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class SmtpConfigTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void defaults_are_those_of_the_documents() {
        assertEquals(new MailLimits(26_214_400, 100, 100), MailLimits.defaults());
        assertEquals(new SessionLimits(500, 60, 1000, 20, 3), SessionLimits.defaults());
        assertEquals(
                new TimeLimits(
                        Duration.ofMinutes(5),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(30),
                        Duration.ofMinutes(30),
                        1024),
                TimeLimits.defaults());
    }

    @Test
    void values_that_cannot_work_are_refused_by_name() {
        refused("max-message", () -> new MailLimits(1000, 100, 100));
        refused("max-message", () -> new MailLimits(2L << 30, 100, 100));
        refused("max-recipients", () -> new MailLimits(1 << 20, 0, 100));
        refused("max-received", () -> new MailLimits(1 << 20, 100, 0));
        refused("max-connections", () -> new SessionLimits(0, 1, 1, 1, 1));
        refused("max-connections-per-client", () -> new SessionLimits(1, 0, 1, 1, 1));
        refused("max-commands", () -> new SessionLimits(1, 1, 0, 1, 1));
        refused("max-errors", () -> new SessionLimits(1, 1, 1, 0, 1));
        refused("max-auth-failures", () -> new SessionLimits(1, 1, 1, 1, 0));
        refused("idle", () -> new TimeLimits(Duration.ZERO, MINUTE, MINUTE, MINUTE, MINUTE, 1));
        refused("idle-when-crowded", () -> new TimeLimits(MINUTE, Duration.ZERO, MINUTE, MINUTE, MINUTE, 1));
        refused("handshake", () -> new TimeLimits(MINUTE, MINUTE, Duration.ofSeconds(-1), MINUTE, MINUTE, 1));
        refused("data", () -> new TimeLimits(MINUTE, MINUTE, MINUTE, Duration.ZERO, MINUTE, 1));
        refused("without-mail", () -> new TimeLimits(MINUTE, MINUTE, MINUTE, MINUTE, Duration.ZERO, 1));
        refused("min-bytes-per-second", () -> new TimeLimits(MINUTE, MINUTE, MINUTE, MINUTE, MINUTE, 0));
        refused("port", () -> config(65_536, "mx.test", "ours.test"));
        refused("hostname", () -> config(0, "no host", "ours.test"));
        refused("postmaster domain", () -> config(0, "mx.test", ""));
    }

    private static SmtpConfig config(int port, String hostname, String postmasterDomain) {
        return new SmtpConfig(
                InetAddress.getLoopbackAddress(),
                port,
                OptionalInt.empty(),
                OptionalInt.empty(),
                hostname,
                postmasterDomain,
                MailLimits.defaults(),
                SessionLimits.defaults(),
                TimeLimits.defaults());
    }

    private static void refused(String name, Executable making) {
        var e = assertThrows(IllegalArgumentException.class, making);
        assertEquals(
                "smtp: " + name + " must be", String.valueOf(e.getMessage()).replaceFirst("(must be).*", "$1"));
    }
}
