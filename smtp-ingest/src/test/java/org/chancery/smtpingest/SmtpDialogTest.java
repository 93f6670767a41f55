package org.chancery.smtpingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.chancery.testkit.smtp.SmtpDialog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A dialog that cannot fail would prove nothing. */
class SmtpDialogTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    /** A server that gives up, so that a dialog which waits for it need not. */
    private static final SmtpConfig.TimeLimits IMPATIENT =
            new SmtpConfig.TimeLimits(Duration.ofSeconds(3), LONG, LONG, LONG, LONG, 1);

    private static void play(String text) throws IOException {
        try (TestServer server = TestServer.start(TestServer.MAIL, TestServer.SESSION, IMPATIENT)) {
            SmtpDialog.of("test", text).play(new Stage(server), Integer.MAX_VALUE);
        }
    }

    @Test
    void a_dialog_that_goes_as_written_passes() throws IOException {
        play("PORT mx\nS: 220 * ESMTP *\nC| NO\\x4fP\\r\\n\nS: 250 2.0.0 ok\nC: QUIT\nS+ 221*\nEND\nCHECK true");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "S: 220 *",
                "PORT nowhere",
                "PORT mx\nS: 221 *",
                "PORT mx\nS: 220",
                "PORT mx\nS: 220 *\nC: NOOP\nEND",
                "PORT mx\nS: 220 *\nC: QUIT\nS: 221 *\nS: 250 *",
                "PORT mx\nTLS",
                "PORT mx\nS: 220 *\nC| \\q\nS: 250 *",
                "CHECK false",
                "NONSENSE"
            })
    void a_dialog_that_goes_otherwise_fails_and_names_its_line(String text) {
        var e = assertThrows(AssertionError.class, () -> play(text));
        assertEquals("test line ", String.valueOf(e.getMessage()).substring(0, 10));
    }

    private record Stage(TestServer server) implements SmtpDialog.Stage {
        @Override
        public Map<String, Integer> ports() {
            return server.ports();
        }

        @Override
        public void check(String claim) {
            if (!claim.equals("true")) {
                throw new AssertionError(claim);
            }
        }
    }
}
