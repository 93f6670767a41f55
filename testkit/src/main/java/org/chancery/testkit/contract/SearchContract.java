package org.chancery.testkit.contract;

import static org.chancery.testkit.contract.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.ThreadId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.mailbox.Message;
import org.chancery.core.mailbox.Message.DraftText;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.MessageFacts;
import org.chancery.core.mailbox.MessageRepository.MessageQuery;
import org.chancery.core.mailbox.MessageRepository.Place;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.search.SearchRepository;
import org.chancery.core.search.SearchRepository.Found;
import org.chancery.core.search.SearchRepository.SearchQuery;
import org.chancery.core.search.SearchRepository.Waiting;
import org.chancery.core.search.Term;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a {@link SearchRepository} has to do. */
public interface SearchContract {

    Store store();

    private SearchRepository search() {
        return store().search();
    }

    private <T> T in(Function<Tx, T> work) {
        return store().transactions().in(work);
    }

    private boolean holds(Function<Tx, Boolean> work) {
        return in(work);
    }

    private static Set<Term> words(String words) {
        return Term.asked(Term.Place.ANYWHERE, words);
    }

    private static MessageQuery anyOf(Samples samples) {
        return new MessageQuery(samples.workspace.id(), null, null, null, null, null, null, null, null);
    }

    private static MessageQuery anyOf(Samples samples, @Nullable Instant since, @Nullable Place before) {
        return new MessageQuery(samples.workspace.id(), null, null, null, null, null, null, since, before);
    }

    private Found page(MessageQuery mail, String words, int limit) {
        return in(tx -> search().page(tx, new SearchQuery(mail, words(words)), limit));
    }

    private List<MessageId> found(MessageQuery mail, String words) {
        Found found = page(mail, words, 100);
        assertNull(found.goOn());
        return found.messages().stream().map(Message::id).toList();
    }

    /** A mail that says these words, findable by them. */
    private Inbound saying(Samples samples, String words, Instant at) {
        return saying(samples, samples.facts(samples.keptThread(), null, "zoe@stranger.example", "?", at), words);
    }

    private Inbound saying(Samples samples, MessageFacts facts, String words) {
        Inbound mail = samples.keep(samples.inbound(facts));
        put(mail, words);
        return mail;
    }

    private void put(Message mail, String words) {
        assertTrue(holds(tx -> search().put(tx, mail, words(words))));
    }

    private List<MessageId> waiting(Samples samples) {
        return in(tx -> search().waiting(tx, samples.workspace.id(), 100)).stream()
                .map(Waiting::message)
                .toList();
    }

    @Test
    default void mail_waits_for_its_terms_from_its_storing_until_it_has_them() {
        Samples samples = Samples.in(store());
        Inbound first = samples.keptInbound();
        Outbound second =
                samples.keep(samples.outbound(samples.keptThread(), OutboundStatus.QUEUED, null, "bob@one.example"));
        assertEquals(Set.of(first.id(), second.id()), Set.copyOf(waiting(samples)));
        assertTrue(in(tx -> search().waitingBehind(tx, null, 1_000)).stream()
                .anyMatch(waiting -> waiting.equals(new Waiting(samples.workspace.id(), first.id()))));
        assertEquals(List.of(), waiting(Samples.in(store())));

        put(first, "river");

        assertEquals(List.of(second.id()), waiting(samples));
        assertFalse(holds(tx -> search().put(tx, first, words("lake"))), "it has its terms");
        assertEquals(List.of(first.id()), found(anyOf(samples), "river"));
        assertEquals(List.of(), found(anyOf(samples), "lake"));
    }

    @Test
    default void the_newest_that_waits_comes_first() {
        Samples samples = Samples.in(store());
        List<MessageId> newestFirst = IntStream.range(0, 5)
                .mapToObj(i -> samples.keep(samples.inbound(samples.facts(
                                samples.keptThread(), null, "zoe@stranger.example", "?", NOW.minusSeconds(i))))
                        .id())
                .toList();
        assertEquals(newestFirst, waiting(samples));
        assertEquals(
                newestFirst.subList(0, 2),
                in(tx -> search().waiting(tx, samples.workspace.id(), 2)).stream()
                        .map(Waiting::message)
                        .toList());
        assertEquals(
                newestFirst.subList(3, 5),
                in(tx -> search().waitingBehind(tx, newestFirst.get(2), 1_000)).stream()
                        .filter(waiting -> waiting.workspace().equals(samples.workspace.id()))
                        .map(Waiting::message)
                        .toList());
    }

