package org.chancery.mailets.host;

import static org.chancery.mailets.testing.TestContainer.ACCEPTED;
import static org.chancery.mailets.testing.TestContainer.ERROR;
import static org.chancery.mailets.testing.TestContainer.OUTBOUND;
import static org.chancery.mailets.testing.TestContainer.ROOT;
import static org.chancery.mailets.testing.TestContainer.processors;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.mail.MessagingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.mailet.Mail;
import org.chancery.core.access.Actor;
import org.chancery.core.access.Grant;
import org.chancery.core.access.Principal;
import org.chancery.core.access.Scope;
import org.chancery.core.endpoint.Behaviour;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.ThreadId;
import org.chancery.core.id.TokenId;
import org.chancery.core.id.UserId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.Envelope;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.mail.ReversePath;
import org.chancery.core.mailbox.Message.DraftText;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.MessageFacts;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.send.Candidate;
import org.chancery.core.send.OutboundPipeline.Outcome;
import org.chancery.core.send.OutboundPipeline.Passage;
import org.chancery.core.send.SendPolicy.Verdict;
import org.chancery.mailets.send.Authorise;
import org.chancery.mailets.send.Enqueue;
import org.chancery.mailets.send.KeepAsDraft;
import org.chancery.mailets.testing.TestClock;
import org.chancery.mailets.testing.TestContainer;
import org.chancery.mailets.testing.TestMailbox;
import org.chancery.mailets.testing.TestMailet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.MDC;

class OutboundProcessorTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final WorkspaceId WORKSPACE = WorkspaceId.at(NOW);
    private static final Verdict ALLOWED = new Verdict.Allowed("a new mail, no reply");

    @TempDir
    Path directory;

    private final TestMailbox mailbox = new TestMailbox();
    private final AtomicInteger queued = new AtomicInteger();
    private Function<Candidate, Verdict> policy = candidate -> ALLOWED;
    private BiFunction<Candidate, String, Outcome> drafts =
            (candidate, reason) -> new Outcome.Drafted(candidate.message().id(), reason);
    private BiFunction<Candidate, Envelope, Outcome> queue = (candidate, envelope) -> {
        queued.incrementAndGet();
        return new Outcome.Queued();
    };

    @Test
    void an_allowed_mail_is_queued_and_traced() {
        Passage passage = passage("carl@elsewhere.test", "dora@example.test");
        assertEquals(new Outcome.Queued(), pass(OUTBOUND, passage));
        assertEquals(1, queued.get());
        assertEquals(
                List.of(
                        "outbound All Authorise allowed",
                        "outbound NeedsPerson KeepAsDraft not_matched",
                        "outbound All Enqueue queued"),
                mailbox.trace(id(passage)));
        assertEquals(
                "a new mail, no reply", mailbox.steps(id(passage)).getFirst().reason());
    }

    @Test
    void a_mail_that_needs_a_person_becomes_a_draft_and_is_not_queued() {
        policy = candidate -> new Verdict.NeedsPerson("the endpoint's reply policy is human_review");
        Passage passage = passage("carl@elsewhere.test");
        Outcome.Drafted drafted = assertInstanceOf(Outcome.Drafted.class, pass(OUTBOUND, passage));
        assertEquals("the endpoint's reply policy is human_review", drafted.reason());
        assertEquals(0, queued.get());
        assertEquals(
                List.of("outbound All Authorise needs_person", "outbound NeedsPerson KeepAsDraft draft"),
                mailbox.trace(id(passage)));
    }

    @Test
    void the_trace_of_a_redrafted_mail_stands_with_the_draft_that_waited() {
        MessageId waiting = MessageId.at(NOW.plusSeconds(1));
        policy = candidate -> new Verdict.NeedsPerson("asked");
        drafts = (candidate, reason) -> new Outcome.Drafted(waiting, reason);
        pass(OUTBOUND, passage("carl@elsewhere.test"));
        assertEquals(2, mailbox.trace(waiting.value()).size());
    }

    @Test
    void a_denied_mail_ends_with_its_code_and_a_trace() {
        policy = candidate -> new Verdict.Denied("replies_not_allowed", "The endpoint's reply policy is never_reply.");
        Passage passage = passage("carl@elsewhere.test");
        assertEquals(
                new Outcome.Denied("replies_not_allowed", "The endpoint's reply policy is never_reply."),
                pass(OUTBOUND, passage));
        assertEquals(0, queued.get());
        assertEquals(
                "replies_not_allowed: The endpoint's reply policy is never_reply.",
                mailbox.steps(id(passage)).getLast().reason());
    }

    @Test
    void what_the_queue_decides_in_the_end_counts() {
        queue = (candidate, envelope) ->
                new Outcome.Drafted(candidate.message().id(), "the sender's turns are used up");
        Passage passage = passage("carl@elsewhere.test");
        assertInstanceOf(Outcome.Drafted.class, pass(OUTBOUND, passage));
        assertTrue(mailbox.trace(id(passage)).contains("outbound All Enqueue draft"));
    }

    @Test
    void a_mail_that_an_operator_s_line_ends_is_not_released() {
        String outbound = "<mailet match=\"RecipientIs=carl@elsewhere.test\" class=\"Null\"/>" + OUTBOUND;
        assertDenied("not_released", pass(outbound, passage("carl@elsewhere.test")));
        assertEquals(0, queued.get());
    }

    @Test
    void a_mail_from_which_a_line_takes_a_recipient_leaves_for_nobody() {
        String outbound = "<mailet match=\"RecipientIs=carl@elsewhere.test\" class=\"Null\"/>" + OUTBOUND;
        assertDenied("not_released", pass(outbound, passage("carl@elsewhere.test", "dora@example.test")));
        assertEquals(0, queued.get());
    }

    @Test
    void a_mail_that_a_line_splits_and_lets_go_is_decided_once() {
        String outbound = TestMailet.line("RecipientIs=carl@elsewhere.test", "looks", mail -> {}) + OUTBOUND;
        assertDenied("not_released", pass(outbound, passage("carl@elsewhere.test", "dora@example.test")));
        assertEquals(0, queued.get());
    }

    @Test
    void a_mail_that_a_line_changes_does_not_leave_unchanged() {
        String outbound = "<mailet match=\"All\" class=\"SetMimeHeader\"><name>X-A</name><value>1</value></mailet>";
        assertDenied("not_released", pass(outbound + OUTBOUND, passage("carl@elsewhere.test")));
    }

    @Test
    void a_line_that_reads_the_mail_does_not_keep_it_from_leaving() {
        String outbound = "<mailet match=\"HasHeader=X-Nothing\" class=\"Null\"/>"
                + TestMailet.line("All", "reads-body", OutboundProcessorTest::read);
        assertEquals(new Outcome.Queued(), pass(outbound + OUTBOUND, passage("dömel@elsewhere.test")));
    }

    @Test
    void the_caller_s_fault_comes_out_as_it_was_thrown() {
        CallerFault fault = CallerFault.conflict("already_handled", "The message is handled already.");
        queue = (candidate, envelope) -> {
            throw fault;
        };
        assertSame(fault, assertThrows(CallerFault.class, () -> pass(OUTBOUND, passage("carl@elsewhere.test"))));
        String ignoring = OUTBOUND.replace(
                "class=\"Enqueue\"/>", "class=\"Enqueue\"><onMailetException>ignore</onMailetException></mailet>");
        assertSame(fault, assertThrows(CallerFault.class, () -> pass(ignoring, passage("carl@elsewhere.test"))));
    }

    @Test
    void a_database_that_is_away_comes_out_as_it_was_thrown() {
        Unavailable away = new Unavailable("asking", null);
        policy = candidate -> {
            throw away;
        };
        assertSame(away, assertThrows(Unavailable.class, () -> pass(OUTBOUND, passage("carl@elsewhere.test"))));
    }

    @Test
    void a_failing_line_fails_the_call_and_nothing_is_sent() {
        String outbound = TestMailet.line("All", "fails-outbound", mail -> {
            throw new IllegalArgumentException("broken");
        });
        IllegalStateException failure = assertThrows(
                IllegalStateException.class, () -> pass(outbound + OUTBOUND, passage("carl@elsewhere.test")));
        assertTrue(String.valueOf(failure.getMessage()).contains("TestMailet (All) in processor outbound failed"));
        assertEquals(0, queued.get());
    }

    @Test
    void a_line_that_fails_behind_the_queue_changes_nothing_for_the_caller() {
        String outbound = OUTBOUND
                + TestMailet.line("All", "fails-behind", mail -> {
                    throw new StackOverflowError();
                });
        assertEquals(new Outcome.Queued(), pass(outbound, passage("carl@elsewhere.test")));
    }

    @Test
    void a_mail_sent_to_the_error_processor_is_denied_and_kept_nowhere() {
        String outbound =
                "<mailet match=\"All\" class=\"ToProcessor\"><processor>error</processor></mailet>" + OUTBOUND;
        Passage passage = passage("carl@elsewhere.test");
        assertDenied("not_released", pass(outbound, passage));
        assertEquals(0, mailbox.count());
        assertEquals(
                "error All KeepForOperator refused", mailbox.trace(id(passage)).getLast());
    }

    @Test
    void a_trace_that_cannot_be_kept_does_not_take_back_what_is_queued() {
        queue = (candidate, envelope) -> {
            mailbox.away(true);
            return new Outcome.Queued();
        };
        assertEquals(new Outcome.Queued(), pass(OUTBOUND, passage("carl@elsewhere.test")));
    }

    @Test
    void the_caller_s_logging_context_is_left_as_it_was() {
        MDC.put("mail", "outer");
        MDC.put("host", "of the request");
        try {
            pass(OUTBOUND, passage("carl@elsewhere.test"));
            assertEquals("outer", MDC.get("mail"));
            assertEquals("of the request", MDC.get("host"));
            assertNull(MDC.get("recipients"));
        } finally {
            MDC.clear();
        }
    }

    private static void read(Mail mail) throws MessagingException {
        try {
            assertTrue(mail.getMessage().getSize() > 0);
            assertEquals("Thanks\r\n", mail.getMessage().getContent());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertDenied(String code, Outcome outcome) {
        assertEquals(code, assertInstanceOf(Outcome.Denied.class, outcome).code());
    }

    private Outcome pass(String outbound, Passage passage) {
        Path file = TestContainer.write(directory, processors(ROOT, ACCEPTED, outbound, ERROR));
        OurMailets ours =
                TestContainer.over(mailbox, new Authorise(policy), new KeepAsDraft(drafts), new Enqueue(queue));
        try (MailetHost host = TestContainer.load(file, ours)) {
            return new OutboundProcessor(host, mailbox::trace, new TestClock()).pass(passage);
        }
    }

    private static UUID id(Passage passage) {
        return passage.candidate().message().id().value();
    }

    private static Passage passage(String... recipients) {
        byte[] raw =
                "From: sales@here.test\r\nSubject: Re: An offer\r\n\r\nThanks\r\n".getBytes(StandardCharsets.UTF_8);
        EndpointId endpoint = EndpointId.at(NOW);
        AgentId agent = AgentId.at(NOW);
        Actor actor = new Actor.Program(agent, "Bo");
        Outbound message = new Outbound(
                new MessageFacts(
                        MessageId.at(NOW),
                        WORKSPACE,
                        endpoint,
                        ThreadId.at(NOW),
                        Mailbox.of(EmailAddress.of("sales@here.test")),
                        List.of(),
                        List.of(),
                        List.of(),
                        "Re: An offer",
                        null,
                        RawDigest.of(raw),
                        raw.length,
                        NOW),
                OutboundStatus.QUEUED,
                null,
                actor,
                null,
                false,
                List.of(),
                null,
                null);
        Candidate candidate = new Candidate(
                new Principal(
                        TokenId.at(NOW),
                        WORKSPACE,
                        actor,
                        UserId.at(NOW),
                        endpoint,
                        Grant.of(Set.of(Scope.EMAIL_SEND))),
                new Endpoint(
                        endpoint,
                        WORKSPACE,
                        "sales",
                        "sales@here.test",
                        Endpoint.Kind.CUSTOM,
                        false,
                        Behaviour.DEFAULT.handledBy(agent).with(Endpoint.ReplyPolicy.AGENT_DECIDES),
                        NOW,
                        NOW),
                message,
                null,
                false,
                true,
                new Candidate.Content(new DraftText("Thanks", null), false, ""),
                Candidate.Look.NONE);
        List<EmailAddress> to = Stream.of(recipients).map(EmailAddress::of).toList();
        return new Passage(candidate, new Envelope(ReversePath.of(EmailAddress.of("b+1@here.test")), to), raw);
    }
}
