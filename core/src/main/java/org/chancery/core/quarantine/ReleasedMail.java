package org.chancery.core.quarantine;

import java.io.InputStream;
import java.util.List;
import org.chancery.core.id.SpoolId;
import org.chancery.core.mail.Arrival;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.mail.Classification;
import org.chancery.core.mail.Envelope;
import org.chancery.core.mailbox.RawMailStore;
import org.chancery.core.spool.SpooledMail;

/**
 * A mail that a person let out of quarantine, as the pipeline takes it up again: for the one recipient whom it was held for,
 * under the spool id that it came with, and past the steps that were decided on.
 */
public final class ReleasedMail implements SpooledMail {
    private final HeldMail held;
    private final int attempt;
    private final RawMailStore raw;

    ReleasedMail(HeldMail held, int attempt, RawMailStore raw) {
        this.held = held;
        this.attempt = attempt;
        this.raw = raw;
    }

    @Override
    public SpoolId id() {
        return held.spool();
    }

    @Override
    public Envelope envelope() {
        return new Envelope(held.passage().reversePath(), List.of(held.passage().recipient()));
    }

    @Override
    public Arrival arrival() {
        return held.passage().arrival();
    }

    @Override
    public long size() {
        return held.raw().size();
    }

    @Override
    public int attempt() {
        return attempt;
    }

    @Override
    public InputStream open() {
        return raw.open(held.raw().digest());
    }

    /** What it was taken for when it came. */
    public Classification classification() {
        return held.passage().classification();
    }

    /** What was known of its sender when it came; DNS may say something else by now. */
    public AuthenticationResults authentication() {
        return held.passage().authentication();
    }

    /** What spoke against it, which a person has seen. */
    public Suspicion suspicion() {
        return held.suspicion();
    }
}
