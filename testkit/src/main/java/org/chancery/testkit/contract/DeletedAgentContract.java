package org.chancery.testkit.contract;

import static org.chancery.testkit.contract.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.chancery.core.access.Agent;
import org.chancery.core.access.AgentService;
import org.chancery.core.access.Grant;
import org.chancery.core.access.Principal;
import org.chancery.core.access.Scope;
import org.chancery.core.access.SecretBox;
import org.chancery.core.access.Token;
import org.chancery.core.access.TokenSecret;
import org.chancery.core.event.EventType;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.SpoolId;
import org.chancery.core.id.TokenId;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.mail.Classification;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.MessageReader;
import org.chancery.core.mail.ReversePath;
import org.chancery.core.mailbox.Handling;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.mailbox.Handover;
import org.chancery.core.mailbox.MailboxService;
import org.chancery.core.mailbox.MailboxService.Arrived;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.quarantine.HeldBackMail;
import org.chancery.testkit.clock.TurningClock;
import org.junit.jupiter.api.Test;

/** Mail that is being routed to an agent while somebody deletes it, over a real database: a person gets it, whoever comes first. */
public interface DeletedAgentContract {
    /** Where nothing holds a delivery or a deletion back, it is done long before. */
    long LONG_ENOUGH_SECONDS = 1;

    int ROUNDS = 10;

    /** More than are given to people in one transaction. */
    int MANY = 450;

    Store store();

    /** An agent that handles no endpoint any more, and an admin. */
    final class Desk {
        final Samples samples;
        final Agent agent;
        final AgentService agents;
        final MailboxService mailbox;
        final Principal admin;
        private final Store store;

        Desk(Store store) {
            this.store = store;
            this.samples = Samples.in(store);
            this.agent = samples.keptAgent("helper");
            TurningClock clock = TurningClock.atStart();
            Handover handover = new Handover(store.messages(), store.endpoints(), store.events(), clock);
            this.agents = new AgentService(
                    store.transactions(),
                    store.access(),
                    new AgentService.Surroundings(
                            url -> Optional.empty(),
                            (tx, workspace, id) -> false,
                            (tx, gone, limit) -> handover.toPeople(
                                    tx, gone.workspace(), gone.id(), limit, "agent " + gone.name() + " was deleted")),
                    new SecretBox(new byte[32]),
                    store.audit(),
                    clock);
            this.mailbox = new MailboxService(
                    store.transactions(),
                    new MailboxService.Stores(
                            store.messages(),
                            store.folders(),
                            store.endpoints(),
                            store.traces(),
                            store.access(),
                            new HeldBackMail(store.quarantine())),
                    store.events(),
                    clock);
            Token token = new Token(
                    TokenId.at(NOW),
                    samples.workspace.id(),
                    "admin",
                    Grant.of(EnumSet.of(Scope.ADMIN)),
                    null,
                    null,
                    samples.person.id(),
                    NOW);
            store.transactions()
                    .run(tx ->
                            store.access().add(tx, token, TokenSecret.generate().hash()));
            this.admin = store.transactions()
                    .in(tx -> store.access().standing(tx, samples.workspace.id(), token.id()))
                    .flatMap(standing -> standing.principal(NOW))
                    .orElseThrow();
        }

