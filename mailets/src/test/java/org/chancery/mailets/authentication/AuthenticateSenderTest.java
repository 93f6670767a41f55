package org.chancery.mailets.authentication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.chancery.core.fault.Later;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.mail.Arrival;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.mail.AuthenticationResults.Result;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.ReversePath;
import org.chancery.core.mailbox.TraceRepository.Step;
import org.chancery.mailets.testing.Await;
import org.chancery.mailets.testing.HeldDns;
import org.chancery.mailets.testing.TestContainer;
import org.chancery.mailets.testing.TestMail;
import org.chancery.mailets.testing.TestMailbox.Stored;
import org.chancery.mailets.testing.TestMailet;
import org.chancery.mailets.testing.TestPipeline;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthenticateSenderTest {
    private static final String STEP = "<mailet match=\"All\" class=\"AuthenticateSender\"/>";

    @TempDir
    Path directory;

    private static Stored stored(TestPipeline pipeline, TestMail mail) {
        Stored stored = pipeline.mailbox.stored(mail.id(), "agent@here.test");
        assertNotNull(stored);
        return stored;
    }

    private static Step step(TestPipeline pipeline, TestMail mail) {
        return pipeline.mailbox.steps(mail.id().value()).stream()
                .filter(one -> one.mailet().equals("AuthenticateSender"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void the_verdicts_stay_with_the_mail_and_in_its_trace() {
        try (TestPipeline pipeline = new TestPipeline(directory, TestContainer.withRoot(STEP)).start()) {
            TestMail mail = TestMail.to("agent@here.test");
            pipeline.process(mail);
            AuthenticationResults results = stored(pipeline, mail).mail().authentication();
            assertEquals("elsewhere.test", results.spf().domain());
            assertEquals("127.0.0.1", results.spf().client());
            assertEquals("no SPF record", results.spf().reason());
            assertEquals("elsewhere.test", results.dmarc().fromDomain());
            assertEquals("none", step(pipeline, mail).verdict());
            assertEquals(
                    "spf=none dkim=none dmarc=none arc=none",
                    step(pipeline, mail).reason());
        }
    }

    @Test
    void without_the_step_nothing_is_known() {
        try (TestPipeline pipeline = new TestPipeline(directory, TestContainer.withRoot("")).start()) {
            TestMail mail = TestMail.to("agent@here.test");
            pipeline.process(mail);
            assertEquals(
                    AuthenticationResults.NONE, stored(pipeline, mail).mail().authentication());
        }
    }

    @Test
    void mail_without_a_reverse_path_is_judged_by_helo() {
        try (TestPipeline pipeline = new TestPipeline(directory, TestContainer.withRoot(STEP)).start()) {
            TestMail mail = TestMail.to("agent@here.test").withReversePath(ReversePath.NULL);
            pipeline.process(mail);
            assertEquals(
                    "mx.elsewhere.test",
                    stored(pipeline, mail).mail().authentication().spf().domain());
        }
    }

    @Test
    void mail_that_this_server_hands_to_itself_is_not_judged() {
        try (TestPipeline pipeline = new TestPipeline(directory, TestContainer.withRoot(STEP)).start()) {
            TestMail plain = TestMail.to("agent@here.test");
            TestMail mail = new TestMail(
                    plain.id(), plain.envelope(), Arrival.local(Instant.EPOCH), plain.size(), 1, plain.bytes());
            pipeline.process(mail);
            assertEquals(
                    AuthenticationResults.NONE, stored(pipeline, mail).mail().authentication());
            assertEquals("local", step(pipeline, mail).verdict());
        }
    }

    @Test
    void stock_matchers_see_the_verdicts() {
        String ends = STEP + "<mailet match=\"HasMailAttributeWithValue=chancery.dmarc,permerror\" class=\"Null\"/>";
        try (TestPipeline pipeline = new TestPipeline(directory, TestContainer.withRoot(ends)).start()) {
            TestMail nobody = TestMail.of("Subject: from nobody\n\nHello\n", "agent@here.test");
            TestMail mail = TestMail.to("agent@here.test");
            pipeline.process(nobody, mail);
            assertTrue(
                    stored(pipeline, nobody).reason().startsWith("ended by "),
                    stored(pipeline, nobody).reason());
            assertEquals(
                    Result.PERMERROR,
                    stored(pipeline, nobody).mail().authentication().dmarc().result(),
                    "a mail that a line ended keeps its verdicts");
            assertEquals("agent Bo has the turn", stored(pipeline, mail).reason());
        }
    }

    @Test
    void odd_mail_is_judged_and_delivered() {
        try (TestPipeline pipeline = new TestPipeline(directory, TestContainer.withRoot(STEP)).start()) {
            for (String text : List.of(
                    "\n",
                    "no header at all\n",
                    "DKIM-Signature:\nARC-Seal:\nFrom:\n\n",
                    "From: a@b.test\nDKIM-Signature: v=1; " + "h=from:".repeat(9_000) + "\n\nx\n",
                    "From: " + "a@b.test, ".repeat(3_000) + "\n\nx\n")) {
                TestMail mail = TestMail.of(text, "agent@here.test");
                pipeline.process(mail);
                assertEquals("agent Bo has the turn", stored(pipeline, mail).reason());
            }
        }
    }

    @Test
    void what_the_name_servers_left_open_is_asked_again_after_a_mail_had_to_wait_for_what_is_away() {
        assertEquals(List.of(Result.NONE, Result.NONE), triedTwice(new Unavailable("the scanner is away", null)));
    }

    @Test
    void it_is_not_asked_again_after_a_mail_had_to_wait_for_an_answer() {
        assertEquals(
                List.of(Result.TEMPERROR, Result.TEMPERROR),
                triedTwice(new Later("it is looked into", Duration.ofSeconds(1))));
    }

    /** What SPF and DMARC say of a mail whose first try ends so, about which the name servers answer only after that. */
    private List<Result> triedTwice(RuntimeException first) {
        HeldDns dns = new HeldDns().trouble("elsewhere.test").trouble("_dmarc.elsewhere.test");
        AtomicBoolean isFirst = new AtomicBoolean(true);
        String stops = TestMailet.line("All", "stops-the-first-try", mail -> {
            if (isFirst.getAndSet(false)) {
                dns.letGo("elsewhere.test");
                dns.letGo("_dmarc.elsewhere.test");
                throw first;
            }
        });
        try (SenderDesk senders = TestContainer.senders(dns, Duration.ofMinutes(1));
                TestPipeline pipeline = new TestPipeline(
                        directory, TestContainer.withRoot(STEP + stops), TestPipeline.SETTINGS, senders)) {
            pipeline.start();
            TestMail mail = TestMail.to("agent@here.test");
            pipeline.process(mail);
            AuthenticationResults results = stored(pipeline, mail).mail().authentication();
            return List.of(results.spf().result(), results.dmarc().result());
        }
    }

    @Test
    void a_mail_whose_name_servers_are_slow_holds_no_worker() {
        HeldDns dns = new HeldDns().hold("slow.test");
        try (SenderDesk senders = TestContainer.senders(dns, Duration.ofMillis(1));
                TestPipeline pipeline = new TestPipeline(
                        directory, TestContainer.withRoot(STEP), TestPipeline.SETTINGS.withWorkers(1), senders)) {
            pipeline.start();
            TestMail slow =
                    TestMail.to("a@here.test").withReversePath(ReversePath.of(EmailAddress.of("eve@slow.test")));
            pipeline.spool.add(slow);
            Await.until(() -> pipeline.spool.calls(slow).equals(List.of("postpone 1 PT30S")));
            TestMail other = TestMail.to("b@here.test");
            pipeline.spool.add(other);
            Await.until(() -> pipeline.spool.calls(other).contains("processed 1"));
            assertEquals(List.of("postpone 1 PT30S"), pipeline.spool.calls(slow));

            // Its clock stands still: the mail is called for when the verdict is there.
            dns.letGo("slow.test");
            Await.until(() -> pipeline.spool.calls(slow).contains("processed 1"));
            assertEquals(List.of("postpone 1 PT30S", "processed 1"), pipeline.spool.calls(slow));
        }
    }
}