    @Test
    default void mail_is_found_by_all_of_its_words_and_not_by_some() {
        Samples samples = Samples.in(store());
        Inbound both = saying(samples, "red boat", NOW);
        Inbound red = saying(samples, "red house", NOW.plusSeconds(1));
        Inbound boat = saying(samples, "green boat", NOW.plusSeconds(2));

        assertEquals(List.of(red.id(), both.id()), found(anyOf(samples), "red"));
        assertEquals(List.of(boat.id(), both.id()), found(anyOf(samples), "boat"));
        assertEquals(List.of(both.id()), found(anyOf(samples), "red boat"));
        assertEquals(List.of(both.id()), found(anyOf(samples), "boat red"));
        assertEquals(List.of(), found(anyOf(samples), "red boat house"));
        assertEquals(List.of(), found(anyOf(samples), "re"));
        assertEquals(List.of(), found(anyOf(Samples.in(store())), "red"), "nobody else's");
    }

    @Test
    default void pages_show_everything_once_and_the_newest_first() {
        Samples samples = Samples.in(store());
        List<MessageId> newestFirst = new ArrayList<>();
        // Several of one time: their order is that of their ids.
        for (int i = 0; i < 25; i++) {
            newestFirst.add(saying(samples, i % 2 == 0 ? "tall tree" : "tree", NOW.plusSeconds(i / 3))
                    .id());
        }
        Set<MessageId> paged = new LinkedHashSet<>();
        Instant last = Instant.MAX;
        Place before = null;
        for (List<Message> page = page(anyOf(samples), "tree", 4).messages();
                !page.isEmpty();
                page = page(anyOf(samples, null, before), "tree", 4).messages()) {
            for (Message message : page) {
                assertTrue(paged.add(message.id()));
                assertFalse(message.facts().occurredAt().isAfter(last));
                last = message.facts().occurredAt();
            }
            before = new Place(last, page.getLast().id());
        }
        assertEquals(Set.copyOf(newestFirst), paged);
        assertEquals(13, found(anyOf(samples), "tree tall").size());
    }

    @Test
    default void a_time_is_a_bound_on_either_side() {
        Samples samples = Samples.in(store());
        Inbound early = saying(samples, "snow", NOW);
        Inbound late = saying(samples, "snow", NOW.plusSeconds(10));

        assertEquals(List.of(late.id()), found(anyOf(samples, NOW.plusMillis(1), null), "snow"));
        assertEquals(List.of(late.id(), early.id()), found(anyOf(samples, NOW, null), "snow"));
        Place until = SearchRepository.before(NOW.plusSeconds(10));
        assertEquals(List.of(early.id()), found(anyOf(samples, null, until), "snow"));
        assertEquals(List.of(), found(anyOf(samples, NOW.plusMillis(1), until), "snow"));
    }

