package org.chancery.smtpingest;

import java.io.IOException;
import java.time.Duration;
import org.chancery.core.access.TokenGuard;
import org.chancery.smtpingest.wire.ScriptedSocket;
import org.chancery.smtpingest.wire.Wire;

/** A session with a client whose every word is known before, without network and engine. */
final class ScriptedSession {
    final TestSpool spool = new TestSpool();
    final TestCore core = new TestCore();
    final SubmissionMemory memory = SubmissionMemory.of(1L << 30, TestServer.MAIL.maxMessage());
    private final SmtpConfig config = TestServer.config(TestServer.MAIL, TestServer.SESSION, TestServer.TIME);

    /** Lets the client speak to the end, and gives all that the server said. */
    String hold(Service service, ScriptedSocket client) throws IOException {
        Surroundings surroundings = new Surroundings(
                config,
                TestServer.tls(),
                core.with(spool),
                new SmtpFigures(),
                new TokenGuard(SubmissionAuth.LIMITS),
                memory,
                TestServer.CLOCK);
        Wire wire = new Wire(client, Duration.ofMinutes(1));
        SmtpSession session = new SmtpSession(surroundings, service, wire);
        while (session.nextVerb().isPresent()) {
            session.obey();
        }
        session.end();
        return client.written();
    }
}
