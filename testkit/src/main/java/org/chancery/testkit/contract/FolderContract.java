package org.chancery.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.FolderId;
import org.chancery.core.id.MessageId;
import org.chancery.core.mailbox.FolderRepository;
import org.chancery.core.mailbox.FolderRepository.Entry;
import org.chancery.core.mailbox.FolderRepository.Flags;
import org.chancery.core.mailbox.FolderRepository.Folder;
import org.junit.jupiter.api.Test;

/** What a {@link FolderRepository} has to do. */
public interface FolderContract {
    Store store();

    private Folder folder(EndpointId endpoint, String name) {
        return store().transactions()
                .in(tx -> store().folders().find(tx, endpoint, name))
                .orElseThrow();
    }

    private Entry append(EndpointId endpoint, String name, MessageId message, Flags flags) {
        return store().transactions().in(tx -> store().folders().append(tx, endpoint, name, message, flags));
    }

    private boolean remove(EndpointId endpoint, String name, MessageId message) {
        Boolean removed = store().transactions().in(tx -> store().folders().remove(tx, endpoint, name, message));
        return removed;
    }

    private List<Entry> entries(FolderId folder, long from, int limit) {
        return store().transactions().in(tx -> store().folders().entries(tx, folder, from, limit));
    }

    @Test
    default void a_mailbox_begins_with_empty_standard_folders() {
        Samples samples = Samples.in(store());
        for (String name : FolderRepository.STANDARD) {
            Folder folder = folder(samples.endpoint.id(), name);
            assertEquals(samples.endpoint.id(), folder.endpoint());
            assertEquals(name, folder.name());
            assertEquals(1, folder.uidNext());
            assertTrue(folder.uidValidity() > 0 && folder.highestModSeq() > 0);
            assertEquals(List.of(), entries(folder.id(), 1, 10));
        }
        assertEquals(
                Optional.empty(),
                store().transactions().in(tx -> store().folders().find(tx, samples.endpoint.id(), "Nowhere")));
    }

    @Test
    default void uids_and_mod_sequences_grow_with_every_message() {
        Samples samples = Samples.in(store());
        EndpointId endpoint = samples.endpoint.id();
        long before = folder(endpoint, "INBOX").highestModSeq();
        Flags odd = new Flags(true, false, true, false, true, List.of("$Forwarded", "MixedCase"));
        Entry one = append(endpoint, "INBOX", samples.keptInbound().id(), Flags.NONE);
        Entry two = append(endpoint, "INBOX", samples.keptInbound().id(), odd);
        Entry three = append(endpoint, "INBOX", samples.keptInbound().id(), Flags.NONE.withAnswered());
        assertEquals(List.of(1L, 2L, 3L), List.of(one.uid(), two.uid(), three.uid()));
        assertTrue(before < one.modSeq() && one.modSeq() < two.modSeq() && two.modSeq() < three.modSeq());
        Folder inbox = folder(endpoint, "INBOX");
        assertEquals(4, inbox.uidNext());
        assertEquals(three.modSeq(), inbox.highestModSeq());
        assertEquals(List.of(one, two, three), entries(inbox.id(), 1, 10));
        assertEquals(List.of(two), entries(inbox.id(), 2, 1));
        assertEquals(1, folder(endpoint, "Sent").uidNext(), "other folders count for themselves");
    }

    @Test
    default void a_uid_is_not_given_again_after_its_message_was_removed() {
        Samples samples = Samples.in(store());
        EndpointId endpoint = samples.endpoint.id();
        MessageId message = samples.keptInbound().id();
        Entry first = append(endpoint, "INBOX", message, Flags.NONE);
        assertFalse(remove(endpoint, "Sent", message));
        assertFalse(remove(endpoint, "Nowhere", message));
        assertTrue(remove(endpoint, "INBOX", message));
        assertFalse(remove(endpoint, "INBOX", message));
        Folder inbox = folder(endpoint, "INBOX");
        assertTrue(inbox.highestModSeq() > first.modSeq());
        assertEquals(List.of(), entries(inbox.id(), 1, 10));
        assertEquals(2, append(endpoint, "INBOX", message, Flags.NONE).uid());
    }

    @Test
    default void flags_change_wherever_the_message_stands_with_a_new_mod_sequence() {
        Samples samples = Samples.in(store());
        EndpointId endpoint = samples.endpoint.id();
        MessageId message = samples.keptInbound().id();
        Entry inInbox = append(endpoint, "INBOX", message, Flags.NONE);
        Entry inBounces = append(endpoint, "Bounces", message, Flags.NONE);
        Entry other = append(endpoint, "INBOX", samples.keptInbound().id(), Flags.NONE);
        Flags seen = Flags.NONE.withSeen();
        store().transactions().run(tx -> store().folders().flag(tx, endpoint, message, seen));
        Folder inbox = folder(endpoint, "INBOX");
        Folder bounces = folder(endpoint, "Bounces");
        assertTrue(inbox.highestModSeq() > other.modSeq());
        assertTrue(bounces.highestModSeq() > inBounces.modSeq());
        assertEquals(
                List.of(new Entry(message, inInbox.uid(), inbox.highestModSeq(), seen), other),
                entries(inbox.id(), 1, 10));
        assertEquals(
                List.of(new Entry(message, inBounces.uid(), bounces.highestModSeq(), seen)),
                entries(bounces.id(), 1, 10));
    }

    @Test
    default void flags_of_another_mailbox_stay() {
        Samples samples = Samples.in(store());
        Endpoint support = samples.keep(samples.newEndpoint("support"));
        MessageId message = samples.keptInbound().id();
        Entry entry = append(samples.endpoint.id(), "INBOX", message, Flags.NONE);
        store().transactions().run(tx -> store().folders().flag(tx, support.id(), message, Flags.NONE.withSeen()));
        assertEquals(
                List.of(entry), entries(folder(samples.endpoint.id(), "INBOX").id(), 1, 10));
    }

    @Test
    default void four_who_append_at_once_get_numbers_of_their_own() {
        Samples samples = Samples.in(store());
        EndpointId endpoint = samples.endpoint.id();
        MessageId message = samples.keptInbound().id();
        List<List<Entry>> appended = AtOnce.run(4, number -> {
            List<Entry> mine = new ArrayList<>();
            for (int i = 0; i < 15; i++) {
                mine.add(append(endpoint, "Sent", message, Flags.NONE));
            }
            return mine;
        });
        List<Entry> all = entries(folder(endpoint, "Sent").id(), 1, 100);
        assertEquals(
                LongStream.rangeClosed(1, 60).boxed().toList(),
                all.stream().map(Entry::uid).toList());
        assertEquals(60, all.stream().mapToLong(Entry::modSeq).distinct().count());
        for (List<Entry> mine : appended) {
            for (int i = 1; i < mine.size(); i++) {
                assertTrue(mine.get(i - 1).uid() < mine.get(i).uid());
                assertTrue(mine.get(i - 1).modSeq() < mine.get(i).modSeq());
            }
        }
        assertEquals(
                java.util.Set.copyOf(all),
                java.util.Set.copyOf(
                        appended.stream().flatMap(Collection::stream).toList()));
    }
}
