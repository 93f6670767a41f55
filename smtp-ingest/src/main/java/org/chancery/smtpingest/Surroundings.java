package org.chancery.smtpingest;

import java.time.Clock;
import org.chancery.core.access.TokenGuard;
import org.chancery.smtpingest.tls.TlsMaterial;

/** What all sessions share. */
record Surroundings(
        SmtpConfig config,
        TlsMaterial tls,
        CorePorts core,
        SmtpFigures figures,
        TokenGuard guard,
        SubmissionMemory memory,
        Clock clock) {}
