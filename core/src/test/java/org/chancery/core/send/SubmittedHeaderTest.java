package org.chancery.core.send;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.MessageReader;
import org.chancery.core.send.SubmissionDoor.Submitted.Refused;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubmittedHeaderTest {
    /** Own is the submitter's; boss is another endpoint's, and so is partner in another domain of this server. */
    private static final SubmittedHeader.Addresses ADDRESSES = new SubmittedHeader.Addresses() {
        @Override
        public boolean mayUse(EmailAddress address) {
            return address.canonical().equals("own@acme.example");
        }

        @Override
        public boolean isOurs(EmailAddress address) {
            return Set.of("own@acme.example", "boss@acme.example", "partner@other.example")
                    .contains(address.canonical());
        }
    };

    /** Header lines with | between them, and the status of the refusal, or "fine". */
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '~',
            value = {
                "From: own@acme.example                                                      ~ fine",
                "From: Own <OWN@Acme.Example>                                                ~ fine",
                "From: \"Own own@acme.example\" <own@acme.example>                           ~ fine",
                "From: \"ada@elsewhere.example via us\" <own@acme.example>                   ~ fine",
                "From: own@acme.example|Subject: =?utf-8?q?J=C3=BCrgen=09?=                  ~ fine",
                "From: own@acme.example|Subject: one|\ttwo                                   ~ fine",
                "From: own@acme.example|Resent-From: own@acme.example                        ~ fine",
                "To: a@elsewhere.example                                                     ~ 5.6.0",
                "From: own@acme.example|From: own@acme.example                               ~ 5.6.0",
                "From: own@acme.example|Sender: own@acme.example|sender : own@acme.example   ~ 5.6.0",
                "From: own@acme.example, own@acme.example                                    ~ 5.6.0",
                "From: boss@acme.example                                                     ~ 5.7.1",
                "From: own@acme.example|Sender: boss@acme.example                            ~ 5.7.1",
                "From: own@acme.example|Sender: nobody                                       ~ 5.7.1",
                "From: own@acme.example|Resent-From: own@acme.example, boss@acme.example     ~ 5.7.1",
                "From: own@acme.example|Resent-Sender:                                       ~ 5.7.1",
                "From: \"boss@acme.example\" <own@acme.example>                              ~ 5.7.1",
                "From: \"nobody@acme.example\" <own@acme.example>                            ~ 5.7.1",
                "From: \"partner@other.example\" <own@acme.example>                          ~ 5.7.1",
                "From: own@acme.example (boss@acme.example)                                  ~ 5.7.1",
                "From: =?utf-8?q?boss=40acme.example?= <own@acme.example>                    ~ 5.7.1",
                "From: =?utf-8?q?boss=EF=BC=A0acme.example?= <own@acme.example>              ~ 5.7.1",
                "From: own@acme.example|Sender: boss@acme.example <own@acme.example>         ~ 5.7.1",
                "From: own@acme.example|Subject: =?utf-8?q?a=0D=0ABcc:_x?=                   ~ 5.6.0",
                "From: own@acme.example|X-A: =?us-ascii?b?AA==?=                             ~ 5.6.0",
                "From: own@acme.example|Content-Type: text/plain; name*=utf-8''a%0Ab         ~ 5.6.0",
            })
    void who_it_is_from_and_what_could_become_a_line(String header, String expected) throws IOException {
        byte[] mail = (header.strip().replace("|", "\r\n") + "\r\n\r\nHello.\r\n").getBytes(StandardCharsets.UTF_8);
        assertEquals(
                expected,
                SubmittedHeader.objectionTo(mail, MessageReader.header(new ByteArrayInputStream(mail)), ADDRESSES)
                        .map(Refused::enhancedStatus)
                        .orElse("fine"));
    }
}
