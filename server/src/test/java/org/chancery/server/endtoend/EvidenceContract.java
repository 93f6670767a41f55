package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.chancery.server.admin.EvidenceCommand;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evidence, exported from a running server and verified without it; run on each database. */
interface EvidenceContract {
    RunningServer server();

    /** What the operator is told of a bundle, and the exit code before it. */
    private static String verified(Path directory, byte[] bundle, String... further) throws IOException {
        Path file = Files.write(directory.resolve("bundle.tar"), bundle);
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        List<String> words = new ArrayList<>(List.of(file.toString()));
        words.addAll(List.of(further));
        int exit = EvidenceCommand.run(words, new PrintStream(said, true, StandardCharsets.UTF_8));
        return exit + "\n" + said.toString(StandardCharsets.UTF_8);
    }

    private static byte[] evidence(OwnWorkspace place, String message) {
        Answer answer =
                place.owner.get("/v1/messages/" + message + "/evidence/").expect(200);
        assertEquals("application/x-tar", answer.header("Content-Type"));
        assertEquals("attachment; filename=\"" + message + ".evidence.tar\"", answer.header("Content-Disposition"));
        return answer.response().body();
    }

    private static void awaitDelivery(OwnWorkspace place, String message) {
        place.owner.until(
                "/v1/audit/?kind=message.delivered",
                answer -> answer.body().toString().contains(message));
    }

    private static boolean contains(byte[] bundle, byte[] part) {
        return new String(bundle, StandardCharsets.ISO_8859_1).contains(new String(part, StandardCharsets.ISO_8859_1));
    }

    private static byte[] rawOf(OwnWorkspace place, String message) {
        return place.owner
                .get("/v1/messages/" + message + "/raw/")
                .expect(200)
                .response()
                .body();
    }

    @Test
    default void a_sent_reply_is_exported_with_mails_verdicts_attempts_and_its_place_in_the_record(
            @TempDir Path directory) throws IOException {
        OwnWorkspace place = OwnWorkspace.on(server());
        String inbox = place.endpointOf(place.agent("helper"), "desk");
        String message = place.message(OwnWorkspace.ADA, "desk", "a question");
        place.program(inbox)
                .post("/v1/messages/", "{\"reply_to_message_id\": \"" + message + "\", \"text_body\": \"A proposal.\"}")
                .expect(202);
        String sent = place.owner
                .post(OwnWorkspace.MESSAGES + message + "/reply", "{\"text\": \"What left.\"}")
                .expect(200)
                .text("message_id");
        // Somebody else's entries lie between this mail's.
        place.endpoint("between", "");
        awaitDelivery(place, sent);
        byte[] bundle = evidence(place, sent);
        assertTrue(contains(bundle, rawOf(place, sent)), "what left");
        assertTrue(contains(bundle, rawOf(place, message)), "what it answers");
        String text = new String(bundle, StandardCharsets.UTF_8);
        for (String part : List.of(
                "\"dmarc\":\"",
                "\"mailet\":\"Authorise\"",
                "\"outcome\":\"delivered\"",
                "\"kind\":\"message.drafted\"",
                "\"kind\":\"message.delivered\"",
                "\"reverse_path\":\"bounces+")) {
            assertTrue(text.contains(part), part);
        }
        String fingerprint = server().operator("evidence", "key").strip();
        String said = verified(directory, bundle, "--key", fingerprint);
        assertTrue(said.startsWith("0\nintact        " + sent + ": "), said);
        assertTrue(said.contains("3 mails"), "the draft as it was, too: " + said);
        assertTrue(said.contains("signed by     " + fingerprint), said);
        assertTrue(verified(directory, bundle, "--key", "0".repeat(64)).startsWith("1\ndoes not fit  the key is "));

        String ofAnswered = verified(directory, evidence(place, message));
        assertTrue(ofAnswered.startsWith("0\nintact        " + message + ": "), ofAnswered);
        assertTrue(ofAnswered.contains("3 mails"), "its answer, too: " + ofAnswered);
    }

