package org.chancery.storage.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.chancery.core.mail.AuthenticationResults;
import org.junit.jupiter.api.Test;

class KeptAuthenticationTest {
    @Test
    void nothing_is_known_of_mail_from_before_senders_were_authenticated() {
        assertEquals(AuthenticationResults.NONE, KeptAuthentication.read(null));
    }
}
