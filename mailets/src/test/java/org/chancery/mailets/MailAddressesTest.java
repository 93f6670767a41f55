package org.chancery.mailets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.mail.internet.AddressException;
import java.util.Optional;
import org.apache.james.core.MailAddress;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.ReversePath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MailAddressesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ann@elsewhere.test",
                "Ann.O'Neill+tag@elsewhere.test",
                "\"a b\"@elsewhere.test",
                "dömel@elsewhere.test",
                "user@under_score.test",
                "user@host.123",
                "用户@xn--fsqu00a.test"
            })
    void an_address_comes_back_as_it_was(String text) throws AddressException {
        EmailAddress address = EmailAddress.of(text);
        MailAddress james = MailAddresses.toJames(address);
        assertEquals(address.toString(), MailAddresses.fromJames(james).toString());
        assertEquals(address.toString(), james.asString());
        assertEquals(address.localPart(), james.getLocalPart());
        assertEquals(address.domain(), james.getDomain().asString());
        assertEquals(james, MailAddresses.toJames(EmailAddress.of(text)));
        assertEquals(
                james.hashCode(), MailAddresses.toJames(EmailAddress.of(text)).hashCode());
    }

    @Test
    void addresses_beyond_james_s_grammar_differ_from_each_other() {
        MailAddress one = MailAddresses.toJames(EmailAddress.of("dömel+a@elsewhere.test"));
        MailAddress other = MailAddresses.toJames(EmailAddress.of("dömel@elsewhere.test"));
        assertNotEquals(one, other);
        assertEquals(other, one.stripDetails("+"));
        assertEquals(Optional.of("a"), one.getLocalPartDetails("+"));
        assertEquals("dömel", one.getLocalPartWithoutDetails("+"));
    }

    @Test
    void the_null_reverse_path_is_the_null_sender() {
        assertTrue(MailAddresses.toJames(ReversePath.NULL).isNullSender());
        assertEquals(
                "ann@elsewhere.test",
                MailAddresses.toJames(ReversePath.of(EmailAddress.of("ann@elsewhere.test")))
                        .asString());
    }
}
