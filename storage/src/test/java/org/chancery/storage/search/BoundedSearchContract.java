package org.chancery.storage.search;

import static org.chancery.testkit.contract.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.ThreadId;
import org.chancery.core.mailbox.Message;
import org.chancery.core.mailbox.MessageFacts;
import org.chancery.core.mailbox.MessageRepository.MessageQuery;
import org.chancery.core.mailbox.MessageRepository.Place;
import org.chancery.core.search.SearchRepository.Found;
import org.chancery.core.search.SearchRepository.SearchQuery;
import org.chancery.core.search.Term;
import org.chancery.testkit.contract.Samples;
import org.chancery.testkit.contract.Store;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How far a search goes, with bounds that a test can reach. */
interface BoundedSearchContract {
    Search.Bounds NARROW = new Search.Bounds(8, 20, 5, 5);

    Store store();

    private static Found search(Samples samples, Store store, String words, @Nullable Place before, int limit) {
        return search(
                new MessageQuery(samples.workspace.id(), null, null, null, null, null, null, null, before),
                store,
                words,
                limit);
    }

    private static Found search(MessageQuery mail, Store store, String words, int limit) {
        SearchQuery query = new SearchQuery(mail, Term.asked(Term.Place.ANYWHERE, words));
        return store.transactions().in(tx -> new JooqSearchRepository(NARROW).page(tx, query, limit));
    }

    private MessageId saying(Samples samples, ThreadId thread, String words, int second) {
        return saying(
                samples, samples.facts(thread, null, "zoe@stranger.example", "?", NOW.plusSeconds(second)), words);
    }

    private MessageId saying(Samples samples, MessageFacts facts, String words) {
        Message mail = samples.keep(samples.inbound(facts));
        boolean isPut =
                store().transactions().in(tx -> store().search().put(tx, mail, Term.asked(Term.Place.ANYWHERE, words)));
        assertTrue(isPut);
        return mail.id();
    }

