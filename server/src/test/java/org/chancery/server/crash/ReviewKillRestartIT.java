package org.chancery.server.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.chancery.testkit.peer.ReceivedMail;
import org.chancery.testkit.peer.ScriptedSmtpPeer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} at random while mail is edited, looked at by two people, left to expire, and rejected. What was edited leaves as it was edited
 * and not as it was asked for; what needs two people leaves after the second one; what nobody decides in time never leaves. At full
 * size: {@code -Dcrash.reviews=100 -Dcrash.kills=5}.
 */
class ReviewKillRestartIT {
    private static final int CONNECTIONS = 3;
    private static final int AT_ONCE = 4;
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final String SECOND = "second@" + PackagedServer.DOMAIN;
    private static final String ASKED = "What the program wrote.";
    private static final String EDITED = "What the reviewer made of it.";

    private final long seed = Long.getLong("crash.seed", System.nanoTime());
    private final int each = Integer.getInteger("crash.reviews", 5);
    private final int kills = Integer.getInteger("crash.kills", 2);
    private final SplittableRandom random = new SplittableRandom(seed);

    @TempDir
    private Path folder;

    /** What becomes of a mail, and by which rule it is held. */
    private enum Fate {
        EDITED_AND_APPROVED("{\"action\": \"email:send\"}"),
        APPROVED_BY_TWO("{\"action\": \"email:send\", \"reviewers\": 2}"),
        APPROVED_BY_ONE_OF_TWO("{\"action\": \"email:send\", \"reviewers\": 2}"),
        REJECTED("{\"action\": \"email:send\"}"),
        LEFT_TO_EXPIRE("{\"action\": \"email:send\", \"expires_after\": \"1s\"}");

        private final String rule;

        Fate(String rule) {
            this.rule = rule;
        }

        boolean arrives() {
            return this == EDITED_AND_APPROVED || this == APPROVED_BY_TWO;
        }
    }

    /** A mail that is held, by its subject. */
    private record HeldMail(Fate fate, String subject) {}

    @Test
    void each_decision_holds_whatever_was_killed_meanwhile() throws IOException, InterruptedException {
        System.out.printf("crash.seed=%d%n", seed);
        try (ScriptedSmtpPeer peer = ScriptedSmtpPeer.start();
                PackagedServer server =
                        new PackagedServer(folder, PackagedServer.relayingTo(peer, CONNECTIONS, Map.of()));
                RetryingCalls calls = new RetryingCalls(server)) {
            server.start();
            String second = secondReviewer(calls);
            Map<Fate, String> tokens = tokens(calls);
            List<HeldMail> mails = mails();
            Kills killing = new Kills(server, random, kills);
            Map<HeldMail, String> held = new ConcurrentHashMap<>();
            killing.during(
                    mails.size(),
                    done -> atOnce(mails, mail -> {
                        held.put(mail, hold(calls, Objects.requireNonNull(tokens.get(mail.fate())), mail));
                        done.incrementAndGet();
                    }));
            assertEquals(List.of(), peer.mails(), "nothing was approved yet");
            killing.during(
                    mails.size(),
                    done -> atOnce(mails, mail -> {
                        decide(calls, second, mail.fate(), Objects.requireNonNull(held.get(mail)));
                        done.incrementAndGet();
                    }));
            List<HeldMail> arriving =
                    mails.stream().filter(mail -> mail.fate().arrives()).toList();
            try (StoredMails stored = new StoredMails(server.ports().http())) {
                stored.awaitDelivered(arriving.size(), LIMIT);
            }
            audit(calls, held, peer.mails(), arriving);
        }
    }

    /** Adds another admin; their token. */
    private static String secondReviewer(RetryingCalls calls) throws IOException, InterruptedException {
        String password = "a-long-password-of-theirs";
        calls.post(
                PackagedServer.ADMIN_TOKEN,
                "/v1/users/",
                "{\"email\": \"" + SECOND + "\", \"name\": \"Second\", \"role\": \"admin\", \"password\": \"" + password
                        + "\"}");
        return calls.post(
                        null, "/api/auth/login", "{\"email\": \"" + SECOND + "\", \"password\": \"" + password + "\"}")
                .path("data")
                .path("token")
                .asText();
    }

    private static Map<Fate, String> tokens(RetryingCalls calls) throws IOException, InterruptedException {
        String admin = PackagedServer.ADMIN_TOKEN;
        String inbox = calls.post(admin, "/v1/api/email/endpoints", "{\"localpart\": \"asks\", \"kind\": \"custom\"}")
                .path("id")
                .asText();
        Map<Fate, String> tokens = new HashMap<>();
        for (Fate fate : Fate.values()) {
            tokens.put(
                    fate,
                    calls.post(
                                    admin,
                                    "/v1/tokens/",
                                    "{\"label\": \"asks\", \"inbox_id\": \"" + inbox
                                            + "\", \"scopes\": [\"email:read\", \"email:send\"], \"requires_approval\": ["
                                            + fate.rule + "]}")
                            .path("token")
                            .asText());
        }
        return tokens;
    }

    private List<HeldMail> mails() {
        List<HeldMail> mails = new ArrayList<>();
        for (int i = 0; i < each; i++) {
            for (Fate fate : Fate.values()) {
                mails.add(new HeldMail(fate, fate + " " + i));
            }
        }
        return mails;
    }

    /** What is done about each mail. */
    private interface Step {
        void take(HeldMail mail) throws IOException, InterruptedException;
    }

