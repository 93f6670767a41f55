package org.chancery.server.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chancery.testkit.smtp.SmtpClient;

/** A restricted token that sends, and two people who approve; each goes on after a kill. */
final class ApprovingClients implements AutoCloseable {
    private static final Pattern APPROVAL = Pattern.compile("apr_\\w+");
    private static final Pattern SUBJECT = Pattern.compile("(?m)^Subject: (.*?)\r?$");
    private static final int POLL_MILLIS = 50;
    private static final int WORKERS = 4;
    private static final String SECOND = "second@" + PackagedServer.DOMAIN;
    /** Whom the first admin's token stands for, where nobody says otherwise. */
    private static final String FIRST = "admin@localhost";

    private static final String SENDER = "held@" + PackagedServer.DOMAIN;

    private final PackagedServer server;
    /** Both people of each worker; the common pool may have one thread, and that one waits. */
    private final ExecutorService people = Executors.newCachedThreadPool();

    private final RetryingCalls calls;
    private String agent = "";
    private String second = "";

    private ApprovingClients(PackagedServer server) {
        this.server = server;
        this.calls = new RetryingCalls(server);
    }

    static ApprovingClients of(PackagedServer server) throws IOException, InterruptedException {
        ApprovingClients clients = new ApprovingClients(server);
        String admin = PackagedServer.ADMIN_TOKEN;
        String inbox = clients.calls
                .post(admin, "/v1/api/email/endpoints", "{\"localpart\": \"held\", \"kind\": \"custom\"}")
                .path("id")
                .asText();
        clients.agent = clients.calls
                .post(
                        admin,
                        "/v1/tokens/",
                        "{\"label\": \"restricted\", \"inbox_id\": \"" + inbox
                                + "\", \"scopes\": [\"email:read\", \"email:send\"], \"requires_approval\": [\"email:send\"]}")
                .path("token")
                .asText();
        clients.calls.post(
                admin,
                "/v1/users/",
                "{\"email\": \"second@" + PackagedServer.DOMAIN
                        + "\", \"name\": \"Second\", \"role\": \"admin\", \"password\": \"a-long-password-of-theirs\"}");
        clients.second = clients.calls
                .post(
                        null,
                        "/api/auth/login",
                        "{\"email\": \"second@" + PackagedServer.DOMAIN
                                + "\", \"password\": \"a-long-password-of-theirs\"}")
                .path("data")
                .path("token")
                .asText();
        return clients;
    }

    /**
     * Sends so many mails each way, by several connections at once; what an SMTP session that was cut off did, nobody knows, and it
     * is sent again.
     *
     * @return the approvals that were named in answers
     */
    Set<String> holdByHttpAndSmtp(int each, AtomicInteger done) throws IOException, InterruptedException {
        Set<String> answered = ConcurrentHashMap.newKeySet();
        atOnce(each, number -> {
            answered.add(holdByHttp(number));
            done.incrementAndGet();
            answered.add(approvalIn(submit("smtp " + number)));
            done.incrementAndGet();
        });
        return answered;
    }

    private static String approvalIn(String answer) throws IOException {
        Matcher named = APPROVAL.matcher(answer);
        if (!answer.contains("held") || !named.find()) {
            throw new IOException("not held: " + answer);
        }
        return named.group();
    }

    private String holdByHttp(int number) throws IOException, InterruptedException {
        String body = "{\"to\": [{\"email\": \"client@customer.test\"}], \"subject\": \"http " + number
                + "\", \"text_body\": \"Here it is.\"}";
        HttpResponse<String> answer = calls.send(agent, "/v1/messages/", body, "held-" + number);
        return approvalIn(answer.body());
    }

    /** One of many like it. */
    private interface Piece {
        void run(int number) throws IOException, InterruptedException;
    }

