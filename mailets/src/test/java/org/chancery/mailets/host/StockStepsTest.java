package org.chancery.mailets.host;

import static org.chancery.mailets.testing.TestContainer.ERROR;
import static org.chancery.mailets.testing.TestContainer.EXEMPT;
import static org.chancery.mailets.testing.TestContainer.OUTBOUND;
import static org.chancery.mailets.testing.TestContainer.ROOT;
import static org.chancery.mailets.testing.TestContainer.processors;
import static org.chancery.mailets.testing.TestContainer.withRoot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.mailet.Mail;
import org.chancery.core.mail.Classification;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.mailets.testing.TestContainer;
import org.chancery.mailets.testing.TestMail;
import org.chancery.mailets.testing.TestMailbox.Stored;
import org.chancery.mailets.testing.TestMailet;
import org.chancery.mailets.testing.TestPipeline;
import org.chancery.mailets.testing.TestRawStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** James's own mailets and matchers next to ours, as operators use them. */
class StockStepsTest {
    @TempDir
    Path directory;

    @Test
    void a_matcher_for_one_recipient_splits_the_mail_and_both_halves_go_on() {
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        String root = withRoot(TestMailet.line(
                "RecipientIs=b@here.test",
                "sees-half",
                mail -> seen.add(mail.getRecipients().toString())));
        try (TestPipeline pipeline = new TestPipeline(directory, root).start()) {
            TestMail mail = TestMail.to("a@here.test", "b@here.test");
            pipeline.process(mail);
            assertEquals(List.of("[b@here.test]"), seen);
            assertEquals(2, pipeline.mailbox.count());
            assertEquals(2, pipeline.mailbox.deliveries());
            assertEquals(
                    2,
                    pipeline.mailbox.trace(mail.id().value()).stream()
                            .filter("accepted All DeliverToMailbox routed"::equals)
                            .count());
        }
    }

    @Test
    void a_changed_header_is_seen_by_later_steps_and_not_stored() {
        String root =
                withRoot("<mailet match=\"All\" class=\"SetMimeHeader\"><name>X-Tag</name><value>1</value></mailet>"
                        + "<mailet match=\"HasHeader=X-Tag\" class=\"SetMailAttribute\"><tagged>yes</tagged></mailet>"
                        + "<mailet notmatch=\"HasMailAttribute=tagged\" class=\"Null\"/>");
        try (TestPipeline pipeline = new TestPipeline(directory, root).start()) {
            TestMail mail = TestMail.to("a@here.test");
            pipeline.process(mail);
            Stored stored = stored(pipeline, mail, "a@here.test");
            assertEquals(TestRawStore.digest(mail.open()), stored.mail().raw());
            assertEquals(
                    List.of(
                            "root All SetMimeHeader done",
                            "root HasHeader=X-Tag SetMailAttribute done",
                            "root not HasMailAttribute=tagged Null not_matched"),
                    pipeline.mailbox.trace(mail.id().value()).subList(0, 3));
        }
    }

    @Test
    void stock_matchers_see_the_classification() {
        String accepted =
                "<mailet match=\"HasMailAttributeWithValue=chancery.classification,auto_reply\" class=\"Null\"/>"
                        + TestContainer.ACCEPTED;
        try (TestPipeline pipeline = new TestPipeline(directory, processors(ROOT, accepted, OUTBOUND, ERROR)).start()) {
            TestMail automatic =
                    TestMail.of("From: ann@elsewhere.test\nAuto-Submitted: auto-replied\n\nI am away\n", "a@here.test");
            TestMail human = TestMail.to("a@here.test");
            pipeline.process(automatic, human);
            Stored ended = stored(pipeline, automatic, "a@here.test");
            assertEquals(HandlingState.HANDLED, ended.state());
            assertEquals(Classification.AUTO_REPLY, ended.mail().classification());
            assertEquals(
                    Classification.HUMAN,
                    stored(pipeline, human, "a@here.test").mail().classification());
        }
    }

