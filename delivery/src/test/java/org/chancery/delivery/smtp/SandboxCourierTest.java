package org.chancery.delivery.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.queue.Attempt;
import org.chancery.core.queue.Attempt.Result;
import org.junit.jupiter.api.Test;

class SandboxCourierTest {

    @Test
    void everybody_is_delivered_to_and_nobody_spoken_to() {
        TestMails mails = new TestMails();
        RawDigest raw = mails.add("Subject: x\r\n\r\n");
        Attempt attempt = new SandboxCourier(mails, Couriers.CLOCK)
                .deliver(new Couriers().job(raw, "alice@example.com", "bob@example.com"), Couriers.UNWATCHED);

        String reply = "250 2.0.0 kept in the sandbox, nothing was sent";
        assertEquals(
                List.of(
                        new Result.Delivered(EmailAddress.of("alice@example.com"), reply),
                        new Result.Delivered(EmailAddress.of("bob@example.com"), reply)),
                attempt.results());
        assertNull(attempt.remote());
        assertNull(attempt.tls());
    }
}
