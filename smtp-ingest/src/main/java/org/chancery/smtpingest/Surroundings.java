package org.chancery.smtpingest;

import java.time.Clock;
import org.chancery.smtpingest.tls.TlsMaterial;

/** What all sessions share. */
record Surroundings(
        SmtpConfig config,
        TlsMaterial tls,
        CorePorts core,
        SmtpFigures figures,
        AuthBackoff backoff,
        SubmissionMemory memory,
        Clock clock) {}
