package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.OwnWorkspace.ADA;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.chancery.server.endtoend.RunningServer.Client;
import org.chancery.testkit.clock.TurningClock;
import org.chancery.testkit.peer.ReceivedMail;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What the server writes to people reaches them whatever is suppressed; where it does not, others are told. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SuppressedPeopleTest {
    private static final String SUPPRESSIONS = "/v1/suppressions/";

    private final TurningClock clock = TurningClock.atStart();
    private RunningServer server;

    @BeforeAll
    void start(@TempDir Path directory) {
        server = RunningServer.on(directory, clock);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void notices_reach_a_reviewer_whose_address_is_suppressed_and_other_mail_does_not() {
        OwnWorkspace place = OwnWorkspace.on(server);
        String rita = "rita@" + place.domain + ".home.example";
        place.person(rita, "admin", "");
        place.owner.post(SUPPRESSIONS, "{\"email\": \"" + rita + "\"}").expect(201);
        assertTrue(notice(place, rita, "first").reversePath().startsWith("bounces+"));

        String id = place.owner
                .post(
                        "/v1/messages/",
                        "{\"inbox_id\": \"" + place.endpoint("writer", "") + "\", \"to\": [{\"email\": \"" + rita
                                + "\"}], \"subject\": \"not to rita\", \"text_body\": \"x\"}")
                .expect(202)
                .text("message_id");
        assertEquals(
                "failed",
                place.owner.get("/v1/messages/" + id + "/").expect(200).text("status"));
    }

    @Test
    void of_whom_notices_do_not_reach_the_other_admins_are_told_once_a_day() {
        OwnWorkspace place = OwnWorkspace.on(server);
        String rita = "rita@" + place.domain + ".home.example";
        String sam = "sam@" + place.domain + ".home.example";
        String ann = "ann@" + place.domain + ".home.example";
        place.person(rita, "admin", "");
        place.person(sam, "admin", "");
        place.person(ann, "admin", "");
        bounced(notice(place, rita, "one"), rita);
        String told = letters(ann, rita, 1).getFirst().content().text();
        assertTrue(told.contains("Subject: Notices do not reach " + rita), told);
        assertTrue(told.contains("> 550 5.1.1 no such user"), told);
        assertTrue(told.contains("Auto-Submitted: auto-generated"), told);
        assertEquals(
                "hard_bounce",
                place.owner.get(SUPPRESSIONS + rita + "/").expect(200).text("reason"));

        // Sent all the same, and not told of again; what comes back of sam is told after what came back of rita.
        bounced(notice(place, rita, "two"), rita);
        bounced(notice(place, sam, "three"), sam);
        letters(ann, sam, 1);
        assertEquals(1, letters(ann, rita, 1).size());
        assertEquals(1, letters(sam, rita, 1).size());

        clock.turn(Duration.ofDays(1));
        bounced(notice(place, rita, "four"), rita);
        letters(ann, rita, 2);
    }

    @Test
    void letters_about_others_that_come_back_themselves_are_told_of_and_end() {
        OwnWorkspace place = OwnWorkspace.on(server);
        String rita = "rita@" + place.domain + ".home.example";
        String ann = "ann@" + place.domain + ".home.example";
        place.person(rita, "admin", "");
        place.person(ann, "admin", "");
        bounced(notice(place, rita, "loop"), rita);
        bounced(letters(ann, rita, 1).getFirst(), ann);
        bounced(letters(rita, ann, 1).getFirst(), rita);
        notice(place, ann, "after all");
        assertEquals(1, letters(ann, rita, 1).size());
        assertEquals(1, letters(rita, ann, 1).size());
    }

    @Test
    void letters_about_others_end_also_where_each_comes_back_a_day_later() {
        OwnWorkspace place = OwnWorkspace.on(server);
        String rita = "rita@" + place.domain + ".home.example";
        String ann = "ann@" + place.domain + ".home.example";
        String sam = "sam@" + place.domain + ".home.example";
        place.person(rita, "admin", "");
        place.person(ann, "admin", "");
        place.person(sam, "admin", "");
        bounced(notice(place, rita, "slow"), rita);
        clock.turn(Duration.ofDays(1));
        bounced(letters(ann, rita, 1).getFirst(), ann);
        clock.turn(Duration.ofDays(1));
        bounced(letters(rita, ann, 1).getFirst(), rita);
        clock.turn(Duration.ofDays(1));
        // Each is told in order: what is told of sam comes after anything that came back of rita before.
        bounced(notice(place, sam, "last"), sam);
        letters(ann, sam, 1);
        assertEquals(1, letters(ann, rita, 1).size());

        bounced(notice(place, rita, "anew"), rita);
        letters(ann, rita, 2);
    }

    @Test
    void a_program_suppresses_nobody_of_the_workspace() {
        OwnWorkspace place = OwnWorkspace.on(server);
        String rita = "rita@" + place.domain + ".home.example";
        place.person(rita, "member", "");
        String inbox = place.endpoint("seller", "");
        Client program = server.new Client(place.owner
                .post(
                        "/v1/tokens/",
                        "{\"label\": \"program\", \"inbox_id\": \"" + inbox
                                + "\", \"scopes\": [\"contacts:read\", \"contacts:write\"]}")
                .expect(201)
                .text("token"));
        for (String ours : List.of(rita, rita.toUpperCase(java.util.Locale.ROOT), place.address("seller"))) {
            assertEquals(
                    "person_needed",
                    program.post(SUPPRESSIONS, "{\"email\": \"" + ours + "\"}")
                            .expect(403)
                            .code());
        }
        program.post(SUPPRESSIONS, "{\"email\": \"" + ADA + "\"}").expect(201);
        place.owner.post(SUPPRESSIONS, "{\"email\": \"" + rita + "\"}").expect(201);
    }

    @Test
    void copies_reach_whom_the_inbox_names_until_their_address_is_gone() {
        OwnWorkspace place = OwnWorkspace.on(server);
        String ann = "ann@" + place.domain + ".people.example";
        place.endpoint("copied", ", \"deliver_to\": [\"" + ann + "\"]");
        place.owner.post(SUPPRESSIONS, "{\"email\": \"" + ann + "\"}").expect(201);
        place.receive(ADA, "copied", "first copy");
        ReceivedMail copy = await(ann, "first copy", 1).getFirst();

        place.owner.delete(SUPPRESSIONS + ann + "/").expect(204);
        bounced(copy, ann);
        place.owner.until(SUPPRESSIONS + ann + "/", answer -> answer.status() == 200);
        place.receive(ADA, "copied", "second copy");
        place.owner.until(
                "/v1/events/?types=message.failed",
                answer -> answer.body().path("events").toString().contains("suppressed"));
        assertFalse(new Approvals(server)
                .left().stream().anyMatch(mail -> mail.content().text().contains("Subject: second copy")));
    }

    /** Has a mail held; the notice of it that this person got. */
    private ReceivedMail notice(OwnWorkspace place, String person, String name) {
        Approvals.hold(place.restricted("held-" + name.replace(' ', '-')), ADA, "to be told of " + name);
        return await(person, "to be told of " + name, 1).getFirst();
    }

    private List<ReceivedMail> letters(String to, String about, int count) {
        return await(to, "Subject: Notices do not reach " + about, count);
    }

    /** What arrived for a person with these words in it, once there is so much of it. */
    private List<ReceivedMail> await(String person, String words, int count) {
        long end = System.nanoTime() + RunningServer.PATIENCE.toNanos();
        List<ReceivedMail> found = arrived(person, words);
        while (found.size() < count) {
            assertTrue(System.nanoTime() < end, () -> "nothing for " + person + " with " + words);
            Thread.onSpinWait();
            found = arrived(person, words);
        }
        return found;
    }

    private List<ReceivedMail> arrived(String person, String words) {
        return server.peer.mails().stream()
                .filter(mail -> mail.recipients().contains(person))
                .filter(mail ->
                        mail.content().text().replaceAll("\r\n[ \t]", " ").contains(words))
                .toList();
    }

    /** Has a mail come back to its return path; the recipient is gone. */
    private void bounced(ReceivedMail mail, String recipient) {
        String reply = server.mail(
                null,
                mail.reversePath(),
                "From: MAILER-DAEMON@home.example\r\nSubject: Returned mail for " + recipient
                        + "\r\nMessage-ID: <" + System.nanoTime() + "@home.example>\r\nMIME-Version: 1.0\r\n"
                        + "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
                        + "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; home.example\r\n\r\n"
                        + "Final-Recipient: rfc822; " + recipient + "\r\nAction: failed\r\nStatus: 5.1.1\r\n"
                        + "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n--b--\r\n");
        assertTrue(reply.startsWith("250"), reply);
    }
}
