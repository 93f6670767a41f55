package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.testkit.contract.AtOnce;
import org.chancery.testkit.peer.ReceivedMail;
import org.junit.jupiter.api.Test;

/** Clicks on what is not simply a stranger's first mail. */
class UnsubscribeOthersTest extends UnsubscribeScene {
    @Test
    void nobody_of_the_workspace_is_cut_off_by_a_link_that_a_program_can_read() {
        person("una@private.example");
        for (String spelling : List.of("una@private.example", "UNA@Private.example")) {
            Answer refused = server.admin
                    .post("/v1/messages/", mail(spelling, "to una", ", \"inbox_id\": \"" + inbox + "\""))
                    .expect(422);
            assertEquals("/list_unsubscribe", refused.place());
        }
        assertEquals(List.of(), approvals.arrived("to una"));

        send("ida@private.example", "to ida, who is nobody here yet");
        String link = linkIn(arrived("to ida, who is nobody here yet"));
        person("ida@private.example");
        assertEquals(200, click(link).statusCode());
        assertEquals(404, suppression("ida@private.example"));
        assertEquals(List.of(), told("ida@private.example"));
    }

    @Test
    void a_click_is_kept_where_the_address_is_suppressed_for_another_reason() {
        Answer sent = send("ned@far.example", "to ned");
        ReceivedMail mail = delivered(sent, "to ned");
        String link = linkIn(mail.content().text());
        String gone = ReturnedMailContract.dsn("ned@far.example", "failed", "5.1.1", "550 5.1.1 gone", null);
        assertTrue(server.mail(null, mail.reversePath(), gone).startsWith("250"));
        Answer bounced = server.admin.until("/v1/suppressions/ned@far.example/", entry -> entry.status() == 200);
        assertEquals("hard_bounce", bounced.text("reason"));
        clicked("ned@far.example", link, sent, bounced);

        Answer told = send("sue@far.example", "to sue");
        String other = linkIn(arrived("to sue"));
        Answer added = server.admin
                .post("/v1/suppressions/", "{\"email\": \"sue@far.example\", \"note\": \"said so by phone\"}")
                .expect(201);
        assertEquals("said so by phone", clicked("sue@far.example", other, told, added));
    }

    private ReceivedMail delivered(Answer sent, String subject) {
        ReceivedMail mail = approvals.awaitArrival(subject).getFirst();
        server.admin.until(
                "/v1/messages/" + sent.text("message_id") + "/",
                answer -> answer.text("status").equals("delivered"));
        return mail;
    }

    /** Clicks twice; the note of the entry that there is then. */
    private String clicked(String address, String link, Answer sent, Answer before) {
        assertEquals(List.of(), told(address));
        for (int time = 0; time < 2; time++) {
            assertEquals(200, click(link).statusCode());
            assertEquals(1, told(address).size());
        }
        Answer entry = server.admin.get("/v1/suppressions/" + address + "/").expect(200);
        assertEquals("unsubscribed", entry.text("reason"));
        assertEquals(sent.text("message_id"), entry.text("message_id"));
        List<JsonNode> recorded = Approvals.each(server.admin
                        .get("/v1/audit/?kind=suppression.added&limit=200")
                        .expect(200)
                        .body())
                .map(row -> row.path("details"))
                .filter(details -> details.path("replaces").asText().equals(before.text("suppression_id")))
                .toList();
        assertEquals(1, recorded.size());
        assertEquals(
                before.text("reason"), recorded.getFirst().path("earlier_cause").asText());
        return entry.text("note");
    }

    @Test
    void a_complaint_stays_one() {
        ReceivedMail mail = delivered(send("pat@far.example", "to pat"), "to pat");
        String complaint = ReturnedMailContract.arf("pat@far.example", "<" + mail.reversePath() + ">");
        assertTrue(server.mail(null, mail.reversePath(), complaint).startsWith("250"));
        server.admin.until("/v1/suppressions/pat@far.example/", entry -> entry.status() == 200);
        assertEquals(200, click(linkIn(mail.content().text())).statusCode());
        assertEquals(
                "complaint",
                server.admin.get("/v1/suppressions/pat@far.example/").text("reason"));
        assertEquals(List.of(), told("pat@far.example"));
    }

    @Test
    void clicks_in_several_mails_at_once_are_told_once() {
        for (String address : List.of("al@far.example", "ben@far.example", "cleo@far.example")) {
            List<String> links = new ArrayList<>();
            for (int mail = 0; mail < 6; mail++) {
                String subject = "no " + mail + " to " + address;
                send(address, subject);
                links.add(linkIn(arrived(subject)));
            }
            AtOnce.run(links.size() * 2, number -> click(links.get(number / 2)))
                    .forEach(answer -> assertEquals(200, answer.statusCode(), answer.body()));
            assertEquals(1, told(address).size());
        }
    }
}