    @Test
    default void a_change_anywhere_in_an_exported_bundle_is_found(@TempDir Path directory) throws IOException {
        OwnWorkspace place = OwnWorkspace.on(server());
        String inbox = place.endpoint("desk", "");
        String sent = place.owner
                .post(
                        "/v1/messages/",
                        "{\"inbox_id\": \"" + inbox
                                + "\", \"to\": [{\"email\": \"bob@elsewhere.example\"}], \"subject\": \"News\", \"text_body\": \"Hello.\"}")
                .expect(202)
                .text("message_id");
        awaitDelivery(place, sent);
        byte[] bundle = evidence(place, sent);
        assertTrue(verified(directory, bundle).startsWith("0\n"));
        // Each octet of a small bundle is tried in EvidenceVerifierTest; here some of each block of a real one.
        for (int i = 0; i < bundle.length; i += 61) {
            byte[] changed = bundle.clone();
            changed[i] ^= 1;
            assertTrue(verified(directory, changed).startsWith("1\ndoes not fit  "), "octet " + i);
        }
        assertTrue(
                verified(directory, Arrays.copyOf(bundle, bundle.length - 512)).startsWith("1\n"));
        int mail = new String(bundle, StandardCharsets.ISO_8859_1).indexOf("Subject: News");
        bundle[mail] ^= 1;
        assertTrue(verified(directory, bundle).contains("does not fit  raw/"), "it says what");
    }

    @Test
    default void a_mail_that_was_in_quarantine_is_exported_with_the_decision(@TempDir Path directory)
            throws IOException {
        OwnWorkspace place = OwnWorkspace.on(server());
        place.endpoint("closed", ", \"sender_policy\": \"bound_users_only\"");
        String owner = place.owner.get("/v1/whoami/").text("user_id");
        String held = place.receive("zoe@stranger.example", "closed", "let me in")
                .path("id")
                .asText();
        String message = place.owner
                .post(
                        "/v1/api/email/quarantine/" + held + "/accept",
                        "{\"bind_user_id\": \"" + owner + "\", \"note\": \"I know her\"}")
                .expect(200)
                .text("message_id");
        byte[] bundle = evidence(place, message);
        String said = verified(directory, bundle);
        assertTrue(said.startsWith("0\n"), said);
        String text = new String(bundle, StandardCharsets.UTF_8);
        assertTrue(text.contains("\"kind\":\"quarantine.accepted\""), "the entry");
        assertTrue(text.contains("\"note\":\"I know her\""), "what they said");
    }

    @Test
    default void an_approval_is_exported_with_both_versions_and_who_decided(@TempDir Path directory)
            throws IOException {
        OwnWorkspace place = OwnWorkspace.on(server());
        Answer held = Approvals.hold(place.restricted("desk"), "bob@elsewhere.example", "An offer");
        String approval = held.text("approval_id");
        place.owner
                .post(
                        Approvals.item(approval) + "approve/",
                        "{\"note\": \"shorter\", \"edits\": {\"text_body\": \"Edited.\"}}")
                .expect(200);
        awaitDelivery(place, held.text("message_id"));
        Answer answer = place.owner.get(Approvals.item(approval) + "evidence/").expect(200);
        byte[] bundle = answer.response().body();
        String said = verified(directory, bundle);
        assertTrue(said.startsWith("0\nintact        " + approval + ": "), said);
        assertTrue(said.contains("2 mails"), said);
        assertTrue(contains(bundle, rawOf(place, held.text("message_id"))), "what left");
        String text = new String(bundle, StandardCharsets.UTF_8);
        for (String part : List.of(
                "Here is the proposed next step.",
                "\"kind\":\"approval.queued\"",
                "\"kind\":\"approval.approved\"",
                "\"note\":\"shorter\"",
                "\"edited_digest\":\"")) {
            assertTrue(text.contains(part), part);
        }
        String ofMail = verified(directory, evidence(place, held.text("message_id")));
        assertTrue(ofMail.startsWith("0\nintact        " + held.text("message_id") + ": "), ofMail);
        OwnWorkspace others = OwnWorkspace.on(server());
        others.owner.get(Approvals.item(approval) + "evidence/").expect(404);
    }