    @Test
    default void what_else_the_mail_has_to_be_holds_whichever_list_is_walked() {
        Samples samples = Samples.in(store());
        Endpoint support = samples.keep(samples.newEndpoint("support"));
        ThreadId thread = samples.keptThread();
        MessageFacts facts = samples.facts(thread, null, "ada@stranger.example", "?", NOW);
        Inbound threaded = saying(samples, facts, "wheel of fortune");
        Inbound handled = Samples.inState(
                samples.inbound(samples.facts(samples.keptThread(), null, "bob@stranger.example", "?", NOW)),
                HandlingState.HANDLED);
        samples.keep(handled);
        put(handled, "wheel of fortune");
        Outbound sent = samples.keep(
                samples.outbound(samples.keptThread(), OutboundStatus.SENT, threaded.id(), "ada@stranger.example"));
        put(sent, "wheel of fortune");
        Inbound broken = Samples.inState(atEndpoint(samples, support.id(), NOW), HandlingState.ERROR);
        samples.keep(broken);
        put(broken, "wheel of fortune");
        // Mail without the words makes the words the shorter list, and other endpoints' words make the mail the shorter
        // one.
        for (int i = 0; i < 8; i++) {
            samples.keptInbound();
        }
        Inbound there = samples.keep(atEndpoint(samples, support.id(), NOW.minusSeconds(1)));
        put(there, "wheel and spoke");

        for (String words : List.of("wheel", "wheel fortune")) {
            assertEquals(
                    Set.of(threaded.id(), handled.id(), sent.id()),
                    Set.copyOf(found(anyOf(samples), words)).stream()
                            .filter(id -> !id.equals(there.id()))
                            .collect(Collectors.toSet()));
            assertEquals(List.of(threaded.id()), found(inThread(samples, thread), words));
            assertEquals(List.of(handled.id()), found(inState(samples, HandlingState.HANDLED, null), words));
            assertEquals(List.of(broken.id()), found(inState(samples, HandlingState.ERROR, null), words));
            assertEquals(List.of(sent.id()), found(inState(samples, null, OutboundStatus.SENT), words));
            assertEquals(List.of(sent.id()), found(directed(samples, false), words));
            assertEquals(List.of(threaded.id()), found(from(samples, List.of("ada@stranger.example")), words));
            assertEquals(List.of(), found(from(samples, List.of()), words));
            assertEquals(List.of(), found(at(samples, List.of()), words));
        }
        assertEquals(List.of(there.id()), found(at(samples, List.of(support.id())), "wheel"));
        assertEquals(List.of(), found(at(samples, List.of(support.id())), "fortune"));
        assertNotEquals(List.of(), found(at(samples, List.of(support.id(), samples.endpoint.id())), "fortune"));
    }

    private static Inbound atEndpoint(Samples samples, EndpointId endpoint, Instant at) {
        MessageFacts facts = samples.facts(samples.keptThread(), null, "eve@stranger.example", "?", at);
        return samples.inbound(new MessageFacts(
                facts.id(),
                facts.workspace(),
                endpoint,
                facts.thread(),
                facts.from(),
                facts.to(),
                facts.cc(),
                facts.bcc(),
                facts.subject(),
                facts.internetId(),
                facts.raw(),
                facts.size(),
                at));
    }

    private static MessageQuery inThread(Samples samples, ThreadId thread) {
        return new MessageQuery(samples.workspace.id(), null, null, null, null, null, thread, null, null);
    }

    private static MessageQuery inState(
            Samples samples, @Nullable HandlingState state, @Nullable OutboundStatus status) {
        return new MessageQuery(samples.workspace.id(), null, null, null, state, status, null, null, null);
    }

    private static MessageQuery directed(Samples samples, boolean inbound) {
        return new MessageQuery(samples.workspace.id(), null, null, inbound, null, null, null, null, null);
    }

    private static MessageQuery from(Samples samples, List<String> senders) {
        return new MessageQuery(samples.workspace.id(), null, senders, null, null, null, null, null, null);
    }

    private static MessageQuery at(Samples samples, List<EndpointId> endpoints) {
        return new MessageQuery(samples.workspace.id(), endpoints, null, null, null, null, null, null, null);
    }

    private Outbound keptDraft(Samples samples) {
        Outbound draft = samples.outbound(samples.keptThread(), OutboundStatus.DRAFT, null, "bob@one.example");
        return samples.keep(as(draft, draft.facts()));
    }

    /** The same draft with other bytes and of another time. */
    private static Outbound anew(Samples samples, Outbound draft, Instant at) {
        MessageFacts other = samples.facts(draft.facts().thread(), null, samples.endpoint.address(), "Other", at);
        MessageFacts facts = new MessageFacts(
                draft.id(),
                other.workspace(),
                other.endpoint(),
                other.thread(),
                other.from(),
                draft.facts().to(),
                List.of(),
                List.of(),
                other.subject(),
                other.internetId(),
                other.raw(),
                other.size(),
                at);
        return as(draft, facts);
    }

