package org.chancery.testkit.contract;

import static org.chancery.testkit.contract.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.chancery.core.id.SpoolId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.screening.LessonRepository.Counts;
import org.chancery.core.screening.LessonRepository.Learned;
import org.chancery.core.screening.SpamLearning.Lesson;
import org.junit.jupiter.api.Test;

/** What a {@link org.chancery.core.screening.LessonRepository} has to do. */
public interface SpamLessonContract {
    Store store();

    private static Learned lesson(Lesson lesson, Instant at, Long... tokens) {
        return new Learned(SpoolId.at(NOW), lesson, List.of(tokens), at);
    }

    private WorkspaceId workspace() {
        return Samples.in(store()).workspace.id();
    }

    private Learned add(WorkspaceId workspace, Learned learned) {
        store().transactions().run(tx -> {
            store().lessons().lock(tx, workspace);
            store().lessons().add(tx, workspace, learned);
        });
        return learned;
    }

    private void remove(WorkspaceId workspace, Learned learned) {
        store().transactions().run(tx -> {
            store().lessons().lock(tx, workspace);
            store().lessons().remove(tx, workspace, learned);
        });
    }

    private Counts mails(WorkspaceId workspace) {
        return store().transactions().in(tx -> store().lessons().mails(tx, workspace));
    }

    private Map<Long, Counts> tokens(WorkspaceId workspace, Long... tokens) {
        return store().transactions().in(tx -> store().lessons().tokens(tx, workspace, List.of(tokens)));
    }

    @Test
    default void a_lesson_counts_its_mail_and_each_of_its_tokens() {
        WorkspaceId workspace = workspace();
        assertEquals(Counts.NONE, mails(workspace));
        assertEquals(Map.of(), tokens(workspace, 1L));

        add(workspace, lesson(Lesson.SPAM, NOW, 1L, 2L));
        add(workspace, lesson(Lesson.SPAM, NOW, 2L, -3L));
        add(workspace, lesson(Lesson.HAM, NOW, 2L, Long.MIN_VALUE, Long.MAX_VALUE));

        assertEquals(new Counts(1, 2), mails(workspace));
        assertEquals(
                Map.of(
                        1L,
                        new Counts(0, 1),
                        2L,
                        new Counts(1, 2),
                        -3L,
                        new Counts(0, 1),
                        Long.MIN_VALUE,
                        new Counts(1, 0),
                        Long.MAX_VALUE,
                        new Counts(1, 0)),
                tokens(workspace, 1L, 2L, -3L, Long.MIN_VALUE, Long.MAX_VALUE, 99L));
    }

    @Test
    default void a_lesson_is_found_as_it_was_kept() {
        WorkspaceId workspace = workspace();
        Learned learned = add(workspace, lesson(Lesson.HAM, NOW, 5L, -6L));

        assertEquals(
                Optional.of(learned),
                store().transactions().in(tx -> store().lessons().find(tx, workspace, learned.mail())));
        assertEquals(
                Optional.empty(),
                store().transactions().in(tx -> store().lessons().find(tx, workspace, SpoolId.at(NOW))));
    }

    @Test
    default void what_is_taken_out_leaves_nothing_behind() {
        WorkspaceId workspace = workspace();
        Learned stays = add(workspace, lesson(Lesson.SPAM, NOW, 1L, 2L));
        Learned goes = add(workspace, lesson(Lesson.SPAM, NOW, 2L, 3L));

        remove(workspace, goes);
        remove(workspace, goes);

        assertEquals(new Counts(0, 1), mails(workspace));
        assertEquals(Map.of(1L, new Counts(0, 1), 2L, new Counts(0, 1)), tokens(workspace, 1L, 2L, 3L));
        remove(workspace, stays);
        assertEquals(Counts.NONE, mails(workspace));
        assertEquals(Map.of(), tokens(workspace, 1L, 2L, 3L));
    }

    @Test
    default void a_mail_without_tokens_counts_as_a_mail() {
        WorkspaceId workspace = workspace();

        Learned empty = add(workspace, lesson(Lesson.HAM, NOW));

        assertEquals(new Counts(1, 0), mails(workspace));
        remove(workspace, empty);
        assertEquals(Counts.NONE, mails(workspace));
    }

    @Test
    default void the_oldest_of_a_kind_come_first() {
        WorkspaceId workspace = workspace();
        Learned second = add(workspace, lesson(Lesson.SPAM, NOW.plusSeconds(2), 1L));
        Learned first = add(workspace, lesson(Lesson.SPAM, NOW.plusSeconds(1), 1L));
        add(workspace, lesson(Lesson.SPAM, NOW.plusSeconds(3), 1L));
        add(workspace, lesson(Lesson.HAM, NOW, 1L));

        assertEquals(
                List.of(first, second),
                store().transactions().in(tx -> store().lessons().oldest(tx, workspace, Lesson.SPAM, 2)));
    }

    @Test
    default void one_workspace_sees_nothing_of_another() {
        WorkspaceId one = workspace();
        WorkspaceId other = workspace();
        Learned learned = add(one, lesson(Lesson.SPAM, NOW, 1L, 2L));
        add(other, lesson(Lesson.HAM, NOW, 2L));

        assertEquals(new Counts(1, 0), mails(other));
        assertEquals(Map.of(2L, new Counts(1, 0)), tokens(other, 1L, 2L));
        assertEquals(
                Optional.empty(),
                store().transactions().in(tx -> store().lessons().find(tx, other, learned.mail())));
        remove(other, learned);
        assertEquals(new Counts(0, 1), mails(one));
        assertEquals(Map.of(2L, new Counts(1, 0)), tokens(other, 1L, 2L));
    }

    @Test
    default void many_who_learn_at_once_lose_no_lesson() throws InterruptedException, ExecutionException {
        WorkspaceId workspace = workspace();
        int learners = 4;
        int lessons = 8;
        List<Callable<Boolean>> work = new ArrayList<>();
        for (int i = 0; i < learners; i++) {
            // Each in another order: who locks tokens one by one would meet another and wait for ever.
            Long[] tokens = LongStream.range(0, 50).boxed().toArray(Long[]::new);
            java.util.Collections.rotate(java.util.Arrays.asList(tokens), i * 13);
            work.add(() -> {
                for (int lesson = 0; lesson < lessons; lesson++) {
                    add(workspace, lesson(Lesson.SPAM, NOW, tokens));
                }
                return true;
            });
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(learners)) {
            for (Future<Boolean> one : threads.invokeAll(work)) {
                assertTrue(one.get());
            }
        }

        assertEquals(new Counts(0, learners * lessons), mails(workspace));
        assertEquals(
                Map.of(0L, new Counts(0, learners * lessons), 49L, new Counts(0, learners * lessons)),
                tokens(workspace, 0L, 49L));
    }
}
