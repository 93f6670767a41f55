package org.chancery.testkit.contract;

import static org.chancery.testkit.contract.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.chancery.core.access.Agent;
import org.chancery.core.endpoint.Behaviour;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the repositories have to do where a mail and its endpoint are given to an agent. */
public interface AssignmentContract {
    Store store();

    private <T> T in(Function<Tx, T> work) {
        return store().transactions().in(work);
    }

    private boolean holds(Function<Tx, Boolean> claim) {
        return store().transactions().in(claim);
    }

    private static Endpoint endpoint(Samples samples, String localPart, Endpoint.Plane plane, boolean isSystem) {
        Endpoint made = samples.newEndpoint(localPart);
        Behaviour behaviour = made.behaviour();
        return new Endpoint(
                made.id(),
                made.workspace(),
                localPart,
                made.address(),
                Endpoint.Kind.CUSTOM,
                isSystem,
                behaviour.with(behaviour.handler().with(plane, null)),
                NOW,
                NOW);
    }

    @Test
    default void an_assigned_mail_knows_its_agent_until_something_becomes_of_it() {
        Samples samples = Samples.in(store());
        Agent agent = samples.keptAgent("one");
        Inbound mail = samples.keptInbound();
        assertEquals(Optional.empty(), in(tx -> store().messages().assignee(tx, mail.id())));
        assertFalse(holds(
                tx -> store().messages().assign(tx, mail.id(), HandlingState.UNROUTED, agent.id(), "assigned", NOW)));
        assertTrue(holds(tx ->
                store().messages().assign(tx, mail.id(), HandlingState.AWAITING_REVIEW, agent.id(), "assigned", NOW)));
        assertEquals(Optional.of(agent.id()), in(tx -> store().messages().assignee(tx, mail.id())));
        Inbound found = (Inbound) in(tx -> store().messages().find(tx, samples.workspace.id(), mail.id()))
                .orElseThrow();
        assertEquals(agent.id(), found.agent());
        assertEquals(HandlingState.HANDLED, found.state());
        assertEquals("assigned", found.stateReason());
        in(tx -> store().messages()
                .move(tx, mail.id(), HandlingState.HANDLED, HandlingState.AWAITING_REVIEW, "a draft", NOW));
        assertEquals(Optional.empty(), in(tx -> store().messages().assignee(tx, mail.id())));
    }

    @Test
    default void an_agents_endpoint_without_an_agent_takes_one_and_no_other() {
        Samples samples = Samples.in(store());
        Agent one = samples.keptAgent("one");
        Agent two = samples.keptAgent("two");
        Endpoint open = samples.keep(endpoint(samples, "open", Endpoint.Plane.AGENT, false));
        assertTrue(holds(tx -> store().endpoints().wire(tx, open.id(), one.id(), NOW.plusSeconds(1))));
        assertFalse(holds(tx -> store().endpoints().wire(tx, open.id(), two.id(), NOW)));
        Endpoint wired = in(tx -> store().endpoints().find(tx, samples.workspace.id(), open.id()))
                .orElseThrow();
        assertEquals(one.id(), wired.agent());
        assertEquals(NOW.plusSeconds(1), wired.updatedAt());
    }

    @Test
    default void an_endpoint_of_people_and_the_outbound_mailbox_take_none() {
        Samples samples = Samples.in(store());
        Agent agent = samples.keptAgent("one");
        Endpoint light = samples.keep(endpoint(samples, "light", Endpoint.Plane.LIGHT, false));
        Endpoint system = samples.keep(endpoint(samples, "mail", Endpoint.Plane.AGENT, true));
        assertFalse(holds(tx -> store().endpoints().wire(tx, light.id(), agent.id(), NOW)));
        assertFalse(holds(tx -> store().endpoints().wire(tx, system.id(), agent.id(), NOW)));
    }

    @Test
    default void of_two_agents_that_are_given_an_endpoint_at_once_one_gets_it() {
        Samples samples = Samples.in(store());
        Endpoint open = samples.keep(endpoint(samples, "open", Endpoint.Plane.AGENT, false));
        Agent[] agents = {samples.keptAgent("one"), samples.keptAgent("two")};
        var wired =
                AtOnce.run(2, number -> in(tx -> store().endpoints().wire(tx, open.id(), agents[number].id(), NOW)));
        assertEquals(1, Collections.frequency(wired, true));
        @Nullable
        Object agent = in(tx -> store().endpoints().find(tx, samples.workspace.id(), open.id()))
                .orElseThrow()
                .agent();
        assertEquals(agents[wired.indexOf(true)].id(), Objects.requireNonNull(agent));
    }
}
