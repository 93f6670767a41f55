package org.chancery.core.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.chancery.core.id.MessageId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.ReversePath;
import org.junit.jupiter.api.Test;

class ReturnPathsTest {
    private static final MessageId MESSAGE = MessageId.at(Instant.parse("2026-03-01T10:00:00Z"));

    private final ReturnPaths paths = new ReturnPaths(key(1));

    @Test
    void a_return_path_names_its_message() {
        EmailAddress address = paths.address(MESSAGE, "acme.example");
        assertEquals("acme.example", address.domain());
        assertTrue(ReturnPaths.isReturnPath(address.localPart()));
        assertEquals(Optional.of(MESSAGE), paths.message(address.localPart()));
    }

    @Test
    void each_destination_has_its_own_and_nobody_makes_anothers_of_it() {
        ReversePath made = ReversePath.of(paths.address(MESSAGE, "acme.example"));
        EmailAddress there = paths.towards(made, "there.example").mailbox().orElseThrow();
        ReturnPaths.Named named = paths.named(there.localPart()).orElseThrow();
        assertEquals(MESSAGE, named.message());
        assertTrue(paths.isTowards(named, "there.example"));
        assertFalse(paths.isTowards(named, "far.example"));
        assertFalse(paths.isTowards(
                paths.named(made.mailbox().orElseThrow().localPart()).orElseThrow(), "there.example"));
        assertTrue(there.localPart().length() <= EmailAddress.MAX_LOCAL_PART);
        String good = there.localPart();
        for (int i = "bounces+".length(); i < good.length(); i++) {
            char other = good.charAt(i) == '0' ? '1' : '0';
            assertEquals(Optional.empty(), paths.named(good.substring(0, i) + other + good.substring(i + 1)));
        }
        assertEquals(ReversePath.NULL, paths.towards(ReversePath.NULL, "there.example"));
        ReversePath foreign = ReversePath.of(EmailAddress.of("somebody@acme.example"));
        assertEquals(foreign, paths.towards(foreign, "there.example"));
    }

    @Test
    void they_are_found_in_a_text() {
        String made = paths.address(MESSAGE, "acme.example").toString();
        String there = paths.towards(ReversePath.of(EmailAddress.of(made)), "there.example")
                .mailbox()
                .orElseThrow()
                .toString();
        String text =
                "Return-Path: <" + made + ">\r\n by mx (envelope-from " + there + ") for " + made + "; bounces+x-y@z";
        assertEquals(
                List.of(
                        EmailAddress.of(made).localPart(),
                        EmailAddress.of(there).localPart()),
                ReturnPaths.localPartsIn(text));
        assertEquals(List.of(), ReturnPaths.localPartsIn("bounces+".repeat(100_000)));
    }

    @Test
    void the_case_of_the_local_part_does_not_matter() {
        String shouted = paths.address(MESSAGE, "acme.example").localPart().toUpperCase(Locale.ROOT);
        assertEquals(Optional.of(MESSAGE), paths.message(shouted));
    }

    @Test
    void it_fits_into_a_local_part() {
        assertTrue(paths.address(MESSAGE, "acme.example").localPart().length() <= EmailAddress.MAX_LOCAL_PART);
    }

    @Test
    void any_changed_character_breaks_the_signature() {
        String good = paths.address(MESSAGE, "acme.example").localPart();
        for (int i = "bounces+".length(); i < good.length(); i++) {
            char other = good.charAt(i) == '0' ? '1' : '0';
            String forged = good.substring(0, i) + other + good.substring(i + 1);
            assertEquals(Optional.empty(), paths.message(forged), forged);
        }
    }

    @Test
    void another_servers_key_signs_nothing_here() {
        String foreign =
                new ReturnPaths(key(2)).address(MESSAGE, "acme.example").localPart();
        assertEquals(Optional.empty(), paths.message(foreign));
    }

    @Test
    void anything_else_is_no_return_path() {
        for (String local : new String[] {"bounces+", "bounces+-", "bounces+x", "bounces", "sales", "bounces+x-y-z"}) {
            assertEquals(Optional.empty(), paths.message(local), local);
        }
    }

    private static byte[] key(int seed) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) seed);
        return key;
    }
}