    @Test
    default void a_mail_that_came_back_is_exported_with_the_report_and_what_became_of_it(@TempDir Path directory)
            throws IOException {
        OwnWorkspace place = OwnWorkspace.on(server());
        String inbox = place.endpoint("desk", "");
        String sent = place.owner
                .post(
                        "/v1/messages/",
                        "{\"inbox_id\": \"" + inbox
                                + "\", \"to\": [{\"email\": \"bob@elsewhere.example\"}], \"subject\": \"Came back\", \"text_body\": \"Hello.\"}")
                .expect(202)
                .text("message_id");
        awaitDelivery(place, sent);
        String path = server().peer.mails().stream()
                .filter(mail -> mail.content().text().contains("Message-ID: <" + sent + "@"))
                .findFirst()
                .orElseThrow()
                .reversePath();
        String report = "From: MAILER-DAEMON@elsewhere.example\r\nTo: " + path
                + "\r\nSubject: failure notice\r\nMessage-ID: <q-" + sent + "@elsewhere.example>\r\n\r\n"
                + "Sorry, I wasn't able to deliver your message to the following addresses.\r\n\r\n"
                + "<bob@elsewhere.example>:\r\nSorry, no mailbox here by that name. (#5.1.1)\r\n";
        assertTrue(server().mail(null, path, report).startsWith("250"));
        place.owner.until(
                "/v1/audit/?kind=suppression.added", answer -> answer.body().size() == 1);
        place.owner.delete("/v1/suppressions/bob@elsewhere.example/").expect(204);

        byte[] bundle = evidence(place, sent);
        String said = verified(directory, bundle);
        assertTrue(said.startsWith("0\nintact        " + sent + ": "), said);
        assertTrue(said.contains("2 mails"), said);
        assertTrue(contains(bundle, report.getBytes(StandardCharsets.UTF_8)), "what came back");
        String text = new String(bundle, StandardCharsets.UTF_8);
        for (String part : List.of(
                "\"status\":\"bounced\"",
                "\"bounce_categories\":[\"hard\"]",
                "\"kind\":\"message.bounced\"",
                "\"kind\":\"suppression.added\"",
                "\"kind\":\"suppression.lifted\"")) {
            assertTrue(text.contains(part), part);
        }
        bundle[new String(bundle, StandardCharsets.ISO_8859_1).indexOf("Subject: failure notice")] ^= 1;
        assertTrue(verified(directory, bundle).contains("does not fit  raw/"), "a changed report shows");
    }

    @Test
    default void evidence_is_for_admins_of_the_workspace() {
        OwnWorkspace place = OwnWorkspace.on(server());
        String inbox = place.endpoint("desk", "");
        String message = place.message(OwnWorkspace.ADA, "desk", "a secret");
        place.program(inbox).get("/v1/messages/" + message + "/evidence/").expect(403);
        server().stranger().get("/v1/messages/" + message + "/evidence/").expect(401);
        OwnWorkspace others = OwnWorkspace.on(server());
        others.owner.get("/v1/messages/" + message + "/evidence/").expect(404);
        others.owner.get("/v1/messages/nothing/evidence/").expect(404);
    }

    @Test
    default void what_is_no_file_is_said(@TempDir Path directory) throws IOException {
        assertTrue(verified(directory, new byte[0]).startsWith("1\ndoes not fit  "));
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        assertEquals(
                2,
                EvidenceCommand.run(
                        List.of(directory.resolve("none").toString()),
                        new PrintStream(said, true, StandardCharsets.UTF_8)));
        assertEquals(2, EvidenceCommand.run(List.of(), new PrintStream(said, true, StandardCharsets.UTF_8)));
    }
}
