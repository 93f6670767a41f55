package org.chancery.testkit.contract;

import static org.chancery.testkit.contract.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.chancery.core.id.LabelId;
import org.chancery.core.id.MessageId;
import org.chancery.core.label.Label;
import org.chancery.core.label.LabelRepository;
import org.chancery.core.mailbox.Message;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.MessageRepository.MessageQuery;
import org.chancery.core.search.SearchRepository.Found;
import org.chancery.core.search.SearchRepository.SearchQuery;
import org.chancery.core.search.Term;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a {@link LabelRepository} has to do, and what a search makes of labels. */
public interface LabelContract {

    Store store();

    private LabelRepository labels() {
        return store().labels();
    }

    private <T> T in(Function<Tx, T> work) {
        return store().transactions().in(work);
    }

    private boolean holds(Function<Tx, Boolean> work) {
        return in(work);
    }

    private int count(Samples samples) {
        return in(tx -> labels().count(tx, samples.workspace.id()));
    }

    private static Label label(Samples samples, String name) {
        return label(samples, name, null);
    }

    private static Label label(Samples samples, String name, @Nullable String color) {
        return new Label(LabelId.at(NOW), samples.workspace.id(), name, color, NOW);
    }

    private Label kept(Samples samples, String name) {
        Label label = label(samples, name);
        assertTrue(holds(tx -> labels().add(tx, label)));
        return label;
    }

    private Optional<Label> find(Samples samples, LabelId id) {
        return in(tx -> labels().find(tx, samples.workspace.id(), id));
    }

    private boolean put(Label label, Message message) {
        return in(
                tx -> labels().put(tx, label.id(), message.id(), message.facts().occurredAt(), NOW));
    }

    private Map<MessageId, List<LabelId>> of(Message... messages) {
        return in(tx ->
                labels().of(tx, List.of(messages).stream().map(Message::id).toList()));
    }

    private List<MessageId> found(Samples samples, Set<Term> terms, Label... wanted) {
        MessageQuery mail = new MessageQuery(samples.workspace.id(), null, null, null, null, null, null, null, null);
        Set<LabelId> ids = List.of(wanted).stream().map(Label::id).collect(java.util.stream.Collectors.toSet());
        Found found = in(tx -> store().search().page(tx, new SearchQuery(mail, terms, ids), 100));
        return found.messages().stream().map(Message::id).toList();
    }

    @Test
    default void a_label_is_kept_with_all_of_its_fields() {
        Samples samples = Samples.in(store());
        Label label = label(samples, "Invoices \u00fc", "#1f77b4");
        assertTrue(holds(tx -> labels().add(tx, label)));
        assertEquals(Optional.of(label), find(samples, label.id()));
        assertEquals(
                Optional.of(label),
                in(tx -> labels().named(tx, samples.workspace.id(), Label.key(" INVOICES \u00dc "))));
        assertEquals(Optional.empty(), find(Samples.in(store()), label.id()));
        kept(samples, "\ufdfa".repeat(Label.MAX_NAME));
        Label plain = kept(samples, "Plain");
        assertEquals(Optional.of(plain), find(samples, plain.id()));
    }

    @Test
    default void a_name_is_there_once_in_a_workspace() {
        Samples samples = Samples.in(store());
        Label first = kept(samples, "Urgent");
        Label second = kept(samples, "Later");
        assertFalse(holds(tx -> labels().add(tx, label(samples, "URGENT"))));
        assertFalse(holds(tx -> labels().change(tx, renamed(second, "urgent"))));
        assertEquals(Optional.of(second), find(samples, second.id()));
        assertTrue(holds(tx -> labels().change(tx, renamed(first, "URGENT"))), "its own name in other letters");
        assertEquals("URGENT", find(samples, first.id()).orElseThrow().name());
        kept(Samples.in(store()), "Urgent");
        assertEquals(2, count(samples));
    }

    private static Label renamed(Label label, String name) {
        return new Label(label.id(), label.workspace(), name, "#000000", label.createdAt());
    }

    @Test
    default void of_several_who_add_one_name_one_does() {
        Samples samples = Samples.in(store());
        List<Boolean> added = AtOnce.run(4, number -> in(tx -> labels().add(tx, label(samples, "Same"))));
        assertEquals(1, added.stream().filter(was -> was).count());
    }

    @Test
    default void of_several_who_give_one_name_to_theirs_one_does() {
        Samples samples = Samples.in(store());
        List<Label> theirs = List.of(kept(samples, "One"), kept(samples, "Two"), kept(samples, "Three"));
        for (int round = 0; round < 10; round++) {
            String name = "Same " + round;
            List<Boolean> given = AtOnce.run(
                    4,
                    number -> in(tx -> number < theirs.size()
                            ? labels().change(tx, renamed(theirs.get(number), name))
                            : labels().add(tx, label(samples, name))));
            assertEquals(1, given.stream().filter(was -> was).count(), name);
        }
    }

