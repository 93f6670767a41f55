package org.chancery.testkit.contract;

import static org.chancery.testkit.contract.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.chancery.core.audit.AuditChain;
import org.chancery.core.audit.AuditEntry;
import org.chancery.core.audit.AuditKind;
import org.chancery.core.audit.AuditLog;
import org.chancery.core.audit.AuditLog.Head;
import org.chancery.core.audit.AuditLog.Place;
import org.chancery.core.audit.AuditLog.Question;
import org.chancery.core.audit.AuditService;
import org.chancery.core.audit.AuditService.Finding;
import org.chancery.core.audit.Author;
import org.chancery.core.audit.ChainedEntry;
import org.chancery.core.audit.Channel;
import org.chancery.core.event.EventType;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an {@link AuditLog} has to do. */
public interface AuditLogContract {
    Author ANNA = new Author("user", "usr_anna", "anna@ours.example", Channel.API, "tok_one");
    Author BERT = new Author("user", "usr_bert", "bert@ours.example", Channel.CONSOLE, null);

    Store store();

    private <T> T in(Function<Tx, T> work) {
        return store().transactions().in(work);
    }

    private AuditLog log() {
        return store().audit();
    }

    private void append(AuditEntry... entries) {
        in(tx -> {
            List.of(entries).forEach(entry -> log().append(tx, entry));
            return true;
        });
    }

    private List<ChainedEntry> all(WorkspaceId workspace) {
        return in(tx -> log().after(tx, workspace, 0, 1_000));
    }

    private Head head(WorkspaceId workspace) {
        return in(tx -> log().head(tx, workspace));
    }

    private Finding verified(WorkspaceId workspace, @Nullable Head noted) {
        return new AuditService(store().transactions(), log()).verify(workspace, noted);
    }

    @Test
    default void entries_are_numbered_from_one_and_each_is_chained_to_the_one_before() {
        WorkspaceId workspace = Samples.in(store()).workspace.id();
        assertEquals(new Head(0, AuditChain.origin(workspace)), head(workspace));
        assertEquals(new Finding.Intact(head(workspace)), verified(workspace, null));
        append(entry(workspace, AuditKind.MESSAGE_QUEUED, ANNA, 0), entry(workspace, AuditKind.USER_CREATED, BERT, 1));
        append(entry(workspace, AuditKind.MESSAGE_FAILED, Author.SERVER, 2));
        List<ChainedEntry> all = all(workspace);
        assertEquals(List.of(1L, 2L, 3L), numbers(all));
        assertEquals(AuditChain.origin(workspace), all.get(0).previousHash());
        assertEquals(all.get(0).hash(), all.get(1).previousHash());
        assertEquals(all.get(1).hash(), all.get(2).previousHash());
        assertTrue(all.stream().allMatch(ChainedEntry::isIntact));
        assertEquals(new Head(3, all.get(2).hash()), head(workspace));
        assertEquals(new Finding.Intact(head(workspace)), verified(workspace, null));
    }

    @Test
    default void an_entry_comes_back_as_it_was_appended() {
        WorkspaceId workspace = Samples.in(store()).workspace.id();
        Map<String, Object> details = Map.of(
                "text",
                "Zoë \uD83D\uDE00 \"quoted\" \\ \n\t\u0001 <>&/",
                "number",
                5_000_000_000L,
                "flag",
                true,
                "list",
                List.of("b", "a", List.of()),
                "tree",
                Map.of("deep", Map.of("deeper", 1L)));
        Instant at = Instant.parse("2026-05-15T10:00:00.123987654Z");
        append(new AuditEntry(workspace, at, AuditKind.TOKEN_CREATED, ANNA, "tok_two", details));
        ChainedEntry kept = all(workspace).getFirst();
        assertEquals(details, kept.detailsTree());
        assertEquals(Instant.parse("2026-05-15T10:00:00.123Z"), kept.at(), "as the API tells it");
        assertEquals("token.created", kept.kind());
        assertEquals("tok_two", kept.subject());
        assertEquals(new ChainedEntry.Actor("user", "usr_anna", "anna@ours.example", "api", "tok_one"), kept.actor());
        assertTrue(kept.isIntact());
    }

    @Test
    default void characters_that_no_database_keeps_do_not_stop_an_entry_nor_break_the_chain() {
        WorkspaceId workspace = Samples.in(store()).workspace.id();
        Author odd = new Author("agent", "agt_odd", "a\0b\uD800c" + "x".repeat(400), Channel.SMTP, null);
        append(new AuditEntry(
                workspace, NOW, AuditKind.AGENT_CHANGED, odd, "agt_odd", Map.of("name", "a\0b\uD800c \uDC00")));
        ChainedEntry kept = all(workspace).getFirst();
        assertEquals("a\0b\uFFFDc \uFFFD", kept.detailsTree().get("name"));
        assertTrue(kept.actor().label().startsWith("a\uFFFDb\uFFFDcx"));
        assertInstanceOf(Finding.Intact.class, verified(workspace, null));
    }

