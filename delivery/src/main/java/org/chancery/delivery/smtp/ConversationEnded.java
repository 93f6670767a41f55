package org.chancery.delivery.smtp;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The conversation with a host ended before its purpose: it could not be reached, refused to talk to us, hung up, fell
 * silent, or spoke something that is not SMTP. Always a matter of now: another host or a later attempt may do better.
 */
class ConversationEnded extends IOException {
    private static final long serialVersionUID = 1L;

    private final String reply;
    private final boolean peerSaid;

    private ConversationEnded(String reply, boolean peerSaid, @Nullable Throwable cause) {
        super(reply, cause);
        this.reply = reply;
        this.peerSaid = peerSaid;
    }

    /** The peer itself ended it, with this reply. */
    static ConversationEnded by(SmtpReply reply) {
        return new ConversationEnded(reply.text(), true, null);
    }

    /** It broke; the reply is ours, with the codes that a peer would use. */
    static ConversationEnded with(String reply, Throwable cause) {
        return new ConversationEnded(reply, false, cause);
    }

    static ConversationEnded with(String reply) {
        return new ConversationEnded(reply, false, null);
    }

    String reply() {
        return reply;
    }

    boolean peerSaid() {
        return peerSaid;
    }

    /** The peer's replies do not fit what it was asked: nobody knows any more which belongs to which. */
    static final class OutOfStep extends ConversationEnded {
        private static final long serialVersionUID = 1L;

        /** It gave a reply that cannot be one to what it was asked. */
        OutOfStep(SmtpReply reply) {
            super(reply.text(), true, null);
        }

        OutOfStep(String reply) {
            super(reply, false, null);
        }
    }

    /** STARTTLS was answered well and then no secured connection came of it. */
    static final class TlsFailed extends ConversationEnded {
        private static final long serialVersionUID = 1L;

        TlsFailed(String reply, Throwable cause) {
            super(reply, false, cause);
        }
    }
}
