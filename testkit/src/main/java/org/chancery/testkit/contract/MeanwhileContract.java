package org.chancery.testkit.contract;

import static org.chancery.testkit.contract.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.chancery.core.access.Actor;
import org.chancery.core.access.Agent;
import org.chancery.core.access.Agent.ExecutionMode;
import org.chancery.core.access.Agent.Status;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.endpoint.Endpoint.ReplyPolicy;
import org.chancery.core.event.EventType;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.AgentId;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.send.Candidate;
import org.chancery.core.send.OutboundPipeline.Outcome;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What others do while a mail is written and composed, over a real database: it is decided on as things are when it leaves. */
public interface MeanwhileContract {
    Store store();

    /** An agent whose work the model does, a mail that it has the turn on, and the answer that it wrote. */
    final class Turn {
        final SendLab lab;
        final Agent agent;
        final Inbound mail;
        final Outbound answer;
        final Candidate candidate;
        private final Store store;

        Turn(Store store) {
            this.store = store;
            this.lab = new SendLab(store);
            this.agent = keptAgent("writer");
            say(ReplyPolicy.ALWAYS_REPLY);
            this.mail = routedTo(agent.id());
            this.answer = SendLab.by(new Actor.Program(agent.id(), agent.name()), lab.mail(mail));
            this.candidate = lab.candidate(answer, mail);
        }

        Agent keptAgent(String name) {
            Agent agent = with(lab.samples.agent(name), Status.ACTIVE, ExecutionMode.AUTO);
            store.transactions().run(tx -> store.access().add(tx, agent, "sealed"));
            return agent;
        }

        private Inbound routedTo(AgentId agent) {
            Inbound sample = lab.samples.inbound(lab.samples.keptThread());
            return lab.samples.keep(new Inbound(
                    sample.facts(),
                    HandlingState.ROUTED,
                    "the agent has the turn",
                    sample.spool(),
                    sample.recipient(),
                    sample.reversePath(),
                    sample.classification(),
                    AuthenticationResults.NONE,
                    agent));
        }

        static Agent with(Agent agent, Status status, ExecutionMode mode) {
            return new Agent(
                    agent.id(),
                    agent.workspace(),
                    agent.name(),
                    agent.type(),
                    status,
                    mode,
                    agent.owner(),
                    agent.webhookUrl(),
                    agent.createdAt(),
                    NOW);
        }

        void change(Status status, ExecutionMode mode) {
            store.transactions().run(tx -> store.access().update(tx, with(agent, status, mode)));
        }

        void say(ReplyPolicy policy) {
            Endpoint endpoint = lab.samples.endpoint;
            store.transactions()
                    .run(tx -> store.endpoints()
                            .update(tx, endpoint.with(endpoint.behaviour().with(policy), NOW)));
        }

        void assignTo(AgentId other) {
            Boolean isAssigned = store.transactions()
                    .in(tx -> store.messages().assign(tx, mail.id(), HandlingState.ROUTED, other, "assigned", NOW));
            assertTrue(isAssigned);
        }

        void move(HandlingState next, String reason) {
            Boolean isMoved = store.transactions()
                    .in(tx -> store.messages().move(tx, mail.id(), HandlingState.ROUTED, next, reason, NOW));
            assertTrue(isMoved);
        }

        Outcome send() {
            return lab.dispatch.enqueue(candidate, lab.envelope(answer));
        }

        @Nullable
        OutboundStatus status() {
            return store.transactions()
                    .in(tx -> store.messages().find(tx, lab.samples.workspace.id(), answer.id()))
                    .map(found -> ((Outbound) found).status())
                    .orElse(null);
        }

        HandlingState state() {
            return store.transactions()
                    .in(tx -> store.messages().find(tx, lab.samples.workspace.id(), mail.id()))
                    .map(found -> ((Inbound) found).state())
                    .orElseThrow();
        }

        void refused(String code) {
            Outcome.Denied denied = assertInstanceOf(Outcome.Denied.class, send());
            assertEquals(code, denied.code());
            Outcome asDraft = lab.dispatch.keepAsDraft(candidate, "it is looked at first");
            assertEquals(code, assertInstanceOf(Outcome.Denied.class, asDraft).code());
            assertEquals(null, status());
        }
    }

