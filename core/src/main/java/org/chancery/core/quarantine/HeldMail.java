package org.chancery.core.quarantine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.QuarantineId;
import org.chancery.core.id.SpoolId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.Arrival;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.mail.Classification;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.mail.MessageHeader;
import org.chancery.core.mail.ReversePath;
import org.chancery.core.mailbox.RawDigest;

/**
 * What is kept of a mail in quarantine: all that is shown of it in a list, and all that the pipeline needs to take it up again
 * as it came. The mail itself stays in the raw-mail store.
 *
 * @param endpoint the mailbox that it would have gone into
 */
public record HeldMail(
        QuarantineId id,
        WorkspaceId workspace,
        EndpointId endpoint,
        Suspicion suspicion,
        Passage passage,
        Shown shown,
        Raw raw) {

    /**
     * How it came.
     *
     * @param recipient the envelope recipient that brought it to this endpoint
     */
    public record Passage(
            SpoolId spool,
            Arrival arrival,
            ReversePath reversePath,
            EmailAddress recipient,
            Classification classification,
            AuthenticationResults authentication) {}

    /**
     * What its header says, as a stranger wrote it.
     *
     * @param originators who stands in {@code From}, in all fields of that name
     */
    public record Shown(List<Mailbox> originators, List<Mailbox> to, String subject) {
        public Shown {
            originators = List.copyOf(originators);
            to = List.copyOf(to);
        }

        static Shown of(MessageHeader header) {
            List<Mailbox> originators = new ArrayList<>(header.from());
            if (header.count("From") > 1) {
                originators.add(new Mailbox(null, "(a second From field)"));
            }
            return new Shown(originators, header.to(), header.subject());
        }

        /** The one address that the mail names as its sender; empty where there is none or several. */
        public Optional<EmailAddress> named() {
            return originators.size() == 1 ? originators.getFirst().emailAddress() : Optional.empty();
        }
    }

    /** Where its bytes are. */
    public record Raw(RawDigest digest, long size) {}

    public SpoolId spool() {
        return passage.spool();
    }

    public Instant arrivedAt() {
        return passage.arrival().at();
    }

    /** Whom the mail says it is from, for people; the reverse-path where it names nobody. */
    public Mailbox from() {
        return shown.originators().stream()
                .findFirst()
                .or(() -> passage.reversePath().mailbox().map(Mailbox::of))
                .orElse(new Mailbox(null, ""));
    }
}