    @Test
    void composite_matchers_work() {
        String root = withRoot("<matcher name=\"both\" match=\"And\"><matcher match=\"SenderDomainIs=elsewhere.test\"/>"
                + "<matcher match=\"RecipientIs=a@here.test\"/></matcher><mailet match=\"both\" class=\"Null\"/>");
        try (TestPipeline pipeline = new TestPipeline(directory, root).start()) {
            TestMail mail = TestMail.to("a@here.test", "b@here.test");
            pipeline.process(mail);
            assertEquals(
                    HandlingState.HANDLED, stored(pipeline, mail, "a@here.test").state());
            assertEquals(
                    HandlingState.ROUTED, stored(pipeline, mail, "b@here.test").state());
            assertEquals(
                    "root both Null ended",
                    pipeline.mailbox.trace(mail.id().value()).getFirst());
        }
    }

    @Test
    void a_mailet_that_takes_all_attributes_off_does_not_lose_the_mail() {
        String root = withRoot("")
                .replace(
                        ROOT,
                        "<mailet match=\"All\" class=\"Classify\"/>"
                                + EXEMPT
                                + "<mailet match=\"All\" class=\"RemoveAllMailAttributes\"/>"
                                + "<mailet match=\"All\" class=\"ToProcessor\"><processor>accepted</processor></mailet>");
        try (TestPipeline pipeline = new TestPipeline(directory, root).start()) {
            TestMail mail = TestMail.of("Auto-Submitted: auto-replied\n\nI am away\n", "a@here.test");
            pipeline.process(mail);
            assertEquals(
                    Classification.AUTO_REPLY,
                    stored(pipeline, mail, "a@here.test").mail().classification());
            assertEquals(6, pipeline.mailbox.trace(mail.id().value()).size());
        }
    }

    @Test
    void an_operator_may_send_failures_of_a_line_to_the_error_processor_at_once() {
        String line = TestMailet.line("All", "fails-at-once", mail -> {
            throw new IllegalStateException("broken");
        });
        String root = withRoot(line.replace("</mailet>", "<onMailetException>error</onMailetException></mailet>"));
        try (TestPipeline pipeline = new TestPipeline(directory, root).start()) {
            TestMail mail = TestMail.to("a@here.test");
            pipeline.process(mail);
            assertEquals(List.of("processed 1"), pipeline.spool.calls());
            Stored kept = stored(pipeline, mail, "a@here.test");
            assertEquals(HandlingState.ERROR, kept.state());
            assertEquals(
                    "mailet org.chancery.mailets.testing.TestMailet (All) in processor root: IllegalStateException: broken",
                    kept.reason());
        }
    }

    @Test
    void an_operator_may_have_failures_of_a_line_ignored() {
        String line = TestMailet.line("All", "fails-ignored", mail -> {
            throw new IllegalStateException("broken");
        });
        String root = withRoot(line.replace("</mailet>", "<onMailetException>ignore</onMailetException></mailet>"));
        try (TestPipeline pipeline = new TestPipeline(directory, root).start()) {
            TestMail mail = TestMail.to("a@here.test");
            pipeline.process(mail);
            assertEquals(
                    HandlingState.ROUTED, stored(pipeline, mail, "a@here.test").state());
            assertEquals(
                    "root All org.chancery.mailets.testing.TestMailet failed",
                    pipeline.mailbox.trace(mail.id().value()).getFirst());
        }
    }

    @Test
    void an_operator_may_take_a_matcher_that_throws_for_matching_all() {
        String root = withRoot("<mailet match=\"CompareNumericHeaderValue=X-Number &gt; 1\" class=\"ToProcessor\">"
                + "<processor>error</processor><notice>odd number</notice><onMatchException>matchall</onMatchException>"
                + "</mailet>");
        try (TestPipeline pipeline = new TestPipeline(directory, root).start()) {
            TestMail mail = TestMail.of("X-Number: many\n\nHello\n", "a@here.test");
            pipeline.process(mail);
            assertEquals(List.of("processed 1"), pipeline.spool.calls());
            assertEquals("odd number", stored(pipeline, mail, "a@here.test").reason());
        }
    }