    private static void atOnce(List<HeldMail> mails, Step step) throws IOException {
        List<Future<?>> steps = new ArrayList<>();
        try (ExecutorService people = Executors.newFixedThreadPool(AT_ONCE)) {
            for (HeldMail mail : mails) {
                steps.add(people.submit(() -> {
                    step.take(mail);
                    return true;
                }));
            }
        }
        for (Future<?> taken : steps) {
            try {
                taken.get();
            } catch (ExecutionException e) {
                throw new IOException(e.getCause());
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static String hold(RetryingCalls calls, String token, HeldMail mail)
            throws IOException, InterruptedException {
        JsonNode answer = answered(
                calls,
                202,
                token,
                "/v1/messages/",
                "{\"to\": [{\"email\": \"client@customer.test\"}], \"subject\": \"" + mail.subject()
                        + "\", \"text_body\": \"" + ASKED + "\"}",
                "hold " + mail.subject());
        return answer.path("approval_id").asText();
    }

    private static JsonNode answered(
            RetryingCalls calls, int status, String token, String path, String body, String key)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = calls.send(token, path, body, key.replace(' ', '-'));
        if (answer.statusCode() != status) {
            throw new IOException(path + ": " + answer.statusCode() + " " + answer.body());
        }
        return new ObjectMapper().readTree(answer.body());
    }

    private static void decide(RetryingCalls calls, String second, Fate fate, String approval)
            throws IOException, InterruptedException {
        String first = PackagedServer.ADMIN_TOKEN;
        String item = "/v1/approvals/" + approval + "/";
        String key = approval + " " + fate;
        switch (fate) {
            case EDITED_AND_APPROVED ->
                answered(calls, 200, first, item + "approve/", "{\"edits\": {\"text_body\": \"" + EDITED + "\"}}", key);
            case APPROVED_BY_TWO -> {
                answered(calls, 200, first, item + "approve/", "{}", key);
                answered(calls, 200, second, item + "approve/", "{}", key);
            }
            case APPROVED_BY_ONE_OF_TWO -> answered(calls, 200, second, item + "approve/", "{}", key);
            case REJECTED -> answered(calls, 200, second, item + "reject/", "{\"reason\": \"no\"}", key);
            case LEFT_TO_EXPIRE -> awaitExpired(calls, item);
        }
    }

    /** Everybody is too late by now, whatever the server was doing when the time was over. */
    private static void awaitExpired(RetryingCalls calls, String item) throws IOException, InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!show(calls, item).path("status").asText().equals("expired")) {
            assertTrue(System.nanoTime() < end, item + " does not expire");
            Thread.sleep(50); // between two looks at what is awaited
        }
        answered(calls, 409, PackagedServer.ADMIN_TOKEN, item + "approve/", "{}", "late " + item);
    }

    private static JsonNode show(RetryingCalls calls, String item) throws IOException, InterruptedException {
        return new ObjectMapper()
                .readTree(
                        calls.send(PackagedServer.ADMIN_TOKEN, item, null, null).body());
    }

    private void audit(
            RetryingCalls calls, Map<HeldMail, String> held, List<ReceivedMail> received, List<HeldMail> arriving)
            throws IOException, InterruptedException {
        Set<String> subjects = new HashSet<>();
        Map<String, Integer> arrivals = new HashMap<>();
        arriving.forEach(mail -> subjects.add(mail.subject()));
        for (ReceivedMail mail : received) {
            String text = mail.content().text();
            String subject = ApprovingClients.subjectOf(text);
            arrivals.merge(subject, 1, Integer::sum);
            boolean isEdited = subject.startsWith(Fate.EDITED_AND_APPROVED.name());
            assertEquals(isEdited, text.contains(EDITED), subject);
            assertEquals(!isEdited, text.contains(ASKED), subject);
        }
        assertEquals(subjects, arrivals.keySet(), "what was approved, and nothing else");
        int repeats = received.size() - subjects.size();
        assertTrue(repeats <= 2 * kills * CONNECTIONS, repeats + " mails came twice");
        int decisions = 0;
        for (Map.Entry<HeldMail, String> mail : held.entrySet()) {
            JsonNode shown = show(calls, "/v1/approvals/" + mail.getValue() + "/");
            assertEquals(
                    standing(mail.getKey().fate()),
                    standing(shown),
                    mail.getKey().subject());
            decisions += shown.path("decisions").size();
        }
        System.out.printf(
                "ReviewKillRestartIT seed %d: %d held, %d decisions, killed %d times; %d arrived as they were approved and"
                        + " nothing else; %d came twice%n",
                seed, held.size(), decisions, 2 * kills, arriving.size(), repeats);
    }

    private static String standing(JsonNode approval) {
        Set<String> people = new HashSet<>();
        approval.path("decisions")
                .forEach(decision -> people.add(decision.path("by").asText()));
        return approval.path("status").asText() + " "
                + approval.path("decisions").size() + " by " + people.size();
    }

    private static String standing(Fate fate) {
        return switch (fate) {
            case EDITED_AND_APPROVED -> "executed 1 by 1";
            case APPROVED_BY_TWO -> "executed 2 by 2";
            case APPROVED_BY_ONE_OF_TWO -> "pending 1 by 1";
            case REJECTED -> "rejected 1 by 1";
            case LEFT_TO_EXPIRE -> "expired 0 by 0";
        };
    }
}
