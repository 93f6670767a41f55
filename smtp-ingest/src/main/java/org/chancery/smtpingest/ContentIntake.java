package org.chancery.smtpingest;

import java.io.IOException;
import org.chancery.core.spool.SpoolRefused;
import org.chancery.smtpingest.wire.DataReader;
import org.chancery.smtpingest.wire.Pace;
import org.chancery.smtpingest.wire.Reply;
import org.chancery.smtpingest.wire.Wire;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one mail's content from the wire and holds it against the limits.
 *
 * <p>What speaks against the mail is said at once, not at its end; what still comes of it is read and thrown away, so that
 * client and server stay in step and the session can go on.
 */
final class ContentIntake implements DataReader.Sink {
    private static final Logger LOG = LoggerFactory.getLogger(ContentIntake.class);

    /** Where the content goes. */
    @FunctionalInterface
    interface Target {
        /**
         * Keeps a piece.
         *
         * @throws SpoolRefused where it cannot be kept now
         */
        void write(byte[] bytes, int offset, int length);
    }

    private final SmtpConfig config;
    private final Target target;
    private final Answers answers;
    private final ReceivedCount received = new ReceivedCount();
    private long size;
    private long discarded;
    private boolean refused;

    ContentIntake(SmtpConfig config, Target target, Answers answers) {
        this.config = config;
        this.target = target;
        this.answers = answers;
    }

    /** Octets of the content so far, dot-stuffing undone. */
    long size() {
        return size;
    }

    /** Reads to the end of data. True where the target has all of it; otherwise the client has been told what is wrong. */
    boolean readFrom(Wire wire) throws IOException {
        var time = config.time();
        Pace pace = new Pace(System.nanoTime(), time.idle(), time.data(), time.minBytesPerSecond());
        DataReader.End end = new DataReader(wire, pace).readInto(this);
        wire.shrink();
        switch (end) {
            case COMPLETE -> {
                return !refused;
            }
            case BARE_LINE_END -> answers.answer(ReplyCodes.BARE_LINE_END);
            case STOPPED -> answers.answer(ReplyCodes.TOO_MUCH_AFTER_REFUSAL);
            case HUNG_UP ->
                LOG.info(
                        "client {} left within a mail, after {} octets",
                        wire.client().getHostAddress(),
                        size);
        }
        return false;
    }

    @Override
    public boolean take(byte[] bytes, int offset, int length) throws IOException {
        if (refused) {
            discarded += length;
            return discarded <= config.mail().maxMessage();
        }
        size += length;
        received.look(bytes, offset, length);
        if (size > config.mail().maxMessage()) {
            refuse(ReplyCodes.TOO_LARGE);
        } else if (received.count() > config.mail().maxReceived()) {
            refuse(ReplyCodes.LOOP);
        } else {
            keep(bytes, offset, length);
        }
        return true;
    }

    private void keep(byte[] bytes, int offset, int length) throws IOException {
        try {
            target.write(bytes, offset, length);
        } catch (SpoolRefused refusal) {
            LOG.warn("a mail's content was not kept: {}", refusal.refusal());
            refuse(ReplyCodes.notAdmitted(refusal.refusal()));
        } catch (RuntimeException e) {
            LOG.error("cannot keep a mail's content", e);
            refuse(ReplyCodes.LOCAL_ERROR);
        }
    }

    private void refuse(Reply reply) throws IOException {
        refused = true;
        answers.answer(reply);
    }
}