    @Test
    void a_matcher_that_throws_is_tried_again_like_a_mailet() {
        String root = withRoot("<mailet match=\"CompareNumericHeaderValue=X-Number &gt; 1\" class=\"Null\"/>");
        try (TestPipeline pipeline = new TestPipeline(directory, root).start()) {
            TestMail mail = TestMail.of("X-Number: many\n\nHello\n", "a@here.test");
            pipeline.process(mail);
            assertEquals(3, pipeline.spool.calls().size());
            Stored kept = stored(pipeline, mail, "a@here.test");
            assertEquals(HandlingState.ERROR, kept.state());
            assertTrue(kept.reason().startsWith("mailet Null (CompareNumericHeaderValue"), kept.reason());
        }
    }

    @Test
    void a_mailet_that_sends_mail_by_itself_fails_with_the_reason() {
        String root = withRoot(TestMailet.line("All", "sends", mail -> mail.getMessage()));
        try (TestPipeline pipeline = new TestPipeline(directory, root).start()) {
            TestMail mail = TestMail.to("a@here.test");
            pipeline.process(mail);
            assertEquals(
                    HandlingState.ROUTED, stored(pipeline, mail, "a@here.test").state());
        }
        String bounces = withRoot("<mailet match=\"All\" class=\"" + Bouncing.class.getName() + "\"/>");
        try (TestPipeline pipeline = new TestPipeline(directory, bounces).start()) {
            TestMail mail = TestMail.to("a@here.test");
            pipeline.process(mail);
            String reason = stored(pipeline, mail, "a@here.test").reason();
            assertTrue(reason.contains("Bouncing wants to send a mail by itself"), reason);
        }
    }

    @Test
    void recipients_that_james_has_no_grammar_for_get_their_mail() {
        try (TestPipeline pipeline = new TestPipeline(directory, withRoot("")).start()) {
            TestMail mail = TestMail.to("dömel@here.test", "a@under_score.here.test");
            pipeline.process(mail);
            assertEquals(
                    HandlingState.ROUTED,
                    stored(pipeline, mail, "dömel@here.test").state());
            assertEquals(
                    HandlingState.ROUTED,
                    stored(pipeline, mail, "a@under_score.here.test").state());
        }
    }

    @Test
    void a_processor_that_a_mailet_invents_leads_to_the_operator() {
        String root = withRoot(TestMailet.line("All", "invents", mail -> mail.setState("nowhere")));
        try (TestPipeline pipeline = new TestPipeline(directory, root).start()) {
            TestMail mail = TestMail.to("a@here.test");
            pipeline.process(mail);
            Stored kept = stored(pipeline, mail, "a@here.test");
            assertEquals(HandlingState.ERROR, kept.state());
            assertTrue(kept.reason().contains("'nowhere' could not be found"), kept.reason());
        }
    }

    @Test
    void mailets_read_the_message_when_they_ask_for_it() {
        List<String> bodies = Collections.synchronizedList(new ArrayList<>());
        String root = withRoot(TestMailet.line("All", "reads", mail -> {
            try {
                bodies.add(mail.getMessage().getContent().toString());
            } catch (java.io.IOException e) {
                throw new IllegalStateException(e);
            }
        }));
        try (TestPipeline pipeline = new TestPipeline(directory, root).start()) {
            pipeline.process(TestMail.to("a@here.test"));
            assertEquals(List.of("Hello\r\n"), bodies);
        }
    }

    private static Stored stored(TestPipeline pipeline, TestMail mail, String recipient) {
        Stored stored = pipeline.mailbox.stored(mail.id(), recipient);
        if (stored == null) {
            throw new AssertionError(recipient + " has no mail");
        }
        assertFalse(pipeline.mailbox.steps(mail.id().value()).isEmpty());
        return stored;
    }

    /** Answers a stranger past the one door out. */
    public static final class Bouncing extends org.apache.mailet.base.GenericMailet {
        @Override
        public void service(Mail mail) throws jakarta.mail.MessagingException {
            getMailetContext().bounce(mail, "no");
        }
    }
}
