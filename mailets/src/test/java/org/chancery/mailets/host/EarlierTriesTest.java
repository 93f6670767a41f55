package org.chancery.mailets.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.Envelope;
import org.chancery.mailets.Found;
import org.chancery.mailets.host.InboundProcessor.Failure;
import org.chancery.mailets.testing.TestMail;
import org.junit.jupiter.api.Test;

class EarlierTriesTest {
    private static final Failure FAILURE = new Failure("a trace", "a step broke", List.of());

    private final EarlierTries earlier = new EarlierTries();
    private final TestMail here = TestMail.to("ann@here.example");

    /** The same mail, let out of quarantine for somebody else. */
    private final TestMail there = new TestMail(
            here.id(),
            new Envelope(here.envelope().reversePath(), List.of(EmailAddress.of("bob@there.example"))),
            here.arrival(),
            here.size(),
            here.attempt(),
            here.bytes());

    @Test
    void a_mail_that_goes_two_ways_tells_neither_of_the_others_failures() {
        earlier.failed(here, FAILURE);
        assertEquals(List.of(FAILURE), earlier.failures(here));
        assertEquals(List.of(), earlier.failures(there));
        earlier.forget(there);
        assertEquals(List.of(FAILURE), earlier.failures(here));
    }

    @Test
    void nor_what_was_found_out_on_it() {
        Found found = new Found();
        earlier.waits(here, found);
        assertSame(found, earlier.found(here.withAttempt(2)));
        assertNotSame(found, earlier.found(there));
    }
}