    private static void atOnce(int count, Piece piece) throws IOException, InterruptedException {
        AtomicInteger next = new AtomicInteger();
        List<Future<?>> workers = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(WORKERS)) {
            for (int i = 0; i < WORKERS; i++) {
                workers.add(pool.submit(() -> {
                    for (int number = next.getAndIncrement(); number < count; number = next.getAndIncrement()) {
                        piece.run(number);
                    }
                    return true;
                }));
            }
        }
        for (Future<?> worker : workers) {
            try {
                worker.get();
            } catch (ExecutionException e) {
                throw new IOException(e.getCause());
            }
        }
    }

    private String submit(String subject) throws InterruptedException {
        for (int attempt = 0; ; attempt++) {
            try (SmtpClient client = SmtpClient.connect(server.ports().submission())) {
                client.greet();
                String login = Base64.getEncoder()
                        .encodeToString(("\0" + SENDER + "\0" + agent).getBytes(StandardCharsets.UTF_8));
                String let = client.command("AUTH PLAIN " + login);
                if (let.startsWith("235")) {
                    client.command("MAIL FROM:<" + SENDER + ">");
                    client.command("RCPT TO:<client@customer.test>");
                    client.command("DATA");
                    // Of one that was sent before, perhaps, this one is told apart.
                    client.sendRaw("From: <" + SENDER + ">\r\nTo: <client@customer.test>\r\nSubject: " + subject + '/'
                            + attempt + "\r\n\r\nHere it is.\r\n.\r\n");
                    String reply = client.reply();
                    if (!reply.startsWith("4")) {
                        return reply;
                    }
                }
            } catch (IOException killed) {
                // Once more, wherever it listens then.
            }
            Thread.sleep(POLL_MILLIS); // between two tries of what is awaited
        }
    }

    /** Approvals that wait, and the subjects of their mails. */
    Map<String, String> pending() throws IOException, InterruptedException {
        Map<String, String> pending = new HashMap<>();
        calls.each(
                PackagedServer.ADMIN_TOKEN,
                "/v1/approvals/?limit=100",
                row -> pending.put(
                        row.path("approval_id").asText(),
                        row.path("payload").path("subject").asText()));
        return pending;
    }

    /**
     * What one of two who approve at the same time was told.
     *
     * @param by who
     * @param isWinner whether they were told that they did it
     * @param winner who did, as they were told
     */
    record Told(String by, boolean isWinner, String winner) {}

    /** Has both people approve each of them at the same time; what both were told of each. */
    Map<String, List<Told>> approveByBoth(List<String> approvals, AtomicInteger done)
            throws IOException, InterruptedException {
        Map<String, List<Told>> told = new ConcurrentHashMap<>();
        atOnce(approvals.size(), number -> {
            String approval = approvals.get(number);
            CompletableFuture<Told> one = approve(FIRST, PackagedServer.ADMIN_TOKEN, approval);
            CompletableFuture<Told> other = approve(SECOND, second, approval);
            told.put(approval, List.of(one.join(), other.join()));
            done.incrementAndGet();
        });
        return told;
    }

    private CompletableFuture<Told> approve(String by, String token, String approval) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        HttpResponse<String> answer =
                                calls.send(token, "/v1/approvals/" + approval + "/approve/", "{}", null);
                        JsonNode body = new ObjectMapper().readTree(answer.body());
                        if (answer.statusCode() == 200) {
                            return new Told(
                                    by,
                                    true,
                                    body.path("decisions").path(0).path("by").asText());
                        }
                        if (answer.statusCode() == 409
                                && body.path("code").asText().equals("already_decided")) {
                            return new Told(
                                    by, false, body.path("decision").path("by").asText());
                        }
                        throw new IOException(approval + ": " + answer.statusCode() + " " + answer.body());
                    } catch (IOException | InterruptedException e) {
                        throw new CompletionException(e);
                    }
                },
                people);
    }

    JsonNode show(String approval) throws IOException, InterruptedException {
        return new ObjectMapper()
                .readTree(calls.send(PackagedServer.ADMIN_TOKEN, "/v1/approvals/" + approval + "/", null, null)
                        .body());
    }

    void awaitDelivered(int count, Duration limit) throws IOException, InterruptedException {
        try (StoredMails mails = new StoredMails(server.ports().http())) {
            mails.awaitDelivered(count, limit);
        }
    }

    static String subjectOf(String mail) {
        Matcher subject = SUBJECT.matcher(mail);
        if (!subject.find()) {
            throw new IllegalArgumentException("no subject: " + mail);
        }
        return subject.group(1);
    }

    @Override
    public void close() {
        people.close();
        calls.close();
    }
}