    @Test
    default void what_was_rolled_back_leaves_no_gap() {
        WorkspaceId workspace = Samples.in(store()).workspace.id();
        append(entry(workspace, AuditKind.MESSAGE_QUEUED, ANNA, 0));
        assertThrows(
                IllegalArgumentException.class,
                () -> in(tx -> {
                    log().append(tx, entry(workspace, AuditKind.MESSAGE_FAILED, ANNA, 1));
                    throw new IllegalArgumentException("changed my mind");
                }));
        append(entry(workspace, AuditKind.MESSAGE_BOUNCED, ANNA, 2));
        assertEquals(List.of("message.queued", "message.bounced"), kinds(all(workspace)));
        assertInstanceOf(Finding.Intact.class, verified(workspace, null));
    }

    @Test
    default void each_workspace_has_a_chain_of_its_own() {
        WorkspaceId ours = Samples.in(store()).workspace.id();
        WorkspaceId theirs = Samples.in(store()).workspace.id();
        append(entry(ours, AuditKind.MESSAGE_QUEUED, ANNA, 0), entry(theirs, AuditKind.MESSAGE_FAILED, ANNA, 0));
        assertEquals(List.of("message.queued"), kinds(all(ours)));
        assertEquals(List.of("message.failed"), kinds(all(theirs)));
        assertEquals(List.of(1L), numbers(all(theirs)));
        assertEquals(
                List.of(),
                in(tx -> log().about(tx, theirs, "msg_0", 10)).stream()
                        .filter(entry -> entry.kind().equals("message.queued"))
                        .toList());
        assertEquals(AuditChain.origin(theirs), all(theirs).getFirst().previousHash());
    }

    @Test
    default void a_page_is_newest_first_and_narrowed_by_kind_actor_and_time() {
        WorkspaceId workspace = Samples.in(store()).workspace.id();
        for (int i = 0; i < 6; i++) {
            append(entry(
                    workspace,
                    i % 2 == 0 ? AuditKind.MESSAGE_QUEUED : AuditKind.MESSAGE_REJECTED,
                    i < 3 ? ANNA : BERT,
                    i));
        }
        assertEquals(List.of(6L, 5L, 4L, 3L, 2L, 1L), page(workspace, null, null, null, null, 10));
        assertEquals(List.of(6L, 5L), page(workspace, null, null, null, null, 2));
        assertEquals(List.of(6L, 4L, 2L), page(workspace, AuditKind.MESSAGE_REJECTED, null, null, null, 10));
        assertEquals(List.of(3L, 2L, 1L), page(workspace, null, "usr_anna", null, null, 10));
        assertEquals(List.of(5L), page(workspace, AuditKind.MESSAGE_QUEUED, "usr_bert", null, null, 10));
        assertEquals(List.of(6L, 5L), page(workspace, null, null, minute(4), null, 10));
        assertEquals(List.of(), page(workspace, null, "usr_nobody", null, null, 10));
        assertEquals(List.of(4L, 3L), page(workspace, null, null, minute(2), new Place(minute(4), 5), 10));
        assertEquals(List.of(2L, 1L), page(workspace, null, null, null, new Place(minute(2), 3), 2));
    }

    @Test
    default void entries_of_the_same_moment_are_paged_by_their_number() {
        WorkspaceId workspace = Samples.in(store()).workspace.id();
        for (int i = 0; i < 4; i++) {
            append(entry(workspace, AuditKind.MESSAGE_QUEUED, ANNA, 0));
        }
        assertEquals(List.of(4L, 3L), page(workspace, null, null, null, null, 2));
        assertEquals(List.of(2L, 1L), page(workspace, null, null, null, new Place(minute(0), 3), 2));
    }

    @Test
    default void what_was_recorded_about_a_thing_is_found_in_order() {
        WorkspaceId workspace = Samples.in(store()).workspace.id();
        append(
                entry(workspace, AuditKind.MESSAGE_QUEUED, ANNA, 7),
                entry(workspace, AuditKind.MESSAGE_QUEUED, ANNA, 8),
                entry(workspace, AuditKind.MESSAGE_DELIVERED, Author.SERVER, 7));
        assertEquals(List.of(1L, 3L), numbers(in(tx -> log().about(tx, workspace, "msg_7", 10))));
        assertEquals(List.of(1L), numbers(in(tx -> log().about(tx, workspace, "msg_7", 1))));
        assertEquals(List.of(), in(tx -> log().about(tx, workspace, "msg_9", 10)));
    }

