package org.chancery.storage;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.endpoint.EndpointRepository.Count;
import org.chancery.core.event.DomainEvent;
import org.chancery.core.event.EventType;
import org.chancery.core.id.EventId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.ThreadId;
import org.chancery.core.mail.InternetMessageId;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.mailbox.FolderRepository.Flags;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.MessageFacts;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.mailbox.TraceRepository.Step;
import org.chancery.core.tx.Tx;
import org.chancery.testkit.contract.Samples;
import org.chancery.testkit.database.PostgresServer;
import org.chancery.testkit.database.TestDatabase;

/**
 * Measures the statements of one inbound delivery, in one transaction each: deliveries a second for every 10,000, so that
 * a slope shows. No test: run it by hand. Arguments: {@code h2} or {@code postgres}, deliveries, threads, endpoints.
 */
final class DeliveryRun {
    private final JooqStore store;
    private final Samples samples;
    private final List<Endpoint> endpoints = new ArrayList<>();

    private DeliveryRun(JooqStore store, int endpointCount) {
        this.store = store;
        this.samples = Samples.in(store);
        for (int i = 0; i < endpointCount; i++) {
            endpoints.add(samples.keep(samples.newEndpoint("box" + i)));
        }
    }

    public static void main(String[] args) throws Exception {
        String kind = args[0];
        int deliveries = Integer.parseInt(args[1]);
        int threads = Integer.parseInt(args[2]);
        Path directory = Files.createTempDirectory("delivery-run");
        TestDatabase database = kind.equals("h2")
                ? new TestDatabase("jdbc:h2:" + System.getProperty("h2", "file:") + directory.resolve("run"), "sa", "")
                : TestDatabase.postgres();
        long before = System.nanoTime();
        try (JooqStore store = JooqStore.on(database)) {
            System.out.printf("opened in %d ms%n", (System.nanoTime() - before) / 1_000_000);
            new DeliveryRun(store, Integer.parseInt(args[3])).run(deliveries, threads);
            long force = System.nanoTime();
            store.transactions().force();
            System.out.printf("force %d ms%n", (System.nanoTime() - force) / 1_000_000);
            before = System.nanoTime();
        }
        System.out.printf("closed in %d ms%n", (System.nanoTime() - before) / 1_000_000);
        if (kind.equals("h2")) {
            before = System.nanoTime();
            try (JooqStore store = JooqStore.on(database)) {
                System.out.printf("reopened in %d ms%n", (System.nanoTime() - before) / 1_000_000);
            }
            try (var files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    System.out.printf("%s %d MB%n", file, Files.size(file) >> 20);
                }
            }
        } else {
            PostgresServer.shared().stop();
        }
    }

    private void run(int deliveries, int threads) throws InterruptedException {
        int part = 10_000;
        for (int done = 0; done < deliveries; done += part) {
            AtomicInteger left = new AtomicInteger(part);
            CountDownLatch end = new CountDownLatch(threads);
            long cpu = cpuNanos();
            long start = System.nanoTime();
            for (int t = 0; t < threads; t++) {
                int offset = t * 1_000_000 + done;
                Thread.ofPlatform().start(() -> {
                    try {
                        for (int i = 0; left.getAndDecrement() > 0; i++) {
                            deliver(offset + i);
                        }
                    } finally {
                        end.countDown();
                    }
                });
            }
            end.await();
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.printf(
                    "%7d: %6.0f/s, %.0f us CPU each%n", done + part, part / seconds, (cpuNanos() - cpu) / 1e3 / part);
        }
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean)
                        java.lang.management.ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private void deliver(int number) {
        Instant now = Instant.now();
        Endpoint endpoint = endpoints.get(number % endpoints.size());
        Inbound sample = samples.inbound(facts(endpoint, ThreadId.at(now), now));
        store.transactions().run(tx -> {
            if (store.messages().delivered(tx, sample.spool(), endpoint.id()).isPresent()) {
                return;
            }
            store.endpoints()
                    .takeTurn(
                            tx,
                            endpoint.id(),
                            "sender" + number % 500 + "@stranger.example",
                            LocalDate.ofInstant(now, ZoneOffset.UTC),
                            1_000_000,
                            1_000_000);
            Optional<ThreadId> known = store.messages()
                    .threadOf(
                            tx,
                            endpoint.id(),
                            List.of(new InternetMessageId(number + "@a"), new InternetMessageId(number + "@b")));
            if (known.isEmpty()) {
                store.messages()
                        .addThread(
                                tx,
                                sample.facts().thread(),
                                endpoint.workspace(),
                                endpoint.id(),
                                sample.facts().subject(),
                                now);
            }
            store.messages().add(tx, Samples.inState(sample, HandlingState.ROUTED));
            store.folders().append(tx, endpoint.id(), "INBOX", sample.id(), Flags.NONE);
            store.endpoints().count(tx, endpoint.id(), new Count(1, 0, 0, 0, 0), now);
            append(tx, sample, EventType.MESSAGE_RECEIVED, now);
            append(tx, sample, EventType.MESSAGE_ROUTED, now);
            store.traces().add(tx, sample.spool().value(), steps(now));
        });
    }

    private void append(Tx tx, Inbound message, EventType type, Instant now) {
        MessageFacts facts = message.facts();
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("message_id", facts.id().text());
        payload.put("thread_id", facts.thread().text());
        payload.put("inbox_id", facts.endpoint().text());
        payload.put("from", facts.from().address());
        payload.put("to", message.recipient().toString());
        payload.put("subject", facts.subject());
        payload.put("classification", "human");
        payload.put("handling_state", "routed");
        payload.put("reason", message.stateReason());
        store.events()
                .append(tx, new DomainEvent(EventId.at(now), facts.workspace(), facts.endpoint(), type, payload, now));
    }

    private static List<Step> steps(Instant now) {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            steps.add(new Step(
                    now.plus(Duration.ofNanos(i)),
                    "root",
                    "HasHeader=X-Spam",
                    "AuthenticateSender" + i,
                    "done",
                    "",
                    17));
        }
        return steps;
    }

    private MessageFacts facts(Endpoint endpoint, ThreadId thread, Instant now) {
        MessageId id = MessageId.at(now);
        return new MessageFacts(
                id,
                endpoint.workspace(),
                endpoint.id(),
                thread,
                new Mailbox("Zoë Stranger", "zoe@stranger.example"),
                List.of(new Mailbox("Sales", endpoint.address())),
                List.of(new Mailbox(null, "copy@stranger.example")),
                List.of(),
                "Some question about your offer of last week",
                new InternetMessageId(id.text() + "@stranger.example"),
                RawDigest.of(id.text().getBytes(java.nio.charset.StandardCharsets.US_ASCII)),
                10_240,
                now);
    }
}
