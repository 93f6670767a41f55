package org.chancery.storage.screening;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.chancery.core.id.SpoolId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.Arrival;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.mail.Classification;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.Envelope;
import org.chancery.core.mail.MessageContent;
import org.chancery.core.mail.MessageReader;
import org.chancery.core.mail.ReversePath;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.screening.BuiltInScorer;
import org.chancery.core.screening.ContentFindings;
import org.chancery.core.screening.LearnedMail;
import org.chancery.core.screening.LearnedMail.Window;
import org.chancery.core.screening.LessonRepository.Counts;
import org.chancery.core.screening.ScannedMail;
import org.chancery.core.screening.Signal;
import org.chancery.core.screening.SpamLearning.Lesson;
import org.chancery.core.screening.SpamScore;
import org.chancery.core.screening.SpamScorer.Candidate;
import org.chancery.core.screening.SpamScorer.Destination;
import org.chancery.storage.JooqStore;
import org.chancery.testkit.clock.TurningClock;
import org.chancery.testkit.contract.Samples;
import org.chancery.testkit.database.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What the built-in scorer makes of what people taught and of whom the workspace knows. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LearnedMailTest {
    private static final String GARDEN =
            "Subject: The garden fence\n\nThe northern fence needs paint before the carrots grow.\n";
    private static final String PROJECTORS =
            "Subject: Refurbished projectors\n\nWholesale projectors and toner cartridges, shipped from our warehouse.\n";

    private final TurningClock clock = TurningClock.atStart();
    private JooqStore store;

    @BeforeAll
    void open() {
        store = JooqStore.on(TestDatabase.h2InMemory());
    }

    @AfterAll
    void close() {
        store.close();
    }

    private LearnedMail learning() {
        return new LearnedMail(store.transactions(), store.lessons(), Window.DEFAULT, clock);
    }

    private void teach(WorkspaceId workspace, Lesson lesson, String mail) {
        learning().learn(workspace, SpoolId.at(clock.instant()), lesson, () -> stream(mail));
    }

    private WorkspaceId taught(Samples samples, int times) {
        WorkspaceId workspace = samples.workspace.id();
        for (int i = 0; i < times; i++) {
            teach(workspace, Lesson.HAM, GARDEN);
            teach(workspace, Lesson.SPAM, PROJECTORS);
        }
        return workspace;
    }

    private Counts mails(WorkspaceId workspace) {
        return store.transactions().in(tx -> store.lessons().mails(tx, workspace));
    }

    private static ByteArrayInputStream stream(String mail) {
        return new ByteArrayInputStream(mail.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    private SpamScore score(Samples samples, String mail) {
        EmailAddress recipient = EmailAddress.of(samples.endpoint.address());
        String from = mail.startsWith("From:") ? mail : "From: zoe@stranger.example\n" + mail;
        try {
            MessageContent content = MessageReader.content(stream(from));
            Arrival arrival =
                    new Arrival(clock.instant(), InetAddress.getLoopbackAddress(), "mail.stranger.example", "ESMTP");
            Candidate candidate = new Candidate(
                    new ScannedMail(SpoolId.at(clock.instant()), 1, arrival, from.length(), () -> stream(from)),
                    new Envelope(ReversePath.of(EmailAddress.of("zoe@stranger.example")), List.of(recipient)),
                    MessageReader.header(stream(from)),
                    () -> content,
                    Classification.HUMAN,
                    AuthenticationResults.NONE);
            return Objects.requireNonNull(new BuiltInScorer(
                            store.transactions(), store.correspondence(), store.lessons())
                    .score(
                            candidate,
                            List.of(new Destination(
                                    recipient, samples.workspace.id(), samples.endpoint.id(), ContentFindings.NONE)))
                    .get(recipient));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Signal> signal(SpamScore score, String name) {
        return score.signals().stream()
                .filter(signal -> signal.name().equals(name))
                .findFirst();
    }

    private static double bayes(SpamScore score) {
        return signal(score, "bayes").map(Signal::score).orElse(0.0);
    }

    @Test
    void what_people_rejected_scores_higher_afterwards_and_what_they_accepted_lower() {
        Samples samples = Samples.in(store);
        double before = score(samples, PROJECTORS).score();
        taught(samples, 20);

        SpamScore spam = score(samples, PROJECTORS);
        assertTrue(spam.score() > before + 3, spam::toString);
        assertTrue(bayes(score(samples, GARDEN)) < -2);
        assertTrue(signal(spam, "bayes").orElseThrow().detail().contains("projectors"), spam::toString);
    }

    @Test
    void lessons_of_one_side_alone_say_nothing() {
        Samples samples = Samples.in(store);
        for (int i = 0; i < 30; i++) {
            teach(samples.workspace.id(), Lesson.SPAM, PROJECTORS);
        }

        assertEquals(0.0, bayes(score(samples, PROJECTORS)));
    }

    @Test
    void another_workspace_learns_nothing_from_it() {
        taught(Samples.in(store), 20);

        assertEquals(0.0, bayes(score(Samples.in(store), PROJECTORS)));
    }

    @Test
    void the_same_lesson_counts_once_and_another_one_replaces_it() {
        WorkspaceId workspace = Samples.in(store).workspace.id();
        SpoolId mail = SpoolId.at(clock.instant());
        learning().learn(workspace, mail, Lesson.SPAM, () -> stream(PROJECTORS));
        learning().learn(workspace, mail, Lesson.SPAM, () -> stream(PROJECTORS));
        assertEquals(new Counts(0, 1), mails(workspace));

        learning().learn(workspace, mail, Lesson.HAM, () -> stream(PROJECTORS));
        assertEquals(new Counts(1, 0), mails(workspace));

        learning().forget(workspace, mail);
        learning().forget(workspace, mail);
        assertEquals(Counts.NONE, mails(workspace));
    }

    @Test
    void a_correction_undoes_exactly_what_was_learned() {
        Samples samples = Samples.in(store);
        WorkspaceId workspace = taught(samples, 10);
        SpamScore before = score(samples, PROJECTORS);
        SpoolId mistaken = SpoolId.at(clock.instant());
        learning().learn(workspace, mistaken, Lesson.HAM, () -> stream(PROJECTORS));
        assertEquals(new Counts(11, 10), mails(workspace));

        learning().forget(workspace, mistaken);

        assertEquals(new Counts(10, 10), mails(workspace));
        assertEquals(before, score(samples, PROJECTORS));
    }

    @Test
    void a_mail_that_cannot_be_read_teaches_nothing_and_no_decision_fails() {
        WorkspaceId workspace = Samples.in(store).workspace.id();

        learning().learn(workspace, SpoolId.at(clock.instant()), Lesson.SPAM, () -> {
            throw new IOException("gone");
        });
        learning().learn(workspace, SpoolId.at(clock.instant()), Lesson.SPAM, () -> {
            throw new IllegalStateException("damaged");
        });

        assertEquals(Counts.NONE, mails(workspace));
    }

    @Test
    void the_newest_lessons_count_and_older_ones_are_taken_out() {
        WorkspaceId workspace = Samples.in(store).workspace.id();
        LearnedMail small =
                new LearnedMail(store.transactions(), store.lessons(), new Window(3, Duration.ofDays(10)), clock);
        for (int i = 0; i < 8; i++) {
            clock.turn(Duration.ofSeconds(1));
            String mail = "Subject: word" + i + "abc\n\n";
            small.learn(workspace, SpoolId.at(clock.instant()), Lesson.SPAM, () -> stream(mail));
        }
        assertEquals(new Counts(0, 3), mails(workspace));

        clock.turn(Duration.ofDays(11));
        small.learn(workspace, SpoolId.at(clock.instant()), Lesson.SPAM, () -> stream(GARDEN));

        assertEquals(new Counts(0, 1), mails(workspace));
    }

    @Test
    void mail_alone_teaches_nothing_however_much_of_it_comes() {
        Samples samples = Samples.in(store);
        taught(samples, 20);
        SpamScore before = score(samples, PROJECTORS);
        for (int i = 0; i < 50; i++) {
            score(samples, PROJECTORS + GARDEN.repeat(5));
        }

        assertEquals(before, score(samples, PROJECTORS));
    }

    @Test
    void words_of_honest_mail_around_it_do_not_turn_spam_into_ham() {
        Samples samples = Samples.in(store);
        taught(samples, 20);
        StringBuilder stuffing = new StringBuilder();
        for (int i = 0; i < 5_000; i++) {
            stuffing.append("harmless").append(Integer.toString(i, 36)).append(' ');
        }

        assertTrue(bayes(score(samples, PROJECTORS + stuffing)) > 2);
    }

    @Test
    void many_people_teach_at_once() throws Exception {
        WorkspaceId workspace = Samples.in(store).workspace.id();
        List<Callable<Boolean>> people = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            boolean spam = i % 2 == 0;
            people.add(() -> {
                for (int lesson = 0; lesson < 5; lesson++) {
                    teach(workspace, spam ? Lesson.SPAM : Lesson.HAM, spam ? PROJECTORS : GARDEN);
                }
                return true;
            });
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(people.size())) {
            for (Future<Boolean> one : threads.invokeAll(people)) {
                one.get();
            }
        }

        assertEquals(new Counts(15, 15), mails(workspace));
    }

    @Test
    void who_answers_a_mail_of_ours_is_welcome() {
        Samples samples = Samples.in(store);
        Inbound question = samples.keptInbound();
        Outbound answer = samples.keep(samples.outbound(
                question.facts().thread(), OutboundStatus.DELIVERED, question.id(), "zoe@stranger.example"));
        String id = Objects.requireNonNull(answer.facts().internetId()).bracketed();

        SpamScore reply = score(samples, "In-Reply-To: " + id + "\n" + GARDEN);
        SpamScore further = score(samples, "References: <other@x.example> " + id + "\n" + GARDEN);
        SpamScore guessed = score(samples, "In-Reply-To: <guess@x.example>\n" + GARDEN);

        assertTrue(signal(reply, "reply_to_ours").isPresent(), reply::toString);
        assertTrue(signal(further, "reply_to_ours").isPresent(), further::toString);
        assertTrue(signal(guessed, "reply_to_ours").isEmpty(), guessed::toString);
        assertTrue(signal(guessed, "correspondent").isPresent(), guessed::toString);
    }

    @Test
    void whoever_borrows_the_address_of_a_correspondent_is_a_stranger() {
        Samples samples = Samples.in(store);
        Inbound question = samples.keptInbound();
        samples.keep(samples.outbound(
                question.facts().thread(), OutboundStatus.DELIVERED, question.id(), "zoe@stranger.example"));

        SpamScore borrowed = score(samples, "From: zoe@stranger.example, mallory@evil.example\n" + GARDEN);

        assertTrue(signal(borrowed, "first_contact").isPresent(), borrowed::toString);
    }
}