    @Test
    default void a_noted_head_shows_a_record_that_was_replaced_or_cut_off() {
        WorkspaceId workspace = Samples.in(store()).workspace.id();
        append(
                entry(workspace, AuditKind.MESSAGE_QUEUED, ANNA, 0),
                entry(workspace, AuditKind.MESSAGE_FAILED, ANNA, 1));
        Head head = head(workspace);
        String other = AuditChain.origin(workspace);
        assertEquals(new Finding.Intact(head), verified(workspace, head));
        assertEquals(new Finding.Broken(2, "is another one than was noted"), verified(workspace, new Head(2, other)));
        assertEquals(
                new Finding.Broken(3, "is missing at the end of the record"), verified(workspace, new Head(3, other)));
    }

    @Test
    @Timeout(120)
    default void parallel_appends_make_one_chain_without_gaps_beside_the_event_log() {
        Samples samples = Samples.in(store());
        WorkspaceId workspace = samples.workspace.id();
        int writers = 6;
        int each = 30;
        AtOnce.run(writers, writer -> {
            for (int i = 0; i < each; i++) {
                int number = i;
                in(tx -> {
                    // In either order: the end of the transaction has an order of its own.
                    if (number % 2 == 0) {
                        store().events().append(tx, samples.event(EventType.MESSAGE_QUEUED));
                    }
                    log().append(tx, numbered(workspace, writer, 2 * number));
                    log().append(tx, numbered(workspace, writer, 2 * number + 1));
                    if (number % 2 == 1) {
                        store().events().append(tx, samples.event(EventType.MESSAGE_QUEUED));
                    }
                    return true;
                });
            }
            return true;
        });
        List<ChainedEntry> all = all(workspace);
        assertEquals(LongStream.rangeClosed(1, writers * each * 2).boxed().toList(), numbers(all));
        assertEquals(
                all.size(), new HashSet<>(all.stream().map(ChainedEntry::hash).toList()).size());
        assertEquals(new Finding.Intact(head(workspace)), verified(workspace, null));
        for (int writer = 0; writer < writers; writer++) {
            String whose = "msg_" + writer;
            assertEquals(
                    IntStream.range(0, each * 2)
                            .mapToObj(number -> (Object) (long) number)
                            .toList(),
                    all.stream()
                            .filter(entry -> entry.subject().equals(whose))
                            .map(entry -> entry.detailsTree().get("number"))
                            .toList(),
                    "what one writer committed earlier stands earlier");
        }
    }

    @Test
    @Timeout(120)
    default void two_workspaces_in_one_transaction_do_not_lock_each_other_out() {
        WorkspaceId one = Samples.in(store()).workspace.id();
        WorkspaceId two = Samples.in(store()).workspace.id();
        AtOnce.run(4, writer -> {
            for (int i = 0; i < 25; i++) {
                List<WorkspaceId> both = new ArrayList<>(writer % 2 == 0 ? List.of(one, two) : List.of(two, one));
                in(tx -> {
                    both.forEach(workspace -> log().append(tx, numbered(workspace, writer, 0)));
                    return true;
                });
            }
            return true;
        });
        assertEquals(100, head(one).seq());
        assertInstanceOf(Finding.Intact.class, verified(one, null));
        assertInstanceOf(Finding.Intact.class, verified(two, head(two)));
    }

    private List<Long> page(
            WorkspaceId workspace,
            @Nullable AuditKind kind,
            @Nullable String actor,
            @Nullable Instant since,
            @Nullable Place before,
            int limit) {
        return numbers(in(tx -> log().page(tx, new Question(workspace, kind, actor, since, before), limit)));
    }

    private static Instant minute(int number) {
        return NOW.plus(Duration.ofMinutes(number));
    }

    /** An entry about message {@code msg_<number>}, of that minute. */
    private static AuditEntry entry(WorkspaceId workspace, AuditKind kind, Author author, int number) {
        return new AuditEntry(workspace, minute(number), kind, author, "msg_" + number, Map.of("size", 17));
    }

    private static AuditEntry numbered(WorkspaceId workspace, int writer, int number) {
        return new AuditEntry(
                workspace, NOW, AuditKind.MESSAGE_QUEUED, ANNA, "msg_" + writer, Map.of("number", number));
    }

    private static List<Long> numbers(List<ChainedEntry> entries) {
        return entries.stream().map(ChainedEntry::seq).toList();
    }

    private static List<String> kinds(List<ChainedEntry> entries) {
        return entries.stream().map(ChainedEntry::kind).toList();
    }
}
