package org.chancery.server.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.chancery.core.access.TokenSecret;
import org.chancery.server.Server;
import org.chancery.server.config.Configuration;
import org.chancery.server.config.Key;
import org.chancery.server.config.Keys;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Walks through the main job and checks each step; prints what people and programs outside see. */
public final class Demo {
    private static final Logger log = LoggerFactory.getLogger(Demo.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String EDITED =
            "Hello Ada,\\n\\nthe offer stands until Friday. Ten seats cost 900 euros a year.\\n\\nKim";

    private final PrintStream out;
    private final Clock clock;
    private int step;

    public Demo(PrintStream out, Clock clock) {
        this.out = out;
        this.clock = clock;
    }

    /** Something did not do what it should. */
    private static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Failed(String message) {
            super(message);
        }
    }

    /**
     * Runs the demo.
     *
     * @param keep whether the server stays until it is interrupted
     * @return the exit code: 0 only if every step did what it should
     */
    public int run(boolean keep) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("chancery-demo");
        try {
            return run(directory, keep);
        } finally {
            remove(directory);
        }
    }

    private int run(Path directory, boolean keep) throws IOException, InterruptedException {
        String adminToken = TokenSecret.generate().reveal();
        try (OutsideServer outside = OutsideServer.start(clock, directory.resolve("outside"));
                Server server = Server.start(configuration(directory, adminToken, outside.port()), clock, out)) {
            walk(server, outside, adminToken);
            out.println();
            out.println("Every step did what it should.");
            if (keep) {
                out.println("The server stays. API: http://127.0.0.1:"
                        + server.ports().get("http") + "/docs");
                out.println("  token of the owner: " + adminToken);
                out.println("  SMTP: 127.0.0.1:" + server.ports().get("smtp")
                        + ", addresses info@demo.example and sales@demo.example");
                out.println("Stop it with Ctrl-C.");
                leaveNothingBehind(server, outside, directory);
                server.awaitClose();
            }
            return 0;
        } catch (Failed failed) {
            out.println();
            out.println("FAILED: " + failed.getMessage());
            return 1;
        }
    }

    /** Ctrl-C ends the virtual machine without coming back to us. */
    private static void leaveNothingBehind(Server server, OutsideServer outside, Path directory) {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            server.close();
                            outside.close();
                            remove(directory);
                        },
                        "shutdown"));
    }

    private static Configuration configuration(Path directory, String adminToken, int relayPort) {
        Map<Key<?>, String> values = new HashMap<>();
        values.put(Keys.DATA_DIRECTORY, directory.resolve("data").toString());
        for (Key<Integer> port : List.of(Keys.SMTP_PORT, Keys.SUBMISSION_PORT, Keys.SUBMISSIONS_PORT, Keys.HTTP_PORT)) {
            values.put(port, "0");
        }
        values.put(Keys.SMTP_BIND, "127.0.0.1");
        values.put(Keys.WORKSPACE_NAME, "Demo");
        values.put(Keys.WORKSPACE_DOMAIN, "demo.example");
        values.put(Keys.ADMIN_EMAIL, "kim@demo.example");
        values.put(Keys.ADMIN_TOKEN, adminToken);
        values.put(Keys.DELIVERY_MODE, "relay");
        values.put(Keys.DELIVERY_RELAY, "127.0.0.1:" + relayPort);
        return Configuration.of(values);
    }

    private void walk(Server server, OutsideServer outside, String adminToken)
            throws IOException, InterruptedException {
        int smtp = Objects.requireNonNull(server.ports().get("smtp"));
        int port = Objects.requireNonNull(server.ports().get("http"));
        HttpTalk kim = new HttpTalk(port, adminToken);

        step("Kim, who owns the workspace demo.example, makes an agent and two addresses.");
        String agent = made(kim.post("/v1/agents/", "{\"name\": \"sales-agent\"}"), "agent_id");
        made(kim.post("/v1/api/email/endpoints", "{\"localpart\": \"info\", \"kind\": \"custom\"}"), "id");
        show("info@demo.example   people answer it (plane light)");
        String inbox = made(
                kim.post(
                        "/v1/api/email/endpoints",
                        "{\"localpart\": \"sales\", \"kind\": \"custom\", \"plane\": \"agent\", \"agent_id\": \""
                                + agent + "\", \"reply_policy\": \"human_review\"}"),
                "id");
        show(
                "sales@demo.example  sales-agent answers it, and a person looks at each reply (reply_policy human_review)");
        HttpTalk salesAgent = new HttpTalk(
                port,
                made(
                        kim.post(
                                "/v1/tokens/",
                                "{\"label\": \"sales-agent\", \"inbox_id\": \"" + inbox
                                        + "\", \"scopes\": [\"email:read\", \"email:send\"]}"),
                        "token"));

        step("Two people outside write, over SMTP.");
        dialogue(SmtpTalk.send(
                smtp,
                "bob@customer.example",
                "info@demo.example",
                mail("bob", "info", "Opening hours?", "m1", "When are you open?", "")));
        dialogue(SmtpTalk.send(
                smtp,
                "ada@customer.example",
                "sales@demo.example",
                mail("ada", "sales", "Ten seats", "m2", "What do ten seats cost?", "")));

        step("The agent polls its events and has the turn.");
        JsonNode routed = event(salesAgent, "message.routed");
        String question = routed.path("payload").path("message_id").asText();
        show("event " + routed.path("type").asText() + "  "
                + routed.path("payload").path("from").asText() + "  \""
                + routed.path("payload").path("subject").asText() + "\"");
        HttpTalk.Answer read = salesAgent.get("/v1/messages/" + question + "/");
        require(read.status() == 200, "the agent can read the message: " + read);
        show("text  " + read.text("text_body").strip());

        step("The agent answers. Its reply becomes a draft: nothing leaves.");
        HttpTalk.Answer drafted = salesAgent.post(
                "/v1/messages/",
                "{\"reply_to_message_id\": \"" + question
                        + "\", \"text_body\": \"Hello Ada,\\n\\nten seats cost 90 euros a year.\"}");
        require(drafted.status() == 202 && drafted.text("status").equals("draft"), "a draft: " + drafted);
        show("POST /v1/messages/  202  status " + drafted.text("status"));

        step("Kim opens the review queue: the draft, and Bob's question that no agent handles.");
        JsonNode waiting = awaiting(kim, 2);
        for (JsonNode row : waiting) {
            show(row.path("endpoint_localpart").asText() + "  from "
                    + row.path("from_addr").asText() + "  \""
                    + row.path("subject").asText() + "\"  "
                    + row.path("handling_state").asText());
        }
        HttpTalk.Answer content = kim.get("/v1/api/email/messages/" + question + "/content");
        show("draft by sales-agent: "
                + content.body().path("draft").path("text").asText().strip().replace("\n", " / "));

        step("Kim sees the wrong price, edits the draft and sends it.");
        HttpTalk.Answer sent =
                kim.post("/v1/api/email/messages/" + question + "/reply", "{\"text\": \"" + EDITED + "\"}");
        require(sent.status() == 200 && sent.text("handling_state").equals("handled"), "handled: " + sent);
        show("POST …/reply  200  handling_state " + sent.text("handling_state"));
        HttpTalk.Answer second = kim.post("/v1/api/email/messages/" + question + "/discard", "{}");
        require(second.status() == 409, "who comes second is told: " + second);
        show("whoever decides a second time gets 409: " + second.text("detail"));

        step("Ada's mail server receives the reply, in her thread.");
        OutsideServer.Arrived reply = outside.next(PATIENCE);
        require(reply != null, "the reply arrives");
        String raw = Objects.requireNonNull(reply).raw();
        require(raw.contains("In-Reply-To: <m2@customer.example>"), "it answers Ada's mail: " + raw);
        require(raw.contains("References: <m2@customer.example>"), "it stands in her thread: " + raw);
        require(raw.contains("900 euros"), "it is the edited text: " + raw);
        for (String name : List.of("From", "To", "Subject", "In-Reply-To", "References")) {
            raw.lines().filter(line -> line.startsWith(name + ": ")).findFirst().ifPresent(this::show);
        }
        show("return path " + reply.envelope().reversePath());

        step("Ada writes back; her mail joins the thread, and the agent has the turn again.");
        String ours = raw.lines()
                .filter(line -> line.startsWith("Message-ID: "))
                .findFirst()
                .map(line -> line.substring("Message-ID: ".length()))
                .orElseThrow(() -> new Failed("the reply has a Message-ID"));
        dialogue(SmtpTalk.send(
                smtp,
                "ada@customer.example",
                "sales@demo.example",
                mail(
                        "ada",
                        "sales",
                        "Re: Ten seats",
                        "m3",
                        "Thank you, we take them.",
                        "In-Reply-To: " + ours + "\r\nReferences: <m2@customer.example> " + ours + "\r\n")));
        JsonNode again = eventAfter(salesAgent, "message.routed", question);
        require(
                again.path("payload").path("thread_id").asText().equals(read.text("thread_id")),
                "it is the same thread: " + again);
        show("event " + again.path("type").asText() + "  \""
                + again.path("payload").path("subject").asText() + "\"  same thread");

        step("Kim asks what happened to the first mail, and where the reply stands.");
        for (JsonNode part :
                kim.get("/v1/api/email/messages/" + question + "/trace").body()) {
            show(part.path("processor").asText() + "  " + part.path("mailet").asText() + "  "
                    + part.path("verdict").asText() + "  " + part.path("reason").asText());
        }
        String status = delivered(kim, sent.text("message_id"));
        show("the reply is " + status);
    }

    private void step(String text) {
        step++;
        out.println();
        out.println(step + ". " + text);
    }

    private void show(String text) {
        out.println("   " + text);
    }

    private void dialogue(List<String> said) {
        said.forEach(this::show);
        require(said.getLast().startsWith("S: 250"), "the mail is accepted: " + said.getLast());
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new Failed(what);
        }
    }

    private static String made(HttpTalk.Answer answer, String id) {
        require(answer.status() == 201, "201 Created: " + answer);
        return answer.text(id);
    }

    private static String mail(String from, String to, String subject, String id, String text, String furtherHeaders) {
        return "From: " + from + "@customer.example\r\nTo: " + to + "@demo.example\r\nSubject: " + subject
                + "\r\nMessage-ID: <" + id + "@customer.example>\r\n" + furtherHeaders + "\r\n" + text;
    }

    private JsonNode event(HttpTalk client, String type) throws IOException, InterruptedException {
        return eventAfter(client, type, "");
    }

    /** The first event of a type about another message than the given one, waited for as agents do. */
    private JsonNode eventAfter(HttpTalk client, String type, String notAbout)
            throws IOException, InterruptedException {
        String cursor = "";
        for (int tries = 0; tries < 10; tries++) {
            HttpTalk.Answer answer = client.get("/v1/events/?wait=10&types=" + type + cursor);
            require(answer.status() == 200, "events: " + answer);
            for (JsonNode event : answer.body().path("events")) {
                if (!event.path("payload").path("message_id").asText().equals(notAbout)) {
                    return event;
                }
            }
            cursor = "&after=" + answer.text("cursor");
        }
        throw new Failed("no event " + type + " came");
    }

    private JsonNode awaiting(HttpTalk client, int count) throws IOException, InterruptedException {
        for (int tries = 0; tries < 100; tries++) {
            JsonNode rows = client.get("/v1/api/email/review").body().path("awaiting_review");
            if (rows.size() >= count) {
                return rows;
            }
            Thread.sleep(100);
        }
        throw new Failed(count + " mails wait for review");
    }

    private String delivered(HttpTalk client, String message) throws IOException, InterruptedException {
        for (int tries = 0; tries < 100; tries++) {
            String status = client.get("/v1/messages/" + message + "/").text("status");
            if (status.equals("delivered")) {
                return status;
            }
            Thread.sleep(100);
        }
        throw new Failed("the reply is recorded as delivered");
    }

    private static void remove(Path directory) {
        if (Files.notExists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException stubborn) {
            log.warn("{} could not be removed: {}", directory, stubborn.toString());
        }
    }
}
