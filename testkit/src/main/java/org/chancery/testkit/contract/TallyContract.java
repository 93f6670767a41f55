package org.chancery.testkit.contract;

import static org.chancery.testkit.contract.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.event.EventType;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.ThreadId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.mailbox.Message;
import org.chancery.core.mailbox.Message.DraftText;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.Message.Rejection;
import org.chancery.core.mailbox.MessageFacts;
import org.chancery.core.mailbox.MessageRepository;
import org.chancery.core.mailbox.MessageRepository.MessageQuery;
import org.chancery.core.mailbox.MessageRepository.Totalled;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the totals of a {@link MessageRepository} have to say: after whatever happened, what a recount says. */
public interface TallyContract {
    List<String> SENDERS = List.of("zoe@stranger.example", "max@stranger.example", "no address");

    Store store();

    private <T> T in(Function<Tx, T> work) {
        return store().transactions().in(work);
    }

    private MessageRepository messages() {
        return store().messages();
    }

    @Test
    default void totals_are_those_of_what_was_added() {
        Samples samples = Samples.in(store());
        assertEquals(0, total(samples, null, null, null));
        ThreadId thread = samples.keptThread();
        samples.keep(samples.inbound(thread));
        samples.keep(samples.inbound(thread));
        samples.keep(Samples.inState(samples.inbound(thread), HandlingState.ERROR));
        samples.keep(samples.outbound(thread, OutboundStatus.SENT, null, "zoe@stranger.example"));
        assertEquals(3, total(samples, null, null, null));
        assertEquals(2, total(samples, null, null, HandlingState.AWAITING_REVIEW));
        assertEquals(1, total(samples, null, null, HandlingState.ERROR));
        assertEquals(0, total(samples, null, null, HandlingState.UNROUTED));
        assertEquals(2, total(samples, null, List.of("zoe@stranger.example"), null));
        assertEquals(0, total(samples, List.of(), null, null));
        assertEquals(0, total(samples, null, List.of(), null));
        assertEquals(0, total(Samples.in(store()), List.of(samples.endpoint.id()), null, null));
    }

    @Test
    default void what_was_refused_or_rolled_back_is_not_counted() {
        Samples samples = Samples.in(store());
        Inbound message = samples.keptInbound();
        in(tx -> messages().add(tx, message));
        in(tx -> messages().move(tx, message.id(), HandlingState.ROUTED, HandlingState.HANDLED, "not expected", NOW));
        try {
            store().transactions().run(tx -> {
                messages().add(tx, samples.inbound(message.facts().thread()));
                throw new IllegalStateException("the transaction fails");
            });
        } catch (IllegalStateException expected) {
            assertEquals("the transaction fails", expected.getMessage());
        }
        assertEquals(1, total(samples, null, null, HandlingState.AWAITING_REVIEW));
        assertAsRecounted(samples);
    }

    @Test
    default void a_draft_whose_endpoint_got_another_address_is_counted_under_the_new_one() {
        Samples samples = Samples.in(store());
        Inbound question = samples.keptInbound();
        Outbound draft = keptDraft(samples, question, "old@here.example");
        Outbound version = from(draft, "new@here.example");
        store().transactions().run(tx -> messages().redraft(tx, draft.id(), version));
        assertEquals(0, total(samples, null, List.of("old@here.example"), null));
        assertEquals(1, total(samples, null, List.of("new@here.example"), null));
        store().transactions().run(tx -> messages().release(tx, from(draft, "newer@here.example")));
        assertEquals(1, total(samples, null, List.of("newer@here.example"), null));
        assertEquals(2, total(samples, null, null, null));
    }

    @Test
    default void a_mail_that_is_assigned_counts_as_handled() {
        Samples samples = Samples.in(store());
        Inbound question = samples.keptInbound();
        AgentId agent = AgentId.at(NOW);
        in(tx -> messages().assign(tx, question.id(), HandlingState.AWAITING_REVIEW, agent, "assigned", NOW));
        assertEquals(1, total(samples, null, null, HandlingState.HANDLED));
        assertEquals(0, total(samples, null, null, HandlingState.AWAITING_REVIEW));
        in(tx -> messages()
                .move(tx, question.id(), HandlingState.HANDLED, HandlingState.HANDLED, "answered by its agent", NOW));
        assertEquals(1, total(samples, null, null, HandlingState.HANDLED));
    }