    @Test
    default void what_the_model_wrote_leaves_while_its_agent_has_the_turn() {
        Turn turn = new Turn(store());
        assertInstanceOf(Outcome.Queued.class, turn.send());
        assertEquals(OutboundStatus.QUEUED, turn.status());
        assertEquals(HandlingState.HANDLED, turn.state());
        Turn assigned = new Turn(store());
        assigned.assignTo(assigned.agent.id());
        assertInstanceOf(Outcome.Queued.class, assigned.send());
    }

    @Test
    default void what_the_model_wrote_does_not_leave_where_somebody_dealt_with_the_mail() {
        Turn settled = new Turn(store());
        settled.move(HandlingState.HANDLED, "answered by somebody");
        settled.refused("turn_over");
        Turn taken = new Turn(store());
        taken.move(HandlingState.AWAITING_REVIEW, "given to people");
        taken.refused("turn_over");
        Turn given = new Turn(store());
        given.assignTo(given.keptAgent("other").id());
        given.refused("turn_over");
    }

    @Test
    default void what_the_model_wrote_does_not_leave_where_its_agent_was_switched_off_or_given_to_others() {
        for (Status status : List.of(Status.PAUSED, Status.DISABLED)) {
            Turn turn = new Turn(store());
            turn.change(status, ExecutionMode.AUTO);
            turn.refused("agent_not_active");
            assertEquals(HandlingState.ROUTED, turn.state());
        }
        Turn turn = new Turn(store());
        turn.change(Status.ACTIVE, ExecutionMode.HUMAN);
        turn.refused("agent_not_active");
    }

    @Test
    default void a_reply_leaves_by_the_policy_that_its_endpoint_has_by_then() {
        Turn reviewed = new Turn(store());
        reviewed.say(ReplyPolicy.HUMAN_REVIEW);
        assertInstanceOf(Outcome.Drafted.class, reviewed.send());
        assertEquals(OutboundStatus.DRAFT, reviewed.status());
        Turn silent = new Turn(store());
        silent.say(ReplyPolicy.NEVER_REPLY);
        assertEquals(
                "replies_not_allowed",
                assertInstanceOf(Outcome.Denied.class, silent.send()).code());
        assertEquals(null, silent.status());
    }

    @Test
    default void nothing_leaves_or_begins_to_wait_at_an_endpoint_that_was_removed_since() {
        SendLab lab = new SendLab(store());
        Outbound now = lab.mail(null);
        Outbound later = SendLab.at(lab.mail(null), NOW.plus(Duration.ofHours(1)));
        List<Candidate> composed = List.of(lab.candidate(now, null), lab.candidate(later, null));
        lab.remove();
        for (Candidate candidate : composed) {
            CallerFault refused = assertThrows(
                    CallerFault.class, () -> lab.dispatch.enqueue(candidate, lab.envelope(candidate.message())));
            assertEquals("endpoint_removed", refused.code());
        }
        Turn turn = new Turn(store());
        turn.assignTo(turn.agent.id());
        turn.lab.remove();
        CallerFault refused =
                assertThrows(CallerFault.class, () -> turn.lab.dispatch.keepAsDraft(turn.candidate, "looked at first"));
        assertEquals("endpoint_removed", refused.code());
        assertEquals(HandlingState.HANDLED, turn.state());
    }

    @Test
    default void two_tries_of_one_request_make_one_version_of_a_draft() {
        SendLab lab = new SendLab(store());
        Inbound mail = lab.samples.keptInbound();
        Outbound first = lab.mail(mail);
        Outbound second = lab.mail(mail);
        Outcome made = lab.dispatch.keepAsDraft(lab.candidate(first, mail), "looked at first");
        assertEquals(first.id(), assertInstanceOf(Outcome.Drafted.class, made).message());
        List<Outcome> outcomes = new ArrayList<>(
                AtOnce.run(4, number -> lab.dispatch.keepAsDraft(lab.candidate(second, mail), "looked at " + number)));
        outcomes.add(lab.dispatch.keepAsDraft(lab.candidate(first, mail), "the first again"));
        for (Outcome outcome : outcomes) {
            assertEquals(
                    first.id(), assertInstanceOf(Outcome.Drafted.class, outcome).message());
        }
        long told = store()
                .transactions()
                .in(tx -> store().events().after(tx, lab.samples.workspace.id(), 0, Set.of(), 100))
                .stream()
                .filter(entry -> entry.event().type() == EventType.MESSAGE_AWAITING_REVIEW)
                .count();
        assertEquals(2, told, "of the draft, and of its second version");
    }
}
