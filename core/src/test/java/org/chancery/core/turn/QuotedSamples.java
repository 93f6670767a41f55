package org.chancery.core.turn;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.SpoolId;
import org.chancery.core.id.ThreadId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.mail.Classification;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.mail.ReversePath;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.MessageFacts;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.mailbox.ThreadReader.Said;
import org.chancery.core.mailbox.ThreadReader.Story;

/** Threads of one mail. */
final class QuotedSamples {
    private static final Instant NOW = Instant.parse("2026-03-02T09:30:00Z");

    private QuotedSamples() {}

    static Story story(String text) {
        return story(text, "A question", "ada@customer.example");
    }

    static Story story(String text, String subject, String from) {
        MessageFacts facts = new MessageFacts(
                MessageId.at(NOW),
                WorkspaceId.at(NOW),
                EndpointId.at(NOW),
                ThreadId.at(NOW),
                new Mailbox(null, from),
                List.of(),
                List.of(),
                List.of(),
                subject,
                null,
                RawDigest.of(UUID.randomUUID().toString().getBytes(java.nio.charset.StandardCharsets.US_ASCII)),
                10,
                NOW);
        Inbound mail = new Inbound(
                facts,
                HandlingState.ROUTED,
                "",
                SpoolId.at(NOW),
                EmailAddress.of("sales@acme.example"),
                ReversePath.of(EmailAddress.of("ada@customer.example")),
                Classification.HUMAN,
                AuthenticationResults.NONE,
                null);
        return new Story(new Said(mail, text), List.of(), 0);
    }
}