    @Test
    default void a_search_among_frequent_words_stops_and_goes_on_where_it_was() {
        Samples samples = Samples.in(store());
        ThreadId thread = samples.keptThread();
        List<MessageId> both = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            if (i % 25 == 3) {
                both.addFirst(saying(samples, thread, "left right", i));
            } else {
                saying(samples, thread, i % 2 == 0 ? "left" : "right", i);
            }
        }
        List<MessageId> found = new ArrayList<>();
        Place before = null;
        int pages = 0;
        do {
            Found page = search(samples, store(), "left right", before, 10);
            page.messages().forEach(message -> found.add(message.id()));
            before = page.goOn();
            pages++;
        } while (before != null);
        assertEquals(both, found);
        assertTrue(pages > 1, "it stopped on the way");
    }

    @Test
    default void a_rare_word_decides_however_frequent_the_others_are() {
        Samples samples = Samples.in(store());
        ThreadId thread = samples.keptThread();
        MessageId rare = saying(samples, thread, "common needle", 0);
        for (int i = 1; i < 60; i++) {
            saying(samples, thread, "common", i);
        }
        for (String words : List.of("common needle", "needle common")) {
            Found found = search(samples, store(), words, null, 10);
            assertEquals(
                    List.of(rare), found.messages().stream().map(Message::id).toList());
            assertNull(found.goOn(), "nothing was left to look at");
        }
    }

    /** The workspace's mail is that of others but for every fourth, which is what is asked about. */
    private void only_their_own_mail_is_walked(Function<Samples, Endpoint> inbox, String sender, Asked asked) {
        Samples samples = Samples.in(store());
        Endpoint theirs = inbox.apply(samples);
        ThreadId thread = samples.keptThread();
        List<MessageId> mine = new ArrayList<>();
        List<MessageId> both = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            boolean isMine = i % 4 == 1;
            boolean isBoth = i % 20 == 1;
            MessageFacts facts =
                    samples.facts(thread, null, isMine ? sender : "zoe@stranger.example", "?", NOW.plusSeconds(i));
            MessageId id = saying(
                    samples,
                    isMine ? at(theirs, facts) : facts,
                    !isMine || isBoth ? "left right" : i % 8 == 1 ? "left" : "right");
            if (isMine) {
                mine.add(id);
            }
            if (isMine && isBoth) {
                both.addFirst(id);
            }
        }
        List<MessageId> found = new ArrayList<>();
        Place before = null;
        int pages = 0;
        do {
            Found page = search(asked.query(samples, theirs, before), store(), "left right", 10);
            page.messages().forEach(message -> found.add(message.id()));
            before = page.goOn();
            assertTrue(before == null || mine.contains(before.id()), "it tells of nobody else's mail");
            pages++;
        } while (before != null);
        assertEquals(both, found);
        assertEquals(2, pages, "thirty mails are no more than that");
    }

    /** A question of somebody who does not see all mail. */
    interface Asked {
        MessageQuery query(Samples samples, Endpoint inbox, @Nullable Place before);
    }

    private static MessageFacts at(Endpoint inbox, MessageFacts facts) {
        return new MessageFacts(
                facts.id(),
                facts.workspace(),
                inbox.id(),
                facts.thread(),
                facts.from(),
                facts.to(),
                facts.cc(),
                facts.bcc(),
                facts.subject(),
                facts.internetId(),
                facts.raw(),
                facts.size(),
                facts.occurredAt());
    }

    @Test
    default void an_inbox_walks_its_own_mail_among_frequent_words_and_stops_at_its_own() {
        only_their_own_mail_is_walked(
                samples -> samples.keep(samples.newEndpoint("desk")),
                "zoe@stranger.example",
                (samples, inbox, before) -> new MessageQuery(
                        samples.workspace.id(), List.of(inbox.id()), null, null, null, null, null, null, before));
    }

    @Test
    default void a_member_walks_their_own_mail_among_frequent_words_and_stops_at_their_own() {
        only_their_own_mail_is_walked(
                samples -> samples.endpoint,
                "member@stranger.example",
                (samples, inbox, before) -> new MessageQuery(
                        samples.workspace.id(),
                        null,
                        List.of("member@stranger.example"),
                        null,
                        null,
                        null,
                        null,
                        null,
                        before));
    }

    @Test
    default void the_mail_of_very_many_inboxes_is_walked_in_one_order() {
        Samples samples = Samples.in(store());
        List<Endpoint> theirs = IntStream.range(0, 70)
                .mapToObj(number -> samples.keep(samples.newEndpoint("desk" + number)))
                .toList();
        ThreadId thread = samples.keptThread();
        List<MessageId> both = new ArrayList<>();
        for (int i = 0; i < 140; i++) {
            boolean isBoth = i % 20 == 1;
            MessageFacts facts = samples.facts(thread, null, "zoe@stranger.example", "?", NOW.plusSeconds(i));
            MessageId id = saying(
                    samples,
                    at(theirs.get(i * 37 % theirs.size()), facts),
                    isBoth ? "left right" : i % 2 == 0 ? "left" : "right");
            if (isBoth) {
                both.addFirst(id);
            }
        }
        List<EndpointId> inboxes = theirs.stream().map(Endpoint::id).toList();
        List<MessageId> found = new ArrayList<>();
        Place before = null;
        do {
            MessageQuery mail =
                    new MessageQuery(samples.workspace.id(), inboxes, null, null, null, null, null, null, before);
            Found page = search(mail, store(), "left right", 10);
            page.messages().forEach(message -> found.add(message.id()));
            before = page.goOn();
        } while (before != null);
        assertEquals(both, found);
    }

    @Test
    default void a_full_page_needs_no_place_to_go_on_from() {
        Samples samples = Samples.in(store());
        ThreadId thread = samples.keptThread();
        for (int i = 0; i < 40; i++) {
            saying(samples, thread, "common", i);
        }
        Found page = search(samples, store(), "common", null, 12);
        assertEquals(12, page.messages().size());
        assertNull(page.goOn());
        Found all = search(samples, store(), "common", null, 100);
        assertTrue(all.messages().size() < 40);
        assertNotNull(all.goOn());
    }
}
