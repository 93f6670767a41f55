package org.chancery.mailets.host;

import static org.chancery.mailets.testing.TestContainer.ACCEPTED;
import static org.chancery.mailets.testing.TestContainer.ERROR;
import static org.chancery.mailets.testing.TestContainer.OUTBOUND;
import static org.chancery.mailets.testing.TestContainer.ROOT;
import static org.chancery.mailets.testing.TestContainer.processors;
import static org.chancery.mailets.testing.TestContainer.withRoot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.mail.MessagingException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.chancery.core.fault.Later;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.SpoolId;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.mailbox.TraceRepository.Step;
import org.chancery.core.spool.DamagedMail;
import org.chancery.mailets.Found;
import org.chancery.mailets.MailAttributes;
import org.chancery.mailets.testing.Await;
import org.chancery.mailets.testing.TestMail;
import org.chancery.mailets.testing.TestMailbox.Stored;
import org.chancery.mailets.testing.TestMailet;
import org.chancery.mailets.testing.TestPipeline;
import org.chancery.mailets.testing.TestRawStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolRunnerTest {
    private static final PipelineSettings HASTY =
            new PipelineSettings(2, 3, List.of(Duration.ofSeconds(1)), Duration.ofMillis(400), TestPipeline.NEVER);

    @TempDir
    Path directory;

    @Test
    void a_mail_is_stored_as_it_was_received_and_each_step_leaves_a_trace() {
        try (TestPipeline pipeline = new TestPipeline(directory, withRoot("")).start()) {
            TestMail mail = TestMail.to("agent@here.test");
            pipeline.process(mail);
            Stored stored = stored(pipeline, mail, "agent@here.test");
            assertEquals(HandlingState.ROUTED, stored.state());
            assertEquals("An offer", stored.mail().header().subject());
            assertEquals(TestRawStore.digest(mail.open()), stored.mail().raw());
            assertTrue(pipeline.raw.has(stored.mail().raw()));
            assertEquals(
                    List.of(
                            "root All Classify human",
                            "root All Exempt exempt",
                            "root All ToProcessor done",
                            "accepted All ResolveHandler routed",
                            "accepted All DeliverToMailbox routed"),
                    pipeline.mailbox.trace(mail.id().value()));
            Step last = pipeline.mailbox.steps(mail.id().value()).getLast();
            assertEquals("agent Bo has the turn", last.reason());
            assertEquals(List.of("processed 1"), pipeline.spool.calls());
        }
    }

    @Test
    void the_trace_of_a_mail_to_several_tells_what_became_of_each() {
        try (TestPipeline pipeline = new TestPipeline(directory, withRoot("")).start()) {
            TestMail mail = TestMail.to("a@here.test", "light@here.test", "b@here.test");
            pipeline.process(mail);
            List<Step> steps = pipeline.mailbox.steps(mail.id().value());
            assertEquals(
                    List.of(
                            "null resolved for each recipient",
                            "a@here.test routed agent Bo has the turn",
                            "light@here.test awaiting_review people handle this endpoint",
                            "b@here.test routed agent Bo has the turn"),
                    steps.subList(3, 7).stream()
                            .map(step -> step.recipient() + " " + step.verdict() + ' ' + step.reason())
                            .toList());
            assertTrue(steps.stream()
                    .allMatch(step -> step.micros() >= 0 && !step.at().isAfter(pipeline.clock.instant())));
        }
    }

    @Test
    void a_mail_that_fails_three_times_is_kept_for_the_operator_with_all_three_failures() {
        String root = withRoot(TestMailet.line("SubjectIs=poison", "fails", mail -> {
            throw new MessagingException("cannot log in to http://joe:geheim@host/, password=geheim");
        }));
        try (TestPipeline pipeline = new TestPipeline(directory, root).start()) {
            TestMail mail = poison("agent@here.test");
            pipeline.process(mail);
            assertEquals(List.of("retry 1 PT1S", "retry 2 PT5S", "processed 3"), pipeline.spool.calls());
            Stored kept = stored(pipeline, mail, "agent@here.test");
            assertEquals(HandlingState.ERROR, kept.state());
            assertTrue(kept.reason().contains("TestMailet (SubjectIs=poison) in processor root"), kept.reason());
            assertTrue(kept.reason().contains("cannot log in"), kept.reason());
            assertFalse(kept.reason().contains("geheim"), kept.reason());
            String failure = "root SubjectIs=poison org.chancery.mailets.testing.TestMailet failed";
            assertEquals(
                    List.of(failure, failure, failure, "error All KeepForOperator kept"),
                    pipeline.mailbox.trace(mail.id().value()));
        }
    }

    @Test
    void other_mails_pass_while_one_fails() {
        String root = withRoot(TestMailet.line("SubjectIs=poison", "fails-beside", mail -> {
            throw new IllegalStateException("no");
        }));
        try (TestPipeline pipeline = new TestPipeline(directory, root).start()) {
            List<TestMail> good =
                    List.of(TestMail.to("a@here.test"), TestMail.to("b@here.test"), TestMail.to("c@here.test"));
            pipeline.spool.add(poison("agent@here.test"));
            good.forEach(pipeline.spool::add);
            // The clock stands still, so that the bad mail's pause never ends.
            Await.until(() -> pipeline.spool.calls().size() == 4);
            assertEquals(3, pipeline.mailbox.count());
            pipeline.settle();
            assertEquals(4, pipeline.mailbox.count());
        }
    }

    @Test
    void a_mail_that_fails_twice_is_delivered_by_the_third_attempt() {
        AtomicInteger times = new AtomicInteger();
        String root = withRoot(TestMailet.line("All", "fails-twice", mail -> {
            if (times.incrementAndGet() < 3) {
                throw new IllegalStateException("not yet");
            }
        }));
        try (TestPipeline pipeline = new TestPipeline(directory, root).start()) {
            TestMail mail = TestMail.to("agent@here.test");
            pipeline.process(mail);
            assertEquals(
                    HandlingState.ROUTED,
                    stored(pipeline, mail, "agent@here.test").state());
            assertEquals(
                    2,
                    pipeline.mailbox.trace(mail.id().value()).stream()
                            .filter(step -> step.endsWith("failed"))
                            .count());
        }
    }

    @Test
    void where_the_step_of_one_recipient_fails_the_others_have_the_mail_once() {
        String accepted = "<mailet match=\"All\" class=\"ResolveHandler\"/>"
                + "<mailet match=\"RecipientIs=good@here.test\" class=\"DeliverToMailbox\"/>"
                + TestMailet.line("RecipientIs=bad@here.test", "fails-for-one", mail -> {
                    throw new IllegalStateException("not for " + mail.getRecipients());
                })
                + "<mailet match=\"All\" class=\"DeliverToMailbox\"/>";
        try (TestPipeline pipeline = new TestPipeline(directory, processors(ROOT, accepted, OUTBOUND, ERROR)).start()) {
            TestMail mail = TestMail.to("good@here.test", "bad@here.test");
            pipeline.process(mail);
            assertEquals(
                    HandlingState.ROUTED,
                    stored(pipeline, mail, "good@here.test").state());
            assertEquals(
                    HandlingState.ERROR, stored(pipeline, mail, "bad@here.test").state());
            assertEquals(2, pipeline.mailbox.count());
            List<String> trace = pipeline.mailbox.trace(mail.id().value());
            assertEquals(
                    List.of("error All KeepForOperator repeat", "error All KeepForOperator kept"),
                    trace.subList(trace.size() - 2, trace.size()));
        }
    }

    @Test
    void a_stack_overflow_in_a_mailet_is_the_mails_trouble_only() {
        String root = withRoot(TestMailet.line("SubjectIs=poison", "overflows", mail -> overflow(1)));
        try (TestPipeline pipeline = new TestPipeline(directory, root).start()) {
            TestMail bad = poison("agent@here.test");
            TestMail good = TestMail.to("agent@here.test");
            pipeline.process(bad, good);
            assertTrue(stored(pipeline, bad, "agent@here.test").reason().contains("StackOverflowError"));
            assertEquals(
                    HandlingState.ROUTED,
                    stored(pipeline, good, "agent@here.test").state());
        }
    }

    @Test
    void a_missing_class_in_a_mailet_or_matcher_is_the_mails_trouble_only() {
        String root = withRoot(TestMailet.line("SubjectIs=poison", "no-class", mail -> {
            throw new NoClassDefFoundError("org/example/Missing");
        }));
        try (TestPipeline pipeline = new TestPipeline(directory, root).start()) {
            TestMail bad = poison("agent@here.test");
            pipeline.process(bad);
            assertTrue(stored(pipeline, bad, "agent@here.test").reason().contains("org/example/Missing"));
        }
    }

    @Test
    void a_mail_in_which_a_mailet_hangs_is_taken_away_and_the_others_pass() {
        AtomicBoolean released = new AtomicBoolean();
        AtomicInteger interrupts = new AtomicInteger();
        String root = withRoot(TestMailet.line("SubjectIs=poison", "hangs", mail -> {
            while (!released.get()) {
                LockSupport.parkNanos(1_000_000);
                if (Thread.interrupted()) {
                    interrupts.incrementAndGet();
                }
            }
        }));
        try (TestPipeline pipeline = new TestPipeline(directory, root, HASTY).start()) {
            TestMail bad = poison("agent@here.test");
            pipeline.spool.add(bad, TestMail.to("a@here.test"), TestMail.to("b@here.test"));
            Await.until(() -> pipeline.mailbox.count() == 2);
            pipeline.settle();
            assertEquals(
                    List.of("retry 1 PT1S", "retry 2 PT1S", "retry 3 PT1S", "processed 4"), pipeline.spool.calls(bad));
            Stored kept = stored(pipeline, bad, "agent@here.test");
            assertEquals(HandlingState.ERROR, kept.state());
            assertTrue(kept.reason().contains("gave no answer within 400 ms"), kept.reason());
            assertEquals(3, interrupts.get());
            assertTrue(pipeline.runner.figures().stuck() >= 3);
            released.set(true);
            Await.until(() -> pipeline.runner.figures().stuck() == 0);
            assertEquals(3, pipeline.mailbox.count());
        }
    }

    @Test
    void the_watch_over_hanging_mails_outlives_an_error() {
        AtomicBoolean released = new AtomicBoolean();
        String root = withRoot(TestMailet.line("SubjectIs=poison", "hangs-without-memory", mail -> {
            while (!released.get()) {
                LockSupport.parkNanos(1_000_000);
            }
        }));
        try (TestPipeline pipeline = new TestPipeline(directory, root, HASTY).start()) {
            pipeline.spool.failNextRetry(new OutOfMemoryError("as the test says"));
            TestMail bad = poison("agent@here.test");
            pipeline.process(bad);
            assertEquals(
                    List.of("retry 1 PT1S", "retry 2 PT1S", "retry 3 PT1S", "processed 4"), pipeline.spool.calls(bad));
            released.set(true);
            Await.until(() -> pipeline.runner.figures().stuck() == 0);
        }
    }

    @Test
    void a_step_of_ours_that_hangs_is_not_interrupted() {
        AtomicBoolean released = new AtomicBoolean();
        AtomicBoolean interrupted = new AtomicBoolean();
        try (TestPipeline pipeline = new TestPipeline(directory, withRoot(""), HASTY).start()) {
            TestMail mail = TestMail.of(
                    10,
                    () -> {
                        while (!released.get()) {
                            LockSupport.parkNanos(1_000_000);
                            interrupted.compareAndSet(
                                    false, Thread.currentThread().isInterrupted());
                        }
                        return TestMail.to("a@here.test").open();
                    },
                    "a@here.test");
            pipeline.spool.add(mail);
            Await.until(() -> pipeline.runner.figures().stuck() == 1);
            released.set(true);
            pipeline.settle();
            assertFalse(interrupted.get());
            assertEquals(
                    HandlingState.ROUTED, stored(pipeline, mail, "a@here.test").state());
        }
    }

    @Test
    void nothing_counts_while_the_database_is_away() {
        try (TestPipeline pipeline = new TestPipeline(directory, withRoot("")).start()) {
            pipeline.mailbox.away(true);
            TestMail mail = TestMail.to("agent@here.test");
            pipeline.spool.add(mail);
            Await.until(() -> {
                pipeline.spool.turnWhereIdle(Duration.ofSeconds(1));
                return pipeline.spool.calls().size() >= 3;
            });
            assertTrue(
                    pipeline.spool.calls().stream().allMatch(call -> call.startsWith("postpone 1 ")),
                    pipeline.spool.calls().toString());
            pipeline.mailbox.away(false);
            pipeline.settle();
            assertEquals(
                    HandlingState.ROUTED,
                    stored(pipeline, mail, "agent@here.test").state());
            assertEquals("processed 1", pipeline.spool.calls().getLast());
        }
    }

    @Test
    void a_mail_that_alone_cannot_be_read_does_not_slow_the_others_down() {
        try (TestPipeline pipeline = new TestPipeline(directory, withRoot("")).start()) {
            TestMail damaged = TestMail.of(
                    10,
                    () -> {
                        throw new Unavailable("opening the spooled mail", null);
                    },
                    "a@here.test");
            pipeline.spool.add(damaged);
            for (int i = 0; i < 100; i++) {
                pipeline.spool.add(TestMail.to("a@here.test"));
            }
            Await.until(() -> pipeline.mailbox.count() == 100);
            Await.until(() -> {
                pipeline.spool.turnWhereIdle(Duration.ofSeconds(1));
                return pipeline.spool.calls(damaged).size() >= 2;
            });
            assertEquals(
                    List.of("postpone 1 PT0.25S", "postpone 1 PT0.5S"),
                    pipeline.spool.calls(damaged).subList(0, 2));
        }
    }

    @Test
    void a_damaged_mail_is_set_aside_by_its_first_attempt_and_the_others_pass() {
        try (TestPipeline pipeline = new TestPipeline(directory, withRoot("")).start()) {
            TestMail notOpened = TestMail.of(
                    10,
                    () -> {
                        throw damaged();
                    },
                    "a@here.test");
            TestMail notRead = TestMail.of(
                    10,
                    () -> new InputStream() {
                        @Override
                        public int read() {
                            throw damaged();
                        }
                    },
                    "a@here.test");
            TestMail good = TestMail.to("a@here.test");
            pipeline.process(notOpened, notRead, good);
            assertEquals(List.of("set aside 1"), pipeline.spool.calls(notOpened));
            assertEquals(List.of("set aside 1"), pipeline.spool.calls(notRead));
            assertEquals(List.of("processed 1"), pipeline.spool.calls(good));
            assertEquals(1, pipeline.mailbox.count());
            assertEquals(List.of(), pipeline.mailbox.trace(notRead.id().value()), "it is in one place only");
        }
    }

    @Test
    void a_mail_that_is_found_damaged_when_it_is_given_up_is_set_aside() {
        AtomicBoolean damaged = new AtomicBoolean();
        String root = withRoot(TestMailet.line("All", "fails-before-damage", mail -> {
            damaged.set(true);
            throw new MessagingException("no");
        }));
        try (TestPipeline pipeline = new TestPipeline(directory, root).start()) {
            TestMail mail = TestMail.of(
                            10,
                            () -> {
                                if (damaged.get()) {
                                    throw damaged();
                                }
                                return TestMail.to("a@here.test").open();
                            },
                            "a@here.test")
                    .withAttempt(3);
            pipeline.process(mail);
            assertEquals(List.of("set aside 3"), pipeline.spool.calls());
        }
    }

    private static DamagedMail damaged() {
        return new DamagedMail(SpoolId.at(Instant.EPOCH), "spoiled", null);
    }

    @Test
    void a_database_that_goes_away_in_a_step_does_not_count_even_where_the_step_s_exceptions_are_ignored() {
        AtomicInteger times = new AtomicInteger();
        String line = TestMailet.line("All", "away-once", mail -> {
            if (times.incrementAndGet() == 1) {
                throw new Unavailable("asking something", null);
            }
        });
        String root = withRoot(line.replace("</mailet>", "<onMailetException>ignore</onMailetException></mailet>"));
        try (TestPipeline pipeline = new TestPipeline(directory, root).start()) {
            TestMail mail = TestMail.to("agent@here.test");
            pipeline.process(mail);
            assertEquals(List.of("postpone 1 PT0.25S", "processed 1"), pipeline.spool.calls());
            assertEquals(1, pipeline.mailbox.deliveries());
        }
    }

    @Test
    void what_was_found_out_about_a_mail_that_waits_is_not_found_out_again() {
        AtomicInteger asked = new AtomicInteger();
        AtomicInteger times = new AtomicInteger();
        String root = withRoot(TestMailet.line("All", "asks", mail -> {
                    Found found = MailAttributes.received(mail).orElseThrow().found();
                    if (found.authentication().isEmpty()) {
                        asked.incrementAndGet();
                        found.authentication(AuthenticationResults.NONE);
                    }
                })
                + TestMailet.line("All", "waits", mail -> {
                    switch (times.incrementAndGet()) {
                        case 1, 2 -> throw new Later("an answer", Duration.ofMillis(1));
                        case 3 ->
                            throw new IllegalStateException("a failure, after which everything is looked at anew");
                        default -> {}
                    }
                }));
        try (TestPipeline pipeline = new TestPipeline(directory, root).start()) {
            TestMail mail = TestMail.to("agent@here.test");
            pipeline.process(mail);
            assertEquals(4, times.get());
            assertEquals(2, asked.get());
            assertEquals(1, pipeline.mailbox.deliveries());
        }
    }

    @Test
    void a_mail_that_comes_by_before_its_answer_is_there_is_called_for_once() {
        CompletableFuture<String> answer = new CompletableFuture<>();
        AtomicInteger times = new AtomicInteger();
        String root = withRoot(TestMailet.line("All", "waits", mail -> {
            if (times.incrementAndGet() <= 3) {
                throw new Later("an answer", Duration.ofMillis(1), answer);
            }
        }));
        try (TestPipeline pipeline = new TestPipeline(directory, root).start()) {
            pipeline.process(TestMail.to("agent@here.test"));
            assertEquals(1, pipeline.mailbox.deliveries());
        }
        assertEquals(1, answer.getNumberOfDependents());
    }

    @Test
    void a_mail_that_was_processed_before_a_crash_is_not_processed_again() {
        try (TestPipeline pipeline = new TestPipeline(directory, withRoot("")).start()) {
            TestMail mail = TestMail.to("agent@here.test");
            pipeline.process(mail);
            pipeline.process(mail.withAttempt(2));
            assertEquals(1, pipeline.mailbox.deliveries());
            assertEquals(List.of("processed 1", "processed 2"), pipeline.spool.calls());
        }
    }

    @Test
    void a_mail_that_was_stored_before_a_crash_and_not_receipted_is_stored_once() {
        AtomicBoolean crashes = new AtomicBoolean(true);
        String accepted = ACCEPTED
                + TestMailet.line("All", "crashes-late", mail -> {
                    if (crashes.getAndSet(false)) {
                        throw new IllegalStateException("as if the server had stopped here");
                    }
                });
        try (TestPipeline pipeline = new TestPipeline(directory, processors(ROOT, accepted, OUTBOUND, ERROR)).start()) {
            TestMail mail = TestMail.to("agent@here.test");
            pipeline.process(mail);
            assertEquals(2, pipeline.mailbox.deliveries());
            assertEquals(1, pipeline.mailbox.count());
            assertTrue(pipeline.mailbox.trace(mail.id().value()).contains("accepted All DeliverToMailbox repeat"));
        }
    }

    @Test
    void a_mail_that_takes_the_server_down_each_time_is_kept_without_another_attempt() {
        AtomicInteger tries = new AtomicInteger();
        String root = withRoot(TestMailet.line("All", "counts", mail -> tries.incrementAndGet()));
        try (TestPipeline pipeline = new TestPipeline(directory, root).start()) {
            TestMail mail = TestMail.to("agent@here.test").withAttempt(4);
            pipeline.process(mail);
            assertEquals(0, tries.get());
            assertEquals(
                    "the server stopped in the middle of every attempt",
                    stored(pipeline, mail, "agent@here.test").reason());
        }
    }

    @Test
    void a_mail_that_cannot_even_be_kept_waits_longer_each_time_and_is_never_dropped() {
        AtomicBoolean broken = new AtomicBoolean(true);
        String error = TestMailet.line("All", "error-fails", mail -> {
                    if (broken.get()) {
                        throw new IllegalStateException("broken, too");
                    }
                })
                + ERROR;
        String root = TestMailet.line("All", "always-fails", mail -> {
            throw new IllegalStateException("broken");
        });
        try (TestPipeline pipeline =
                new TestPipeline(directory, processors(root + ROOT, ACCEPTED, OUTBOUND, error)).start()) {
            TestMail mail = TestMail.to("agent@here.test");
            pipeline.spool.add(mail);
            Await.until(() -> {
                pipeline.spool.turnWhereIdle(Duration.ofSeconds(1));
                return pipeline.spool.calls().size() >= 5;
            });
            assertEquals(
                    List.of("retry 1 PT1S", "retry 2 PT5S", "retry 3 PT30S", "retry 4 PT1M", "retry 5 PT2M"),
                    pipeline.spool.calls().subList(0, 5));
            broken.set(false);
            pipeline.settle();
            assertEquals(
                    HandlingState.ERROR,
                    stored(pipeline, mail, "agent@here.test").state());
        }
    }

    @Test
    void a_mail_that_no_step_delivers_fails_and_does_not_vanish() {
        String accepted = "<mailet match=\"All\" class=\"ResolveHandler\"/>"
                + "<mailet match=\"RecipientIs=known@here.test\" class=\"DeliverToMailbox\"/>";
        try (TestPipeline pipeline = new TestPipeline(directory, processors(ROOT, accepted, OUTBOUND, ERROR)).start()) {
            TestMail mail = TestMail.to("known@here.test", "forgotten@here.test");
            pipeline.process(mail);
            assertEquals(
                    HandlingState.ROUTED,
                    stored(pipeline, mail, "known@here.test").state());
            Stored kept = stored(pipeline, mail, "forgotten@here.test");
            assertEquals(HandlingState.ERROR, kept.state());
            assertTrue(kept.reason().contains("no step had delivered it to [forgotten@here.test]"), kept.reason());
        }
    }

    @Test
    void a_mail_that_an_operator_s_line_ends_is_kept_as_handled_with_the_reason() {
        String root = withRoot("<mailet match=\"RecipientIs=gone@here.test\" class=\"Null\"/>");
        try (TestPipeline pipeline = new TestPipeline(directory, root).start()) {
            TestMail mail = TestMail.to("gone@here.test", "kept@here.test");
            pipeline.process(mail);
            Stored ended = stored(pipeline, mail, "gone@here.test");
            assertEquals(HandlingState.HANDLED, ended.state());
            assertEquals("ended by mailet Null (RecipientIs=gone@here.test) in processor root", ended.reason());
            assertEquals(
                    HandlingState.ROUTED,
                    stored(pipeline, mail, "kept@here.test").state());
            assertEquals(List.of("processed 1"), pipeline.spool.calls());
            assertEquals(
                    "root RecipientIs=gone@here.test Null ended",
                    pipeline.mailbox.trace(mail.id().value()).getFirst());
        }
    }

    @Test
    void a_circle_of_processors_leads_to_the_operator() {
        String circle =
                "<mailet match=\"SubjectIs=poison\" class=\"ToProcessor\"><processor>accepted</processor></mailet>";
        String back = "<mailet match=\"SubjectIs=poison\" class=\"ToProcessor\"><processor>root</processor></mailet>";
        try (TestPipeline pipeline =
                new TestPipeline(directory, processors(circle + ROOT, back + ACCEPTED, OUTBOUND, ERROR)).start()) {
            TestMail bad = poison("agent@here.test");
            pipeline.process(bad, TestMail.to("agent@here.test"));
            assertEquals(
                    HandlingState.ERROR,
                    stored(pipeline, bad, "agent@here.test").state());
            assertEquals(2, pipeline.mailbox.count());
        }
    }

    @Test
    void several_workers_process_each_mail_once() {
        try (TestPipeline pipeline =
                new TestPipeline(directory, withRoot(""), TestPipeline.SETTINGS.withWorkers(8)).start()) {
            List<TestMail> mails = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                mails.add(TestMail.to("agent" + i % 7 + "@here.test", "light" + i % 5 + "@here.test"));
            }
            pipeline.process(mails.toArray(TestMail[]::new));
            assertEquals(4_000, pipeline.mailbox.count());
            assertEquals(4_000, pipeline.mailbox.deliveries());
            Await.until(() -> pipeline.runner.figures().processed() == 2_000);
        }
    }

    @Test
    void a_stop_lets_the_mails_in_hand_be_finished() {
        CountDownLatch inHand = new CountDownLatch(1);
        AtomicBoolean goesOn = new AtomicBoolean();
        String root = withRoot(TestMailet.line("All", "takes-time", mail -> {
            inHand.countDown();
            Await.until(goesOn::get);
        }));
        try (TestPipeline pipeline = new TestPipeline(directory, root, TestPipeline.SETTINGS.withWorkers(1)).start()) {
            TestMail first = TestMail.to("a@here.test");
            TestMail second = TestMail.to("b@here.test");
            pipeline.spool.add(first, second);
            Await.until(() -> inHand.getCount() == 0);
            assertFalse(pipeline.runner.stop(Duration.ofMillis(1)));
            goesOn.set(true);
            assertTrue(pipeline.runner.stop(Duration.ofSeconds(20)));
            assertEquals(List.of("processed 1"), pipeline.spool.calls());
            assertEquals(1, pipeline.spool.left());
        }
    }

    @Test
    void workers_step_back_while_mail_streams_in_and_are_back_when_it_calms_down() {
        StepBack patient = new StepBack(100, 0, 0.000001, 1_000_000, Duration.ofHours(1));
        PipelineSettings settings =
                new PipelineSettings(1, 3, List.of(Duration.ofSeconds(1)), Duration.ofSeconds(60), patient);
        try (TestPipeline pipeline = new TestPipeline(directory, withRoot(""), settings).start()) {
            pipeline.process(TestMail.to("a@here.test"), TestMail.to("b@here.test"), TestMail.to("c@here.test"));
            assertEquals(3, pipeline.mailbox.count());
            pipeline.spool.arrivals(101);
            pipeline.spool.add(TestMail.to("d@here.test"), TestMail.to("e@here.test"));
            Await.until(() -> pipeline.mailbox.count() == 4);
            // The rest that follows lasts for minutes; a stop cuts it short.
            assertTrue(pipeline.runner.stop(Duration.ofSeconds(20)));
            assertEquals(1, pipeline.spool.left());
        }
    }

    private static TestMail poison(String recipient) {
        return TestMail.of("From: ann@elsewhere.test\nSubject: poison\n\nHello\n", recipient);
    }

    private static Stored stored(TestPipeline pipeline, TestMail mail, String recipient) {
        Stored stored = pipeline.mailbox.stored(mail.id(), recipient);
        if (stored == null) {
            throw new AssertionError(recipient + " has no mail; trace "
                    + pipeline.mailbox.steps(mail.id().value()));
        }
        return stored;
    }

    @SuppressWarnings("InfiniteRecursion") // what the test is about
    private static int overflow(int depth) {
        return overflow(depth + 1) + 1;
    }
}
