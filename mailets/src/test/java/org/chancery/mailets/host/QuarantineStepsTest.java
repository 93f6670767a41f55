package org.chancery.mailets.host;

import static org.chancery.mailets.testing.TestContainer.ACCEPTED;
import static org.chancery.mailets.testing.TestContainer.ERROR;
import static org.chancery.mailets.testing.TestContainer.EXEMPT;
import static org.chancery.mailets.testing.TestContainer.OUTBOUND;
import static org.chancery.mailets.testing.TestContainer.processor;
import static org.chancery.mailets.testing.TestContainer.processors;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.quarantine.Reason;
import org.chancery.core.quarantine.Suspicion;
import org.chancery.core.screening.Signal;
import org.chancery.mailets.testing.TestMail;
import org.chancery.mailets.testing.TestMailbox.Stored;
import org.chancery.mailets.testing.TestPipeline;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How mail comes into quarantine, and that no line that is missing opens a way around it. */
class QuarantineStepsTest {
    private static final String SCREEN_SENDER =
            "<mailet match=\"All\" class=\"Screen\"><reasons>unknown_sender</reasons></mailet>";
    private static final String OTHERS_EXEMPT = EXEMPT.replace(" unknown_sender,", "");
    private static final String SUSPECT_AWAY = to("Suspect", "quarantine");
    private static final String ON = to("All", "accepted");
    private static final String CONFINE = processor("quarantine", "<mailet match=\"All\" class=\"Confine\"/>");

    @TempDir
    Path directory;

    private static String to(String matcher, String processor) {
        return "<mailet match=\"" + matcher + "\" class=\"ToProcessor\"><processor>" + processor
                + "</processor></mailet>";
    }

    private TestPipeline pipeline(String root) {
        return new TestPipeline(directory, processors(root, ACCEPTED, OUTBOUND, ERROR) + CONFINE).start();
    }

    private static Stored stored(TestPipeline pipeline, TestMail mail, String recipient) {
        return Objects.requireNonNull(pipeline.mailbox.stored(mail.id(), recipient));
    }

    @Test
    void a_mail_is_held_for_one_recipient_and_delivered_to_another() {
        try (TestPipeline pipeline = pipeline(OTHERS_EXEMPT + SCREEN_SENDER + SUSPECT_AWAY + ON)) {
            TestMail mail = TestMail.to("held@here.test", "a@here.test");
            pipeline.process(mail);
            Suspicion held = Objects.requireNonNull(pipeline.mailbox.confined(mail.id(), "held@here.test"));
            assertEquals(Reason.UNKNOWN_SENDER, held.reason());
            assertNull(pipeline.mailbox.stored(mail.id(), "held@here.test"));
            assertNull(pipeline.mailbox.confined(mail.id(), "a@here.test"));
            assertEquals(
                    HandlingState.ROUTED, stored(pipeline, mail, "a@here.test").state());
            List<String> trace = pipeline.mailbox.trace(mail.id().value());
            assertTrue(trace.contains("root All Screen unknown_sender"), trace::toString);
            assertTrue(trace.contains("quarantine All Confine quarantined"), trace::toString);
            assertTrue(trace.contains("accepted All DeliverToMailbox routed"), trace::toString);
            assertEquals(List.of("processed 1"), pipeline.spool.calls());
        }
    }

    @Test
    void a_mail_that_nobody_screened_is_kept_for_the_operator_and_not_delivered() {
        String around = to("SubjectIs=An offer", "trusted");
        String trusted = processor("trusted", ACCEPTED);
        String all = processors(around + OTHERS_EXEMPT + SCREEN_SENDER + SUSPECT_AWAY + ON, ACCEPTED, OUTBOUND, ERROR);
        try (TestPipeline pipeline = new TestPipeline(directory, all + CONFINE + trusted).start()) {
            TestMail mail = TestMail.to("a@here.test");
            pipeline.process(mail);
            Stored kept = stored(pipeline, mail, "a@here.test");
            assertEquals(HandlingState.ERROR, kept.state());
            assertTrue(kept.reason().contains("nobody looked whether mail for a@here.test"), kept.reason());
        }
    }

    @Test
    void an_operator_may_say_that_some_mail_need_not_be_screened() {
        String around =
                "<mailet match=\"SubjectIs=An offer\" class=\"Exempt\"><reasons>unknown_sender</reasons></mailet>";
        try (TestPipeline pipeline = pipeline(around + OTHERS_EXEMPT + SCREEN_SENDER + SUSPECT_AWAY + ON)) {
            TestMail mail = TestMail.to("held@here.test");
            pipeline.process(mail);
            assertEquals(
                    HandlingState.ROUTED,
                    stored(pipeline, mail, "held@here.test").state());
        }
    }

    @Test
    void a_suspect_mail_that_no_line_sends_to_quarantine_is_kept_for_the_operator() {
        String never = to("SubjectIs=Nothing like it", "quarantine");
        try (TestPipeline pipeline = pipeline(OTHERS_EXEMPT + SCREEN_SENDER + never + ON)) {
            TestMail mail = TestMail.to("held@here.test");
            pipeline.process(mail);
            Stored kept = stored(pipeline, mail, "held@here.test");
            assertEquals(HandlingState.ERROR, kept.state());
            assertTrue(kept.reason().contains("is to be quarantined for unknown_sender"), kept.reason());
        }
    }

    @Test
    void a_reason_is_not_looked_for_before_the_step_that_it_rests_on() {
        String screen = "<mailet match=\"All\" class=\"Screen\"><reasons>auth_failed</reasons></mailet>";
        try (TestPipeline pipeline = pipeline(screen + OTHERS_EXEMPT + SCREEN_SENDER + SUSPECT_AWAY + ON)) {
            TestMail mail = TestMail.to("a@here.test");
            pipeline.process(mail);
            Stored kept = stored(pipeline, mail, "a@here.test");
            assertEquals(HandlingState.ERROR, kept.state());
            assertTrue(kept.reason().contains("needs AuthenticateSender to come before"), kept.reason());
        }
    }

    @Test
    void a_line_of_the_operators_holds_mail_for_the_reason_that_it_names() {
        String line = "<mailet match=\"SubjectIs=An offer\" class=\"Confine\"><reason>phishing</reason></mailet>";
        try (TestPipeline pipeline = pipeline(line + EXEMPT + ON)) {
            TestMail mail = TestMail.to("a@here.test");
            pipeline.process(mail);
            Suspicion held = Objects.requireNonNull(pipeline.mailbox.confined(mail.id(), "a@here.test"));
            assertEquals(Reason.PHISHING, held.reason());
            assertEquals(
                    List.of("pipeline_rule"),
                    held.signals().stream().map(Signal::name).toList());
            assertNull(pipeline.mailbox.stored(mail.id(), "a@here.test"));
        }
    }

    @Test
    void a_line_of_the_operators_that_names_no_reason_fails() {
        try (TestPipeline pipeline = pipeline(to("All", "quarantine") + EXEMPT + ON)) {
            TestMail mail = TestMail.to("a@here.test");
            pipeline.process(mail);
            Stored kept = stored(pipeline, mail, "a@here.test");
            assertEquals(HandlingState.ERROR, kept.state());
            assertTrue(kept.reason().contains("nobody said why"), kept.reason());
        }
    }
}
