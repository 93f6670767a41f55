package org.chancery.core.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mailbox.Message.Progress;
import org.chancery.core.mailbox.Message.RecipientStatus;
import org.chancery.core.mailbox.OutboundStatus;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the status of a message follows from its recipients; the whole ledger is tested over real databases. */
class MessageOutcomesTest {
    @ParameterizedTest
    @CsvSource({
        "DELIVERED,                   DELIVERED",
        "DELIVERED DELIVERED,         DELIVERED",
        "DELIVERED PENDING,           SENDING",
        "BOUNCED PENDING,             SENDING",
        "DELIVERED BOUNCED,           BOUNCED",
        "DELIVERED FAILED,            FAILED",
        "FAILED BOUNCED DELIVERED,    BOUNCED",
    })
    void a_message_stands_where_its_recipients_have_brought_it(String progress, OutboundStatus status) {
        List<RecipientStatus> recipients = Arrays.stream(progress.split(" "))
                .map(Progress::valueOf)
                .map(p -> new RecipientStatus(EmailAddress.of("a@x.example"), p, null, null))
                .toList();
        assertEquals(status, MessageOutcomes.statusOf(recipients));
    }
}