    /** With the head of the event log, which is locked after the tallies. */
    @Test
    default void totals_are_right_whatever_happens_at_once() {
        Samples samples = Samples.in(store());
        Endpoint support = samples.keep(samples.newEndpoint("support"));
        List<EndpointId> endpoints = List.of(samples.endpoint.id(), support.id());
        ThreadId thread = samples.keptThread();
        List<MessageId> shared = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            shared.add(samples.keep(inbound(samples, thread, new Random(i), endpoints))
                    .id());
        }
        AtOnce.run(4, number -> {
            Random random = new Random(number);
            for (int i = 0; i < 25; i++) {
                // Several in one transaction, in an order of their own.
                int changes = 1 + random.nextInt(3);
                store().transactions().run(tx -> {
                    if (random.nextBoolean()) {
                        store().events().append(tx, samples.event(EventType.MESSAGE_RECEIVED));
                    }
                    for (int change = 0; change < changes; change++) {
                        changeSomething(tx, samples, thread, random, endpoints, shared);
                    }
                });
            }
            return true;
        });
        assertAsRecounted(samples);
    }

    private void changeSomething(
            Tx tx,
            Samples samples,
            ThreadId thread,
            Random random,
            List<EndpointId> endpoints,
            List<MessageId> shared) {
        switch (random.nextInt(4)) {
            case 0 -> messages().add(tx, inbound(samples, thread, random, endpoints));
            case 1 -> {
                MessageId id = shared.get(random.nextInt(shared.size()));
                HandlingState[] states = HandlingState.values();
                HandlingState from = states[random.nextInt(states.length)];
                messages().move(tx, id, from, states[random.nextInt(states.length)], "moved", NOW);
            }
            case 2 -> {
                Outbound draft = draft(samples, samples.inbound(thread), samples.endpoint.address());
                messages().add(tx, draft);
                if (random.nextBoolean()) {
                    messages().reject(tx, draft.id(), new Rejection("no", "somebody", NOW));
                } else {
                    messages().release(tx, draft);
                }
            }
            default -> {
                Outbound sent = samples.outbound(thread, OutboundStatus.QUEUED, null, "zoe@stranger.example");
                messages().add(tx, sent);
                messages().move(tx, sent.id(), OutboundStatus.QUEUED, OutboundStatus.SENT, NOW);
            }
        }
    }

    private static Inbound inbound(Samples samples, ThreadId thread, Random random, List<EndpointId> endpoints) {
        HandlingState[] states = HandlingState.values();
        MessageFacts facts = samples.facts(
                thread, null, SENDERS.get(random.nextInt(SENDERS.size())), "n", NOW.plusSeconds(random.nextInt(10)));
        Inbound message = samples.inbound(at(endpoints.get(random.nextInt(endpoints.size())), facts, facts.from()));
        return Samples.inState(message, states[random.nextInt(states.length)]);
    }

    private Outbound keptDraft(Samples samples, Inbound question, String from) {
        return samples.keep(draft(samples, question, from));
    }

    private static Outbound draft(Samples samples, Inbound question, String from) {
        return from(samples.outbound(question.facts().thread(), OutboundStatus.DRAFT, question.id()), from);
    }

    private static Outbound from(Outbound message, String address) {
        return new Outbound(
                at(message.facts().endpoint(), message.facts(), new Mailbox(null, address)),
                message.status(),
                message.inReplyTo(),
                message.author(),
                null,
                false,
                message.recipients(),
                new DraftText("An answer", null),
                null);
    }

    private static MessageFacts at(EndpointId endpoint, MessageFacts facts, Mailbox from) {
        return new MessageFacts(
                facts.id(),
                facts.workspace(),
                endpoint,
                facts.thread(),
                from,
                facts.to(),
                facts.cc(),
                facts.bcc(),
                facts.subject(),
                facts.internetId(),
                facts.raw(),
                facts.size(),
                facts.occurredAt());
    }

    private long total(
            Samples samples,
            @Nullable List<EndpointId> endpoints,
            @Nullable List<String> senders,
            @Nullable HandlingState state) {
        return in(tx -> messages().total(tx, new Totalled(samples.workspace.id(), endpoints, senders, state)));
    }

    /** For each endpoint, sender and state and for all together, the list is as long as the total says. */
    private void assertAsRecounted(Samples samples) {
        List<@Nullable HandlingState> states = new ArrayList<>(Arrays.asList(HandlingState.values()));
        states.add(null);
        List<Message> all = new ArrayList<>();
        for (HandlingState state : states) {
            List<Message> listed = in(tx -> messages()
                    .page(
                            tx,
                            new MessageQuery(samples.workspace.id(), null, null, null, state, null, null, null, null),
                            100_000));
            assertEquals(listed.size(), total(samples, null, null, state), () -> "in state " + state);
            all.addAll(listed);
            for (EndpointId endpoint : listed.stream()
                    .map(message -> message.facts().endpoint())
                    .distinct()
                    .toList()) {
                assertEquals(
                        listed.stream()
                                .filter(message -> message.facts().endpoint().equals(endpoint))
                                .count(),
                        total(samples, List.of(endpoint), null, state));
            }
            for (String sender :
                    listed.stream().map(TallyContract::sender).distinct().toList()) {
                assertEquals(
                        listed.stream()
                                .filter(message -> sender(message).equals(sender))
                                .count(),
                        total(samples, null, List.of(sender), state),
                        () -> "of " + sender + " in state " + state);
            }
        }
        assertTrue(all.size() > 1);
    }

    private static String sender(Message message) {
        return message.facts()
                .from()
                .emailAddress()
                .map(EmailAddress::canonical)
                .orElse("");
    }
}
