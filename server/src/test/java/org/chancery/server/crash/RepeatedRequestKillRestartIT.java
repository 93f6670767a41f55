package org.chancery.server.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chancery.testkit.database.PostgresServer;
import org.chancery.testkit.peer.ReceivedMail;
import org.chancery.testkit.peer.ScriptedSmtpPeer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same request, with one {@code Idempotency-Key}, fifty times at once, while the server is killed and started again: each
 * client goes on until it has an answer. All answers name one message, and one mail leaves; where it is held, there is one approval, and
 * whoever approves it so is told so. Only a kill between the peer's 250 and its record may repeat a mail, byte for byte. At full
 * size: {@code -Dcrash.keys=200 -Dcrash.kills=5}.
 */
class RepeatedRequestKillRestartIT {
    /** All mail goes to one domain, so that so many connections are open at most. */
    private static final int CONNECTIONS = 3;

    /** Of one request; so many requests at once that the server takes their connections. */
    private static final int REPEATS = 50;

    private static final int REQUESTS_AT_ONCE = 4;
    private static final int APPROVALS_AT_ONCE = 10;

    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final Pattern MESSAGE_ID = Pattern.compile("(?mi)^Message-ID: *(\\S+)\r?$");

    private final long seed = Long.getLong("crash.seed", System.nanoTime());
    private final int keys = Integer.getInteger("crash.keys", 12);
    private final int kills = Integer.getInteger("crash.kills", 2);
    private final SplittableRandom random = new SplittableRandom(seed);

    @TempDir
    private Path folder;

    @Test
    void a_request_that_is_repeated_across_kills_sends_one_mail() throws IOException, InterruptedException {
        oneMailForEachKey(Map.of());
    }

    @Test
    void on_postgresql_too() throws IOException, InterruptedException {
        oneMailForEachKey(PackagedServer.on(PostgresServer.shared().newDatabase()));
    }

    private void oneMailForEachKey(Map<String, String> database) throws IOException, InterruptedException {
        System.out.printf("crash.seed=%d%n", seed);
        try (ScriptedSmtpPeer peer = ScriptedSmtpPeer.start();
                PackagedServer server =
                        new PackagedServer(folder, PackagedServer.relayingTo(peer, CONNECTIONS, database));
                RetryingCalls calls = new RetryingCalls(server)) {
            server.start();
            Senders senders = Senders.on(calls);
            Kills killing = new Kills(server, random, kills);
            Map<String, Set<String>> answers = new TreeMap<>();
            // A step is a request that is made, and one that is answered: kills come between them.
            killing.during(2 * keys * REPEATS, done -> {
                Map<String, Set<String>> told = atOnce(keys, REQUESTS_AT_ONCE, REPEATS, number -> {
                    done.incrementAndGet();
                    JsonNode answer = send(calls, senders, number);
                    done.incrementAndGet();
                    return answer.path("message_id").asText() + " "
                            + answer.path("approval_id").asText("");
                });
                answers.putAll(told);
            });
            answers.forEach((request, told) -> assertEquals(1, told.size(), "mail " + request + ": " + told));
            List<String> approvals = pending(calls);
            assertEquals(new HashSet<>(approvals), approvalsIn(answers));
            assertEquals(approvals.size(), new HashSet<>(approvals).size());

            killing.during(2 * approvals.size() * APPROVALS_AT_ONCE, done -> {
                Map<String, Set<String>> told =
                        atOnce(approvals.size(), REQUESTS_AT_ONCE, APPROVALS_AT_ONCE, number -> {
                            done.incrementAndGet();
                            String status = approve(calls, approvals.get(number));
                            done.incrementAndGet();
                            return status;
                        });
                told.forEach((number, said) -> assertEquals(Set.of("200 executed"), said, "approval " + number));
            });
            try (StoredMails mails = new StoredMails(server.ports().http())) {
                mails.awaitDelivered(keys, LIMIT);
            }
            audit(peer.mails(), calls, answers);
        }
    }

    /**
     * Whose mail leaves at once, and whose is held.
     *
     * @param free a token
     * @param restricted another one
     */
    private record Senders(String free, String restricted) {
        static Senders on(RetryingCalls calls) throws IOException, InterruptedException {
            String admin = PackagedServer.ADMIN_TOKEN;
            String inbox = calls.post(
                            admin, "/v1/api/email/endpoints", "{\"localpart\": \"sender\", \"kind\": \"custom\"}")
                    .path("id")
                    .asText();
            return new Senders(
                    token(calls, inbox, ""), token(calls, inbox, ", \"requires_approval\": [\"email:send\"]"));
        }

        private static String token(RetryingCalls calls, String inbox, String rules)
                throws IOException, InterruptedException {
            return calls.post(
                            PackagedServer.ADMIN_TOKEN,
                            "/v1/tokens/",
                            "{\"label\": \"repeats\", \"inbox_id\": \"" + inbox
                                    + "\", \"scopes\": [\"email:read\", \"email:send\"]" + rules + "}")
                    .path("token")
                    .asText();
        }

