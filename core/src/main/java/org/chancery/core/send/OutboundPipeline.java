package org.chancery.core.send;

import org.chancery.core.id.ApprovalId;
import org.chancery.core.id.MessageId;
import org.chancery.core.mail.Envelope;

/**
 * The outbound processor: every mail that leaves passes it in its sender's thread, so that HTTP and SMTP can answer with
 * what it decided.
 */
public interface OutboundPipeline {

    /**
     * A composed mail on its way through the processor.
     *
     * @param candidate what our own steps look at
     * @param raw the composed bytes
     */
    record Passage(Candidate candidate, Envelope envelope, byte[] raw) {}

    /**
     * What came of it.
     *
     * @throws org.chancery.core.fault.CallerFault where a step refused it
     */
    Outcome pass(Passage passage);

    /** How a mail left the processor. */
    sealed interface Outcome {
        /** Queued, durably. */
        record Queued() implements Outcome {}

        /** Kept until its time comes, durably. */
        record Scheduled() implements Outcome {}

        /** Kept for a person, durably, as that message; a draft that waited already took up the new text. */
        record Drafted(MessageId message, String reason) implements Outcome {}

        /** Held until people approve it, durably. */
        record Held(ApprovalId approval, String reason) implements Outcome {}

        /** Refused; nothing was kept. */
        record Denied(String code, String reason) implements Outcome {}
    }
}
