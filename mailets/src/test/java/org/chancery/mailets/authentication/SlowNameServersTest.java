package org.chancery.mailets.authentication;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.chancery.core.mail.Arrival;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.mail.AuthenticationResults.Policy;
import org.chancery.core.mail.AuthenticationResults.Result;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.MessageReader;
import org.chancery.core.mail.ReversePath;
import org.chancery.mailets.authentication.dns.Dns;
import org.chancery.mailets.authentication.dns.Lookups;
import org.chancery.mailets.authentication.dns.SlowLane;
import org.junit.jupiter.api.Test;

/** A sender whose own name servers never answer. */
class SlowNameServersTest {
    private static final Lookups.Bounds SHORT = new Lookups.Bounds(Duration.ofMillis(5), Duration.ofMillis(20), 50);

    /** The bank's policy takes longer to come than a mail's own questions may; nothing of the stranger's ever comes. */
    private static CompletionStage<Dns.Answer> ask(String name, Dns.Type type) {
        return switch (name) {
            case "_dmarc.mail.bank.example" -> CompletableFuture.completedFuture(new Dns.Answer.Nothing());
            case "_dmarc.bank.example" ->
                CompletableFuture.supplyAsync(
                        () -> new Dns.Answer.Found(List.of("v=DMARC1; p=reject")),
                        CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS));
            default -> new CompletableFuture<>();
        };
    }

    private static AuthenticationResults check(String signer) throws IOException {
        byte[] raw = ("DKIM-Signature: v=1; a=rsa-sha256; d=" + signer + "; s=s; h=from; bh="
                        + "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA\r\nFrom: ann@mail.bank.example\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        return new SenderAuthentication(SlowNameServersTest::ask, SHORT, new SlowLane(2), "here.test")
                .check(
                        new Arrival(Instant.EPOCH, InetAddress.getLoopbackAddress(), "mx.evil.example", "ESMTP"),
                        ReversePath.of(EmailAddress.of("eve@evil.example")),
                        MessageReader.header(new ByteArrayInputStream(raw)),
                        () -> new ByteArrayInputStream(raw),
                        "a mail");
    }

    @Test
    void do_not_keep_the_policy_of_the_domain_that_he_borrows_from_being_read() throws IOException {
        AuthenticationResults results = check("evil.example");
        assertEquals(Result.TEMPERROR, results.spf().result());
        assertEquals(Result.TEMPERROR, results.dkim());
        assertEquals(Result.FAIL, results.dmarc().result());
        assertEquals(Policy.REJECT, results.dmarc().applied());
    }

    @Test
    void a_dead_name_under_the_borrowed_domain_leaves_its_policy_known() throws IOException {
        AuthenticationResults results = check("dead.bank.example");
        assertEquals(Result.TEMPERROR, results.dmarc().result());
        assertEquals(Policy.REJECT, results.unverifiedPolicy().orElseThrow());
    }
}