        /** Stores a mail whose handling was resolved while the agent had the endpoint. */
        MessageId deliver() {
            byte[] raw = "From: zoe@stranger.example\r\nSubject: A question\r\n\r\nHello\r\n"
                    .getBytes(StandardCharsets.US_ASCII);
            try {
                return mailbox.deliver(
                                new Arrived(
                                        SpoolId.at(NOW),
                                        NOW,
                                        ReversePath.of(EmailAddress.of("zoe@stranger.example")),
                                        EmailAddress.of(samples.endpoint.address()),
                                        MessageReader.header(new ByteArrayInputStream(raw)),
                                        Classification.HUMAN,
                                        AuthenticationResults.NONE,
                                        RawDigest.of(raw),
                                        raw.length),
                                new Handling(
                                        samples.workspace.id(),
                                        samples.endpoint.id(),
                                        "INBOX",
                                        HandlingState.ROUTED,
                                        agent.id(),
                                        1000,
                                        1000,
                                        "agent helper has the turn"))
                        .message();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void delete() {
            agents.delete(admin, agent.id());
        }

        boolean isThere() {
            return store.transactions()
                    .in(tx -> store.access().agent(tx, samples.workspace.id(), agent.id()))
                    .isPresent();
        }

        Inbound found(MessageId id) {
            return (Inbound) store.transactions()
                    .in(tx -> store.messages().find(tx, samples.workspace.id(), id))
                    .orElseThrow();
        }

        long waiting() {
            return store.transactions()
                    .in(tx -> store.endpoints().counters(tx, samples.workspace.id(), List.of(samples.endpoint.id())))
                    .values()
                    .iterator()
                    .next()
                    .awaitingReview();
        }

        long told(EventType type) {
            return store
                    .transactions()
                    .in(tx -> store.events().after(tx, samples.workspace.id(), 0, Set.of(), 2000))
                    .stream()
                    .filter(entry -> entry.event().type() == type)
                    .count();
        }

        void isWithPeople(MessageId id, String why) {
            Inbound mail = found(id);
            assertEquals(HandlingState.AWAITING_REVIEW, mail.state(), mail.stateReason());
            assertEquals(why, mail.stateReason());
        }
    }

    @Test
    default void mail_that_comes_while_its_agent_is_being_deleted_waits_for_a_person() {
        Desk desk = new Desk(store());
        CompletableFuture<MessageId> delivering = store().transactions().in(tx -> {
            store().access().lockAgent(tx, desk.samples.workspace.id(), desk.agent.id());
            store().access().delete(tx, desk.agent.id(), NOW);
            return begunWithin(CompletableFuture.supplyAsync(desk::deliver));
        });
        MessageId mail = delivering.join();
        desk.isWithPeople(mail, "the endpoint's agent was deleted meanwhile");
        assertNull(desk.found(mail).agent());
        assertEquals(1, desk.waiting());
        assertEquals(0, desk.told(EventType.MESSAGE_ROUTED));
        assertEquals(1, desk.told(EventType.MESSAGE_AWAITING_REVIEW));
    }

    @Test
    default void an_agent_that_gets_a_mail_while_it_is_being_deleted_gives_it_to_people() {
        Desk desk = new Desk(store());
        Inbound sample = desk.samples.inbound(desk.samples.keptThread());
        Inbound routed = new Inbound(
                sample.facts(),
                HandlingState.ROUTED,
                "agent helper has the turn",
                sample.spool(),
                sample.recipient(),
                sample.reversePath(),
                sample.classification(),
                sample.authentication(),
                desk.agent.id());
        CompletableFuture<Void> deleting = store().transactions().in(tx -> {
            assertEquals(
                    Optional.of(Agent.Status.ACTIVE),
                    store().access().holdStatus(tx, desk.samples.workspace.id(), desk.agent.id()));
            store().messages().add(tx, routed);
            return begunWithin(CompletableFuture.runAsync(desk::delete));
        });
        deleting.join();
        assertFalse(desk.isThere());
        desk.isWithPeople(routed.id(), "agent helper was deleted");
    }

    /** What was begun within a transaction and waits for its end. */
    private static <T> CompletableFuture<T> begunWithin(CompletableFuture<T> begun) {
        assertThrows(TimeoutException.class, () -> begun.get(LONG_ENOUGH_SECONDS, TimeUnit.SECONDS));
        return begun;
    }

    @Test
    default void whichever_of_both_comes_first_no_mail_is_left_with_an_agent_that_is_gone() {
        for (int round = 0; round < ROUNDS; round++) {
            Desk desk = new Desk(store());
            List<Optional<MessageId>> done = AtOnce.run(3, number -> {
                if (number > 0) {
                    return Optional.of(desk.deliver());
                }
                desk.delete();
                return Optional.empty();
            });
            assertFalse(desk.isThere());
            for (MessageId mail : done.stream().flatMap(Optional::stream).toList()) {
                Inbound found = desk.found(mail);
                assertEquals(HandlingState.AWAITING_REVIEW, found.state(), found.stateReason());
            }
            assertEquals(2, desk.waiting());
            assertEquals(2, desk.told(EventType.MESSAGE_AWAITING_REVIEW));
        }
    }

    @Test
    default void all_that_an_agent_left_undone_goes_to_people_when_it_is_deleted() {
        Desk desk = new Desk(store());
        MessageId first = desk.deliver();
        for (int i = 1; i < MANY; i++) {
            desk.deliver();
        }
        Desk other = new Desk(store());
        MessageId theirs = other.deliver();
        assertEquals(HandlingState.ROUTED, desk.found(first).state());
        desk.delete();
        assertFalse(desk.isThere());
        desk.isWithPeople(first, "agent helper was deleted");
        assertEquals(MANY, desk.waiting());
        assertEquals(HandlingState.ROUTED, other.found(theirs).state());
    }

    @Test
    default void mail_that_a_person_gave_it_goes_back_to_people_unless_something_came_of_it() {
        Desk desk = new Desk(store());
        Inbound given = desk.samples.keptInbound();
        Inbound answered = desk.samples.keptInbound();
        store().transactions().run(tx -> {
            for (Inbound mail : List.of(given, answered)) {
                store().messages()
                        .assign(
                                tx,
                                mail.id(),
                                HandlingState.AWAITING_REVIEW,
                                desk.agent.id(),
                                "assigned to helper",
                                NOW);
            }
            store().messages()
                    .move(tx, answered.id(), HandlingState.HANDLED, HandlingState.HANDLED, "answered by helper", NOW);
        });
        desk.delete();
        desk.isWithPeople(given.id(), "agent helper was deleted");
        assertEquals(HandlingState.HANDLED, desk.found(answered.id()).state());
        assertEquals(1, desk.waiting());
    }

    @Test
    default void an_agent_that_was_switched_off_since_gets_no_turn() {
        for (Agent.Status status : List.of(Agent.Status.PAUSED, Agent.Status.DISABLED)) {
            Desk desk = new Desk(store());
            store().transactions()
                    .run(tx -> store().access()
                            .update(tx, MeanwhileContract.Turn.with(desk.agent, status, Agent.ExecutionMode.EXTERNAL)));
            desk.isWithPeople(desk.deliver(), "the endpoint's agent was " + status.text() + " meanwhile");
        }
    }
}
