package org.chancery.core.suppression;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.MessageId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.suppression.UnsubscribeLinks.Claim;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnsubscribeLinksTest {
    private static final MessageId MESSAGE = MessageId.at(Instant.parse("2026-03-02T09:30:00Z"));
    private static final EmailAddress BOB = EmailAddress.of("bob@far.example");
    private static final String BASE = "https://post.acme.example/mail";

    private final UnsubscribeLinks links = links(1, BASE);

    private static UnsubscribeLinks links(int key, String base) {
        byte[] secret = new byte[32];
        secret[0] = (byte) key;
        return new UnsubscribeLinks(secret, URI.create(base), "acme.example"::equals);
    }

    private static String link(Map<String, String> fields) {
        String value = fields.getOrDefault("List-Unsubscribe", "");
        assertTrue(value.startsWith("<" + BASE + "/unsubscribe/") && value.endsWith(">"), value);
        return value.substring(BASE.length() + "</unsubscribe/".length(), value.length() - 1);
    }

    @Test
    void a_link_is_of_its_message_and_its_recipient_alone() {
        Claim claim =
                UnsubscribeLinks.read(link(links.fields(MESSAGE, List.of(BOB)))).orElseThrow();

        assertEquals(MESSAGE, claim.message());
        assertTrue(links.isOf(claim, BOB));
        assertTrue(links.isOf(claim, EmailAddress.of("bob@FAR.example")), "hosts have no case");
        assertFalse(links.isOf(claim, EmailAddress.of("eve@far.example")));
        MessageId other = MessageId.at(Instant.parse("2026-03-02T09:31:00Z"));
        assertFalse(links.isOf(new Claim(other, claim.signature()), BOB));
        assertFalse(links(2, BASE).isOf(claim, BOB), "another server's");
    }

    @Test
    void a_slash_at_the_end_of_the_servers_address_makes_no_difference() {
        assertEquals(links.fields(MESSAGE, List.of(BOB)), links(1, BASE + "//").fields(MESSAGE, List.of(BOB)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "0123",
                "01kjpy44e0e00bt08q82jg5p56-",
                "01kjpy44e0e00bt08q82jg5p56-0123456789abcdef0123456789abcde",
                "01kjpy44e0e00bt08q82jg5p56-0123456789abcdef0123456789abcdef0",
                "01kjpy44e0e00bt08q82jg5p56-0123456789ABCDEF0123456789ABCDEF",
                "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzz-0123456789abcdef0123456789abcdef",
                "01kjpy44e0e00bt08q82jg5p56-0123456789abcdef0123456789abcdef\n"
            })
    void what_is_no_link_says_nothing(String text) {
        assertEquals(Optional.empty(), UnsubscribeLinks.read(text));
    }

    @Test
    void a_draft_that_leaves_as_another_message_gets_another_link_and_keeps_other_fields() {
        Map<String, String> written = new LinkedHashMap<>(Map.of("X-Campaign", "7"));
        written.putAll(links.fields(MESSAGE, List.of(BOB)));
        MessageId leaving = MessageId.at(Instant.parse("2026-03-02T09:31:00Z"));

        Map<String, String> renewed = links.renewed(written, leaving, List.of(BOB));

        Claim claim = UnsubscribeLinks.read(link(renewed)).orElseThrow();
        assertEquals(leaving, claim.message());
        assertTrue(links.isOf(claim, BOB));
        assertEquals("7", renewed.get("X-Campaign"));
        Map<String, String> ownField = Map.of("List-Unsubscribe", "<https://elsewhere.example/u>");
        assertEquals(ownField, links.renewed(ownField, leaving, List.of(BOB)));
    }

    @Test
    void who_cannot_have_a_link_is_told_why() {
        List<EmailAddress> two = List.of(BOB, EmailAddress.of("eve@far.example"));
        assertThrows(CallerFault.class, () -> links.fields(MESSAGE, two));
        assertThrows(CallerFault.class, () -> links.fields(MESSAGE, List.of(EmailAddress.of("desk@acme.example"))));
        UnsubscribeLinks nowhere = new UnsubscribeLinks(new byte[32], null, domain -> false);
        CallerFault fault = assertThrows(CallerFault.class, () -> nowhere.fields(MESSAGE, List.of(BOB)));
        assertEquals("no_public_url", fault.code());
    }
}