    @Test
    default void labels_are_listed_oldest_first() {
        Samples samples = Samples.in(store());
        List<Label> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Instant at = NOW.plusSeconds(i);
            Label label = new Label(LabelId.at(at), samples.workspace.id(), "Label " + i, null, at);
            assertTrue(holds(tx -> labels().add(tx, label)));
            all.add(label);
        }
        kept(Samples.in(store()), "Elsewhere");
        assertEquals(all.subList(0, 3), in(tx -> labels().page(tx, samples.workspace.id(), null, 3)));
        assertEquals(
                all.subList(3, 5),
                in(tx -> labels().page(tx, samples.workspace.id(), all.get(2).id(), 3)));
    }

    @Test
    default void a_message_has_the_labels_that_were_put_on_and_not_taken_off() {
        Samples samples = Samples.in(store());
        Label red = kept(samples, "Red");
        Label blue = kept(samples, "Blue");
        Inbound mail = samples.keptInbound();
        Inbound other = samples.keptInbound();
        assertTrue(put(red, mail));
        assertFalse(put(red, mail), "it has it");
        assertTrue(put(blue, mail));
        assertTrue(put(blue, other));
        assertEquals(Set.of(red.id(), blue.id()), Set.copyOf(of(mail).get(mail.id())));
        assertEquals(List.of(blue.id()), of(mail, other).get(other.id()));
        assertTrue(holds(tx -> labels().take(tx, red.id(), mail.id())));
        assertFalse(holds(tx -> labels().take(tx, red.id(), mail.id())), "it does not have it");
        assertEquals(List.of(blue.id()), of(mail).get(mail.id()));
        assertTrue(holds(tx -> labels().take(tx, blue.id(), mail.id())));
        assertEquals(Map.of(), of(mail));
    }

    @Test
    default void a_removed_label_is_gone_at_once_and_its_name_is_free() {
        Samples samples = Samples.in(store());
        Label gone = kept(samples, "Gone");
        Label stays = kept(samples, "Stays");
        List<Inbound> mails = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Inbound mail = samples.keptInbound();
            assertTrue(put(gone, mail));
            assertTrue(put(stays, mail));
            mails.add(mail);
        }
        Samples foreign = Samples.in(store());
        assertFalse(holds(tx -> labels().remove(tx, foreign.workspace.id(), gone.id(), NOW)));
        assertTrue(holds(tx -> labels().remove(tx, samples.workspace.id(), gone.id(), NOW)));
        assertFalse(holds(tx -> labels().remove(tx, samples.workspace.id(), gone.id(), NOW)));

        assertEquals(Optional.empty(), find(samples, gone.id()));
        assertEquals(Optional.empty(), in(tx -> labels().named(tx, samples.workspace.id(), "gone")));
        assertEquals(List.of(stays), in(tx -> labels().page(tx, samples.workspace.id(), null, 10)));
        assertEquals(1, count(samples));
        assertEquals(
                List.of(stays.id()), of(mails.getFirst()).get(mails.getFirst().id()));
        assertFalse(put(gone, samples.keptInbound()));
        Label again = kept(samples, "Gone");

        int steps = 0;
        while (holds(tx -> labels().clear(tx, 2))) {
            steps++;
        }
        assertTrue(steps >= 3, "bit by bit");
        assertEquals(
                List.of(stays.id()), of(mails.getLast()).get(mails.getLast().id()));
        assertEquals(Optional.of(again), find(samples, again.id()));
    }

    @Test
    default void mail_is_found_by_its_labels_together_with_its_words() {
        Samples samples = Samples.in(store());
        Label red = kept(samples, "Red");
        Label blue = kept(samples, "Blue");
        List<MessageId> reds = new ArrayList<>();
        List<MessageId> both = new ArrayList<>();
        List<MessageId> spoken = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            Instant at = NOW.plusSeconds(i);
            Inbound mail = samples.keep(
                    samples.inbound(samples.facts(samples.keptThread(), null, "zoe@stranger.example", "?", at)));
            String words = i % 3 == 0 ? "cloud" : "sky";
            assertTrue(holds(tx -> store().search().put(tx, mail, Term.asked(Term.Place.ANYWHERE, words))));
            if (i % 2 == 0) {
                put(red, mail);
                reds.addFirst(mail.id());
                if (i % 3 == 0) {
                    spoken.addFirst(mail.id());
                }
            }
            if (i % 4 == 0) {
                put(blue, mail);
                both.addFirst(mail.id());
            }
        }
        assertEquals(reds, found(samples, Set.of(), red));
        assertEquals(both, found(samples, Set.of(), red, blue));
        assertEquals(spoken, found(samples, Term.asked(Term.Place.ANYWHERE, "cloud"), red));
        assertEquals(List.of(), found(Samples.in(store()), Set.of(), red), "nobody else's");
    }
}
