package org.chancery.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.mail.AuthenticationResults.Arc;
import org.chancery.core.mail.AuthenticationResults.Dmarc;
import org.chancery.core.mail.AuthenticationResults.Policy;
import org.chancery.core.mail.AuthenticationResults.Result;
import org.chancery.core.mail.AuthenticationResults.Signature;
import org.chancery.core.mail.AuthenticationResults.Spf;
import org.chancery.core.mail.AuthenticationResults.SpfIdentity;
import org.chancery.core.mailbox.Message;
import org.chancery.core.mailbox.Message.Inbound;
import org.junit.jupiter.api.Test;

/** What a {@link org.chancery.core.mailbox.MessageRepository} has to do with the verdicts about a sender. */
public interface AuthenticationContract {
    Store store();

    private AuthenticationResults kept(AuthenticationResults results) {
        Samples samples = Samples.in(store());
        Inbound plain = samples.inbound(samples.keptThread());
        Inbound message = samples.keep(new Inbound(
                plain.facts(),
                plain.state(),
                plain.stateReason(),
                plain.spool(),
                plain.recipient(),
                plain.reversePath(),
                plain.classification(),
                results,
                plain.agent()));
        Optional<Message> found =
                store().transactions().in(tx -> store().messages().find(tx, samples.workspace.id(), message.id()));
        return ((Inbound) found.orElseThrow()).authentication();
    }

    @Test
    default void verdicts_are_found_as_they_were_kept() {
        assertEquals(Verdicts.SOME, kept(Verdicts.SOME));
        assertEquals(AuthenticationResults.NONE, kept(AuthenticationResults.NONE));
    }

    @Test
    default void every_word_is_kept() {
        for (Result result : Result.values()) {
            for (Policy policy : Policy.values()) {
                AuthenticationResults results = new AuthenticationResults(
                        new Spf(result, SpfIdentity.HELO, "mail.example", "2001:db8::1", "Größe"),
                        List.of(new Signature(result, "d.example", "s", "rsa-sha256", "x+/=", "")),
                        new Dmarc(result, "from.example", "example", policy, Policy.NONE, ""),
                        new Arc(result, List.of("one.example", "two.example"), ""));
                assertEquals(results, kept(results));
            }
        }
    }

    @Test
    default void what_strangers_write_is_kept_at_any_length() {
        String endless = "x".repeat(1 << 20);
        Signature signature = new Signature(Result.FAIL, endless, endless, endless, endless, endless + '\u0000');
        AuthenticationResults kept = kept(new AuthenticationResults(
                new Spf(Result.PERMERROR, SpfIdentity.MAILFROM, endless, endless, '\u0000' + endless),
                Collections.nCopies(1000, signature),
                new Dmarc(Result.FAIL, endless, endless, Policy.REJECT, Policy.REJECT, endless),
                new Arc(Result.FAIL, Collections.nCopies(1000, endless), endless)));
        assertTrue(kept.spf().domain().startsWith("xxx"));
        assertTrue(kept.spf().reason().startsWith("\uFFFDxxx"));
        assertEquals(Result.FAIL, kept.dkim());
        assertEquals(Optional.of(Policy.REJECT), kept.failedPolicy());
        assertFalse(kept.arc().sealers().isEmpty());
    }
}