        /** Every other request is held. */
        String of(int number) {
            return number % 2 == 0 ? free : restricted;
        }
    }

    /** One call of one of many requests. */
    private interface Piece {
        String run(int number) throws IOException, InterruptedException;
    }

    /** Makes each request so many times at once, some requests at the same time; the different answers to each. */
    private static Map<String, Set<String>> atOnce(int count, int requests, int times, Piece piece)
            throws IOException, InterruptedException {
        Map<String, List<Future<String>>> asked = new TreeMap<>();
        Semaphore places = new Semaphore(requests * times);
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < count; i++) {
                int number = i;
                List<Future<String>> same = new ArrayList<>();
                places.acquire(times);
                for (int time = 0; time < times; time++) {
                    same.add(clients.submit(() -> {
                        try {
                            return piece.run(number);
                        } finally {
                            places.release();
                        }
                    }));
                }
                asked.put(String.valueOf(number), same);
            }
        }
        Map<String, Set<String>> answers = new TreeMap<>();
        for (Map.Entry<String, List<Future<String>>> request : asked.entrySet()) {
            Set<String> told = new HashSet<>();
            for (Future<String> answer : request.getValue()) {
                try {
                    told.add(answer.get());
                } catch (ExecutionException e) {
                    throw new IOException(e.getCause());
                }
            }
            answers.put(request.getKey(), told);
        }
        return answers;
    }

    private static JsonNode send(RetryingCalls calls, Senders senders, int number)
            throws IOException, InterruptedException {
        String body = "{\"to\": [{\"email\": \"client@customer.test\"}], \"subject\": \"mail " + number
                + "\", \"text_body\": \"Here it is.\"}";
        HttpResponse<String> answer = calls.send(senders.of(number), "/v1/messages/", body, "key-" + number);
        if (answer.statusCode() != 202) {
            throw new IOException(answer.statusCode() + " " + answer.body());
        }
        return new ObjectMapper().readTree(answer.body());
    }

    private static String approve(RetryingCalls calls, String approval) throws IOException, InterruptedException {
        HttpResponse<String> answer = calls.send(
                PackagedServer.ADMIN_TOKEN, "/v1/approvals/" + approval + "/approve/", "{}", "approve-" + approval);
        return answer.statusCode() + " "
                + new ObjectMapper().readTree(answer.body()).path("status").asText();
    }

    private static List<String> pending(RetryingCalls calls) throws IOException, InterruptedException {
        List<String> pending = new ArrayList<>();
        calls.each(
                PackagedServer.ADMIN_TOKEN,
                "/v1/approvals/?limit=100",
                row -> pending.add(row.path("approval_id").asText()));
        return pending;
    }

    private static Set<String> approvalsIn(Map<String, Set<String>> answers) {
        Set<String> approvals = new HashSet<>();
        answers.values().forEach(told -> told.forEach(answer -> approvals.add(answer.split(" ", 2)[1])));
        approvals.remove("");
        return approvals;
    }

    private void audit(List<ReceivedMail> received, RetryingCalls calls, Map<String, Set<String>> answers)
            throws IOException, InterruptedException {
        Map<String, Set<String>> arrived = new HashMap<>();
        Map<String, Set<String>> contents = new HashMap<>();
        for (ReceivedMail mail : received) {
            String subject = ApprovingClients.subjectOf(mail.content().text());
            arrived.computeIfAbsent(subject, any -> new HashSet<>())
                    .add(messageId(mail.content().text()));
            contents.computeIfAbsent(subject, any -> new HashSet<>())
                    .add(SeededMails.sha256(mail.content().unsigned()));
        }
        assertEquals(keys, arrived.size(), "a mail for each key");
        answers.forEach((request, told) -> {
            String message = told.iterator().next().split(" ", 2)[0];
            Set<String> ids = arrived.get("mail " + request);
            assertNotNull(ids);
            assertEquals(Set.of("<" + message + "@" + PackagedServer.DOMAIN + ">"), ids, "one mail for one key");
        });
        contents.forEach((subject, versions) -> assertEquals(1, versions.size(), subject));
        int repeats = received.size() - keys;
        assertTrue(repeats <= 2 * kills * CONNECTIONS, repeats + " mails came twice");
        AtomicInteger kept = new AtomicInteger();
        calls.each(PackagedServer.ADMIN_TOKEN, "/v1/messages/?direction=outbound&limit=100", row -> {
            if (row.path("subject").asText().startsWith("mail ")) {
                kept.incrementAndGet();
            }
        });
        assertEquals(keys, kept.get(), "nor are there more that nobody sees leave");
        System.out.printf(
                "RepeatedRequestKillRestartIT seed %d: %d requests %d times each, killed %d times; one mail each; %d came"
                        + " twice%n",
                seed, keys, REPEATS, 2 * kills, repeats);
    }

    private static String messageId(String mail) {
        Matcher id = MESSAGE_ID.matcher(mail);
        if (!id.find()) {
            throw new IllegalArgumentException("no Message-ID: " + mail);
        }
        return id.group(1);
    }
}
