package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.chancery.core.evidence.EvidenceVerifier;
import org.chancery.server.admin.EvidenceCommand;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.chancery.testkit.peer.Stage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evidence, exported from a running server and verified without it; run on each database. */
interface EvidenceContract {
    /** Of a tar archive. */
    int BLOCK = 512;

    int RANDOM_PLACES = 1_000;

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
        // Each octet of a small bundle is tried in EvidenceVerifierTest; of a real one, whatever it is read by, and
        // some of all.
        long seed = Long.getLong("evidence.seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        for (int at : structuralPlaces(bundle)) {
            assertFound(bundle, at, 1, seed);
        }
        for (int i = 0; i < RANDOM_PLACES; i++) {
            assertFound(bundle, random.nextInt(bundle.length), random.nextInt(1, 256), seed);
        }
        assertTrue(
                verified(directory, Arrays.copyOf(bundle, bundle.length - 512)).startsWith("1\n"));
        int mail = new String(bundle, StandardCharsets.ISO_8859_1).indexOf("Subject: News");
        bundle[mail] ^= 1;
        assertTrue(verified(directory, bundle).contains("does not fit  raw/"), "it says what");
    }

    private static void assertFound(byte[] bundle, int at, int mask, long seed) throws IOException {
        byte[] changed = bundle.clone();
        changed[at] ^= (byte) mask;
        assertFalse(
                EvidenceVerifier.verify(new ByteArrayInputStream(changed)).isIntact(),
                "octet " + at + " changed by " + mask + ", -Devidence.seed=" + seed);
    }

    /** All that a reader of tar reads of the headers, some of what lies behind it, and the manifest and the signature as a whole. */
    private static List<Integer> structuralPlaces(byte[] bundle) {
        List<Integer> places = new ArrayList<>();
        int at = 0;
        while (bundle[at] != 0) {
            String header = new String(bundle, at, BLOCK, StandardCharsets.ISO_8859_1);
            String name = header.substring(0, header.indexOf('\0'));
            int size = Integer.parseInt(header.substring(124, 135), 8);
            int padded = (size + BLOCK - 1) / BLOCK * BLOCK;
            for (int i = 0; i < BLOCK; i += i < 300 ? 1 : 16) {
                places.add(at + i);
            }
            boolean isWhole = name.equals("manifest.json") || name.equals("signature.txt");
            for (int i = 0; i < padded; i += isWhole ? 1 : 97) {
                places.add(at + BLOCK + i);
            }
            at += BLOCK + padded;
        }
        for (int i = at; i < bundle.length; i += 97) {
            places.add(i);
        }
        return places;
    }

    /** Exports the evidence of a mail that is in that state, and shows that it fits together. */
    private static String exported(OwnWorkspace place, String message, String status, Path directory)
            throws IOException {
        place.owner.until(
                "/v1/messages/" + message + "/", shown -> shown.text("status").equals(status));
        byte[] bundle = evidence(place, message);
        String said = verified(directory, bundle);
        assertTrue(said.startsWith("0\nintact        " + message + ": "), status + ": " + said);
        assertFalse(said.contains("not in it"), said);
        assertTrue(contains(bundle, rawOf(place, message)), "the mail");
        return new String(bundle, StandardCharsets.UTF_8);
    }

    private static void tells(String bundle, String... parts) {
        for (String part : parts) {
            assertTrue(bundle.contains(part), part);
        }
    }

    @Test
    default void mail_that_did_not_leave_or_did_not_arrive_is_exported_as_well(@TempDir Path directory)
            throws IOException {
        OwnWorkspace place = OwnWorkspace.on(server());
        Client agent = place.restricted("desk");
        String held = Approvals.hold(agent, "bob@elsewhere.example", "Held").text("message_id");
        tells(exported(place, held, "held", directory), "\"kind\":\"approval.queued\"");

        Answer refused = Approvals.hold(agent, "bob@elsewhere.example", "Refused");
        Approvals.approve(agent, refused.text("approval_id")).expect(403);
        Approvals.reject(place.owner, refused.text("approval_id"), "not so").expect(200);
        tells(
                exported(place, refused.text("message_id"), "rejected", directory),
                "\"kind\":\"approval.rejected\"",
                "not so");

        String bounced = place.owner
                .post("/v1/messages/", mailFrom(place, "gone@bounce.example"))
                .expect(202)
                .text("message_id");
        tells(
                exported(place, bounced, "bounced", directory),
                "\"kind\":\"message.bounced\"",
                "550 5.1.1 gone for good");

        String failed = place.owner
                .post("/v1/messages/", mailFrom(place, "never@defer.example"))
                .expect(202)
                .text("message_id");
        tells(exported(place, failed, "failed", directory), "\"kind\":\"message.failed\"", "451 4.7.0 never now");
    }

    private String mailFrom(OwnWorkspace place, String to) {
        server().peer.at(Stage.RCPT, "gone@bounce").answer("550 5.1.1 gone for good");
        server().peer.at(Stage.RCPT, "never@defer").answer("451 4.7.0 never now");
        return "{\"inbox_id\": \"" + place.systemMailbox() + "\", "
                + Approvals.mail(to, "On its way").substring(1);
    }

    @Test
    default void what_nobody_decided_in_time_is_exported_and_so_is_who_opened_it_again(@TempDir Path directory)
            throws IOException {
        OwnWorkspace place = OwnWorkspace.on(server());
        Client agent = server().new Client(place.owner
                .post(
                        "/v1/tokens/",
                        "{\"label\": \"restricted\", \"inbox_id\": \"" + place.endpoint("desk", "")
                                + "\", \"scopes\": [\"email:read\", \"email:send\"], \"requires_approval\":"
                                + " [{\"action\": \"email:send\", \"expires_after\": \"1s\"}]}")
                .expect(201)
                .text("token"));
        Answer held = Approvals.hold(agent, "bob@elsewhere.example", "Too late");
        String approval = held.text("approval_id");
        place.owner.until(
                Approvals.item(approval), shown -> shown.text("status").equals("expired"));
        tells(exported(place, held.text("message_id"), "held", directory), "\"kind\":\"approval.expired\"");
        place.owner
                .post(Approvals.item(approval) + "reopen/", "{\"note\": \"after all\"}")
                .expect(200);
        tells(
                exported(place, held.text("message_id"), "held", directory),
                "\"kind\":\"approval.reopened\"",
                "\"note\":\"after all\"");
    }

    @Test
    default void every_version_of_a_mail_that_was_edited_twice_is_exported(@TempDir Path directory) throws IOException {
        OwnWorkspace place = OwnWorkspace.on(server());
        Client agent = server().new Client(place.owner
                .post(
                        "/v1/tokens/",
                        "{\"label\": \"restricted\", \"inbox_id\": \"" + place.endpoint("desk", "")
                                + "\", \"scopes\": [\"email:read\", \"email:send\"], \"requires_approval\":"
                                + " [{\"action\": \"email:send\", \"reviewers\": 2}]}")
                .expect(201)
                .text("token"));
        Answer held = Approvals.hold(agent, "bob@elsewhere.example", "Thrice");
        String approve = Approvals.item(held.text("approval_id")) + "approve/";
        Client second = server().makeMember(place.domain, place.address("second"), "approvals:read,approvals:write");
        String version = place.owner
                .post(approve, "{\"edits\": {\"text_body\": \"Second words.\"}}")
                .expect(200)
                .text("version");
        second.post(approve, "{\"version\": \"" + version + "\", \"edits\": {\"text_body\": \"Third words.\"}}")
                .expect(200);
        String bundle = exported(place, held.text("message_id"), "held", directory);
        tells(bundle, "Here is the proposed next step.", "Second words.", "Third words.");
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

        Client program = place.restricted("asks");
        String approval = Approvals.item(Approvals.hold(program, "bob@elsewhere.example", "not for everybody")
                        .text("approval_id"))
                + "evidence/";
        Client reviewer = server().makeMember(
                        place.domain,
                        place.address("reviewer"),
                        "approvals:read,approvals:write,email:read,conversations:read");
        for (Client lacking : List.of(program, reviewer)) {
            assertEquals("missing_scope", lacking.get(approval).expect(403).code());
        }
        assertEquals(
                "missing_token", server().stranger().get(approval).expect(401).code());
        place.owner.get(approval).expect(200);
        others.owner.get(approval).expect(404);
        others.owner.get(Approvals.item("nothing") + "evidence/").expect(404);
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
