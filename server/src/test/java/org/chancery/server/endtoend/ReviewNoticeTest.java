package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Approvals.EVERYTHING;
import static org.chancery.server.endtoend.Approvals.hold;
import static org.chancery.server.endtoend.Approvals.ids;
import static org.chancery.server.endtoend.Approvals.mail;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.chancery.server.endtoend.RunningServer.Client;
import org.chancery.testkit.clock.TurningClock;
import org.chancery.testkit.log.HeardLog;
import org.chancery.testkit.peer.ReceivedMail;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Reviewers read of what waits for them in their own mail, elsewhere. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReviewNoticeTest {
    private final TurningClock clock = TurningClock.atStart();
    private RunningServer server;
    private Approvals approvals;
    private Client boss;

    @BeforeAll
    void start(@TempDir Path directory) {
        server = RunningServer.on(directory, clock);
        approvals = new Approvals(server);
        // The owner of acme.example has an address that comes to us, and thus none for notices.
        user("boss@home.example", "owner");
        user("admin@home.example", "admin");
        server.makeMember("acme.example", "reviewer@home.example", "approvals:read,approvals:write");
        server.makeMember("acme.example", "member@home.example", "email:read");
        boss = token("boss@home.example", "admin");
        user("gone@home.example", "admin");
        for (JsonNode user : server.admin.get("/v1/users/").expect(200).body()) {
            if (user.path("email").asText().equals("gone@home.example")) {
                String path = "/v1/users/" + user.path("user_id").asText();
                server.admin.patch(path, "{\"status\": \"disabled\"}").expect(200);
            }
        }
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private void user(String email, String role) {
        server.operator("user", "add", "--workspace", "acme.example", "--email", email, "--role", role);
    }

    private Client token(String email, String scopes) {
        String said = server.operator(
                "token", "create", "--workspace", "acme.example", "--user", email, "--label", "t", "--scopes", scopes);
        return server.new Client(said.strip().substring(said.strip().lastIndexOf(' ') + 1));
    }

    /** Who was told of the approval, once so many were. */
    private Set<String> told(String approval, int count) {
        long end = System.nanoTime() + RunningServer.PATIENCE.toNanos();
        List<ReceivedMail> notices = notices(approval);
        while (notices.size() < count) {
            assertTrue(System.nanoTime() < end, () -> "told so far: " + notices(approval));
            Thread.onSpinWait();
            notices = notices(approval);
        }
        assertEquals(count, notices.size());
        return notices.stream()
                .flatMap(mail -> mail.recipients().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private List<ReceivedMail> notices(String approval) {
        return server.peer.mails().stream()
                .filter(mail -> mail.content().text().contains("Approval: " + approval))
                .toList();
    }

    @Test
    void reviewers_are_told_with_the_text_and_the_requester_is_not() {
        Client agent = approvals.restricted(approvals.endpoint("n.agent"), EVERYTHING);
        String approval =
                hold(agent, "client@elsewhere.example", "to be told of").text("approval_id");
        assertEquals(Set.of("admin@home.example", "boss@home.example", "reviewer@home.example"), told(approval, 3));
        String notice = notices(approval).getFirst().content().text();
        assertTrue(
                notice.contains("Subject: Approval needed: Mail to client@elsewhere.example: to be told of"), notice);
        assertTrue(notice.contains("> Here is the proposed next step."), notice);
        assertTrue(notice.contains("Auto-Submitted: auto-generated"), notice);
        // A notice is held by nothing, and tells of nothing.
        assertEquals(List.of(approval), ids(server.admin.get("/v1/approvals/")));

        Client own = approvals.personal(boss, EVERYTHING, "email:send");
        String asked = own.post(
                        "/v1/messages/",
                        "{\"inbox_id\": \"n.agent@acme.example\", "
                                + mail("client@elsewhere.example", "asked by the boss")
                                        .substring(1))
                .expect(202)
                .text("approval_id");
        assertEquals(Set.of("admin@home.example", "reviewer@home.example"), told(asked, 2));
        assertFalse(notices(asked).getFirst().content().text().contains("\r\nTo: client@"));
        Approvals.reject(server.admin, approval, "seen").expect(200);
        Approvals.reject(server.admin, asked, "seen").expect(200);
    }

    @Test
    void who_is_disabled_is_told_of_nothing() {
        Client agent = approvals.restricted(approvals.endpoint("n.gone"), EVERYTHING);
        String approval = hold(agent, "client@elsewhere.example", "not for all").text("approval_id");
        assertFalse(told(approval, 3).contains("gone@home.example"));
        Approvals.reject(server.admin, approval, "seen").expect(200);
    }

    @Test
    void whose_approval_an_edit_voided_is_told_and_nobody_else() {
        Client agent = approvals.restricted(
                approvals.endpoint("n.edited"), "[{\"action\": \"email:send\", \"reviewers\": 2}]");
        String approval =
                hold(agent, "client@elsewhere.example", "to be edited").text("approval_id");
        told(approval, 3);
        Client first = token("admin@home.example", "approvals:read,approvals:write");
        Client second = token("reviewer@home.example", "approvals:read,approvals:write");
        Approvals.approve(first, approval).expect(200);
        second.post(Approvals.item(approval) + "approve/", "{\"edits\": {\"text_body\": \"Here is another step.\"}}")
                .expect(200);
        assertEquals(Set.of("admin@home.example", "boss@home.example", "reviewer@home.example"), told(approval, 4));
        ReceivedMail last = notices(approval).getLast();
        assertEquals(List.of("admin@home.example"), last.recipients());
        assertTrue(
                last.content().text().contains("Subject: Approval needed once more: "),
                last.content().text());
        assertTrue(
                last.content().text().contains("> Here is another step."),
                last.content().text());
        Approvals.reject(server.admin, approval, "seen").expect(200);
    }

    @Test
    void owners_are_told_of_what_nobody_decided() {
        Client agent = approvals.restricted(
                approvals.endpoint("n.late"), "[{\"action\": \"email:send\", \"expires_after\": \"1h\"}]");
        String approval = hold(agent, "client@elsewhere.example", "to be late").text("approval_id");
        told(approval, 3);
        try (HeardLog log = HeardLog.of("org.chancery.core.notice")) {
            clock.turn(Duration.ofHours(1));
            assertEquals(Set.of("admin@home.example", "boss@home.example", "reviewer@home.example"), told(approval, 4));
            ReceivedMail last = notices(approval).getLast();
            assertEquals(List.of("boss@home.example"), last.recipients());
            // Its long lines are cut on the way.
            String text = last.content().text().replace("=\r\n", "");
            for (String part : List.of(
                    "\r\nSubject: Not decided in time: Mail to client@elsewhere.example: to be late\r\n",
                    "\r\nhelper asked to send this mail. Nobody decided in time, and it was not sent.\r\n",
                    "\r\nTo:       client@elsewhere.example\r\n",
                    "\r\n> Here is the proposed next step.\r\n",
                    "\r\nAn owner may have it decided after all: POST /v1/approvals/" + approval + "/reopen/\r\n")) {
                assertTrue(text.contains(part), part + " in " + text);
            }
            assertEquals(List.of(), log.lines("WARN " + approval), "an owner was told");
        }
        boss.post(Approvals.item(approval) + "reopen/", "{}").expect(200);
        Approvals.reject(server.admin, approval, "seen").expect(200);
    }

    @Test
    void where_no_owner_can_be_told_of_what_nobody_decided_the_operator_is() {
        OwnWorkspace place = OwnWorkspace.on(server);
        Client agent = server.new Client(place.owner
                .post(
                        "/v1/tokens/",
                        "{\"label\": \"late\", \"inbox_id\": \"" + place.endpoint("late", "")
                                + "\", \"scopes\": [\"email:send\"], \"requires_approval\":"
                                + " [{\"action\": \"email:send\", \"expires_after\": \"1h\"}]}")
                .expect(201)
                .text("token"));
        String approval =
                hold(agent, "client@elsewhere.example", "a secret offer").text("approval_id");
        try (HeardLog log = HeardLog.of("org.chancery.core.notice")) {
            clock.turn(Duration.ofHours(1));
            long end = System.nanoTime() + RunningServer.PATIENCE.toNanos();
            while (log.lines("WARN " + approval).isEmpty()) {
                assertTrue(System.nanoTime() < end, "nobody was told that it expired");
                Thread.onSpinWait();
            }
            List<String> lines = log.lines("WARN " + approval);
            assertEquals(1, lines.size());
            assertTrue(lines.getFirst().contains("expired undecided, and no owner of ws_"), lines.getFirst());
            assertTrue(lines.getFirst().contains("POST /v1/approvals/" + approval + "/reopen/"), lines.getFirst());
            assertFalse(lines.getFirst().contains("secret"), lines.getFirst());
        }
        assertEquals(
                List.of("approval.queued", "approval.expired"),
                Approvals.typesOf(Approvals.events(place.owner, approval)));
        assertEquals(
                "pending",
                place.owner
                        .post(Approvals.item(approval) + "reopen/", "{}")
                        .expect(200)
                        .text("status"));
    }

    @Test
    void an_answer_to_a_notice_decides_nothing_whoever_writes_it() {
        Client own = approvals.personal(boss, EVERYTHING, "email:send");
        approvals.endpoint("n.answered");
        String approval = own.post(
                        "/v1/messages/",
                        "{\"inbox_id\": \"n.answered@acme.example\", "
                                + mail("client@elsewhere.example", "answered by mail")
                                        .substring(1))
                .expect(202)
                .text("approval_id");
        told(approval, 2);
        ReceivedMail notice = notices(approval).getFirst();
        String text = notice.content().text();
        String header = text.substring(0, text.indexOf("\r\n\r\n") + 2);
        String from = header.replaceAll("(?s).*\r\nFrom: (?:[^\r\n]*<)?([^<>\r\n]+)>?\r\n.*", "$1");
        String id = header.replaceAll("(?s).*\r\nMessage-ID: ([^\r\n]+)\r\n.*", "$1");
        for (String by : List.of("reviewer@home.example", "boss@home.example")) {
            for (String to : Set.of(from, notice.reversePath())) {
                server.mail(
                        by,
                        to,
                        "From: " + by + "\r\nTo: " + to + "\r\nSubject: Re: Approval needed\r\nMessage-ID: <"
                                + by.replace('@', '.') + "." + to + ">\r\nIn-Reply-To: " + id + "\r\nReferences: " + id
                                + "\r\nDate: Sun, 1 Mar 2026 10:00:00 +0000\r\n\r\nApproved.\r\n\r\nApproval: "
                                + approval + "\r\n");
            }
            server.receive(from, "behind what " + by + " wrote");
        }
        JsonNode waiting =
                server.admin.get(Approvals.item(approval)).expect(200).body();
        assertEquals("pending", waiting.path("status").asText());
        assertEquals(0, waiting.path("decisions").size());
        assertEquals(List.of(), approvals.arrived("answered by mail"));
        Approvals.reject(server.admin, approval, "seen").expect(200);
    }
}