    private static Outbound as(Outbound draft, MessageFacts facts) {
        return new Outbound(
                facts,
                draft.status(),
                draft.inReplyTo(),
                draft.author(),
                null,
                false,
                draft.recipients(),
                new DraftText("Text", null),
                null);
    }

    @Test
    default void another_text_takes_the_terms_of_the_one_before() {
        Samples samples = Samples.in(store());
        Outbound draft = keptDraft(samples);
        put(draft, "old promise");
        Outbound anew = anew(samples, draft, NOW.plusSeconds(5));
        in(tx -> {
            store().messages().redraft(tx, draft.id(), anew);
            return true;
        });
        assertEquals(List.of(), found(anyOf(samples), "old"));
        assertEquals(List.of(draft.id()), waiting(samples));
        assertFalse(holds(tx -> search().put(tx, draft, words("old"))), "it says something else now");

        put(anew, "new promise");

        assertEquals(List.of(draft.id()), found(anyOf(samples), "new"));
        assertEquals(
                List.of(draft.id()), found(anyOf(samples, NOW.plusSeconds(5), null), "promise"), "at its new place");
        assertEquals(List.of(), found(anyOf(samples), "old"));
    }

    @Test
    default void terms_of_a_text_that_changes_in_this_moment_are_not_kept() {
        Samples samples = Samples.in(store());
        for (int i = 0; i < 20; i++) {
            Outbound draft = keptDraft(samples);
            Outbound anew = anew(samples, draft, NOW.plusSeconds(5));
            AtOnce.run(
                    2,
                    number -> number == 0
                            ? in(tx -> search().put(tx, draft, words("stale")))
                            : in(tx -> {
                                store().messages().redraft(tx, draft.id(), anew);
                                return true;
                            }));
            assertEquals(List.of(), found(anyOf(samples), "stale"));
            assertEquals(List.of(draft.id()), waiting(samples));
            put(anew, "fresh");
        }
        assertEquals(20, found(anyOf(samples), "fresh").size());
    }

    @Test
    default void of_several_who_give_a_mail_its_terms_one_does() {
        Samples samples = Samples.in(store());
        Inbound mail = samples.keptInbound();
        List<Boolean> done = AtOnce.run(4, number -> in(tx -> search().put(tx, mail, words("one"))));
        assertEquals(1, done.stream().filter(put -> put).count());
        assertEquals(List.of(mail.id()), found(anyOf(samples), "one"));
    }

    @Test
    default void addresses_and_places_are_told_apart() {
        Samples samples = Samples.in(store());
        Inbound mail = samples.keptInbound();
        EmailAddress ada = EmailAddress.of("Ada@Stranger.example");
        assertTrue(holds(tx -> search().put(
                        tx,
                        mail,
                        Set.of(
                                Term.address(Term.Place.SENDER, ada),
                                Term.domain(Term.Place.SENDER, ada.domain()),
                                Term.asked(Term.Place.SUBJECT, "Bridge")
                                        .iterator()
                                        .next()))));
        EmailAddress lower = EmailAddress.of("ada@stranger.example");
        assertTrue(isFound(samples, Term.address(Term.Place.SENDER, lower)));
        assertTrue(isFound(samples, Term.domain(Term.Place.SENDER, "stranger.example")));
        assertFalse(isFound(samples, Term.address(Term.Place.RECIPIENT, lower)));
        assertFalse(isFound(samples, Term.domain(Term.Place.SENDER, "example")));
        assertEquals(
                List.of(mail.id()),
                in(tx -> search().page(
                                        tx,
                                        new SearchQuery(anyOf(samples), Term.asked(Term.Place.SUBJECT, "bridge")),
                                        10))
                        .messages()
                        .stream()
                        .map(Message::id)
                        .toList());
        assertEquals(List.of(), found(anyOf(samples), "bridge"), "it stands in the subject only, as far as was told");
    }

    private boolean isFound(Samples samples, Term term) {
        return !in(tx -> search().page(tx, new SearchQuery(anyOf(samples), Set.of(term)), 10))
                .messages()
                .isEmpty();
    }
}
