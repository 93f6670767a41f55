package org.chancery.mailets.screening;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import jakarta.mail.MessagingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.apache.james.server.core.MailImpl;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.EndpointId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.screening.Signal;
import org.chancery.core.screening.SpamScorer;
import org.chancery.mailets.Found;
import org.chancery.mailets.MailAddresses;
import org.chancery.mailets.MailAttributes;
import org.chancery.mailets.Received;
import org.chancery.mailets.testing.TestMail;
import org.chancery.mailets.testing.TestMailbox;
import org.junit.jupiter.api.Test;

class SpamScoreTest {
    private static final org.chancery.core.screening.SpamScore FOUND =
            org.chancery.core.screening.SpamScore.of(List.of(new Signal("shouts", 3, "")));
    private static final SpamScorer SCORER = (mail, destinations) ->
            destinations.stream().collect(Collectors.toMap(SpamScorer.Destination::recipient, destination -> FOUND));

    private final TestMailbox mailbox = new TestMailbox();
    private final SpamFigures figures = new SpamFigures();
    private final Found found = new Found();

    /** One try of the mail; what an earlier one found out is known. */
    private void service(TestMail mail, SpamScore step) throws MessagingException {
        MailImpl james = MailImpl.builder()
                .name("a mail")
                .sender(MailAddresses.toJames(mail.envelope().reversePath()))
                .addRecipients(MailAddresses.toJames(mail.envelope().recipients()))
                .build();
        james.setAttribute(MailAttributes.of(new Received(mail, RawDigest.of(new byte[0]), found)));
        step.service(james);
    }

    @Test
    void scores_that_could_not_be_kept_are_kept_at_the_next_try() throws MessagingException {
        AtomicBoolean isAway = new AtomicBoolean(true);
        List<Map<EndpointId, org.chancery.core.screening.SpamScore>> kept = new ArrayList<>();
        SpamScore step = new SpamScore(
                new SpamScore.Scoring(
                        SCORER,
                        (mail, scores) -> {
                            if (isAway.get()) {
                                throw new Unavailable("the database is away", null);
                            }
                            kept.add(scores);
                        },
                        figures),
                mailbox::resolve);
        TestMail mail = TestMail.to("a@here.test");
        assertThrows(Unavailable.class, () -> service(mail, step));

        isAway.set(false);
        service(mail, step);
        service(mail, step);

        EndpointId endpoint = mailbox.resolve(EmailAddress.of("a@here.test")).endpoint();
        assertEquals(List.of(Map.of(endpoint, FOUND)), kept);
        assertEquals(1, figures.scored());
    }
}
