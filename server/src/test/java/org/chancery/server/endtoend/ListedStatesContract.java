package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.chancery.testkit.peer.Stage;
import org.chancery.testkit.peer.Stall;
import org.junit.jupiter.api.Test;

/** Lists of mail by where it stands, and the pages of a plain list; run on each database. */
interface ListedStatesContract {
    String MAILS = "/v1/messages/";

    RunningServer server();

    @Test
    default void mail_in_each_state_is_listed_by_that_state_alone_with_a_search_and_without() {
        Stall stall = server().peer.at(Stage.RCPT, "@stalls.example").stall();
        try {
            Scene scene = new Scene(OwnWorkspace.on(server()));
            Map<String, List<String>> expected = scene.expected();
            for (Map.Entry<String, List<String>> state : expected.entrySet()) {
                String query = MAILS + "?limit=100&status=" + state.getKey();
                assertEquals(state.getValue(), scene.subjects(query), state.getKey());
                assertEquals(state.getValue(), scene.subjects(query + "&q=lighthouse"), state.getKey());
                assertEquals(List.of(), scene.subjects(query + "&q=submarine"), state.getKey());
            }
            // Every mail stands in one of them.
            assertEquals(
                    expected.values().stream().flatMap(List::stream).sorted().toList(),
                    scene.subjects(MAILS + "?limit=100").stream().sorted().toList());
        } finally {
            stall.release();
        }
    }

    /** One mail in each state; an outgoing one is called by it. */
    final class Scene {
        private final OwnWorkspace place;
        private final Client restricted;
        private final String desk;

        Scene(OwnWorkspace place) {
            this.place = place;
            this.restricted = place.restricted("restricted");
            this.desk = place.endpoint("desk", "");
        }

        Map<String, List<String>> expected() {
            Map<String, List<String>> all = new LinkedHashMap<>();
            incoming(all);
            outgoing(all);
            // A next server's 250 is the last that is known of a mail, so that it is delivered then.
            all.put("sent", List.of());
            all.put("error", List.of());
            return all;
        }

        private void incoming(Map<String, List<String>> all) {
            String answered = receive("desk", "answered lighthouse");
            String drafted = receive("desk", "drafted lighthouse");
            receive("desk", "waiting lighthouse");
            place.endpointOf(place.agent("helper"), "agent");
            receive("agent", "routed lighthouse");
            place.endpoint("open", ", \"plane\": \"agent\"");
            receive("open", "unrouted lighthouse");
            place.owner
                    .post(OwnWorkspace.MESSAGES + answered + "/reply", "{\"text\": \"It shines.\"}")
                    .expect(200);
            place.owner
                    .post(
                            MAILS,
                            "{\"reply_to_message_id\": \"" + drafted
                                    + "\", \"draft\": true, \"text_body\": \"It may shine.\"}")
                    .expect(202);
            all.put("handled", List.of("answered lighthouse"));
            all.put("awaiting_review", List.of("waiting lighthouse", "drafted lighthouse"));
            all.put("routed", List.of("routed lighthouse"));
            all.put("unrouted", List.of("unrouted lighthouse"));
            all.put("draft", List.of("Re: drafted lighthouse"));
        }

        private void outgoing(Map<String, List<String>> all) {
            String far = "@" + Outgoing.domain();
            String reply = mails("?limit=100&direction=outbound&q=shines")
                    .path(0)
                    .path("message_id")
                    .asText();
            awaitStatus(reply, "delivered");
            awaitStatus(send("delivered", to("ann" + far)), "delivered");
            place.server.peer.at(Stage.RCPT, "gone" + far).answer("550 5.1.1 No such user");
            awaitStatus(send("bounced", to("gone" + far)), "bounced");
            place.owner
                    .post("/v1/suppressions/", "{\"email\": \"not" + far + "\"}")
                    .expect(201);
            awaitStatus(send("failed", to("not" + far)), "failed");
            send("queued", to("any@stalls.example"));
            awaitStatus(send("sending", to("ann" + far) + ", " + to("other@stalls.example")), "sending");
            String planned = ", \"send_at\": \"" + Instant.now().plus(Duration.ofDays(2)) + "\"";
            send("scheduled", to("ann" + far), planned);
            String cancelled = send("cancelled", to("ann" + far), planned);
            place.owner.post(MAILS + cancelled + "/cancel/", "{}").expect(200);
            hold("held");
            Approvals.reject(place.owner, hold("rejected"), "not now").expect(200);
            for (String state :
                    List.of("bounced", "failed", "queued", "sending", "scheduled", "cancelled", "held", "rejected")) {
                all.put(state, List.of(state + " lighthouse"));
            }
            all.put("delivered", List.of("delivered lighthouse", "Re: answered lighthouse"));
        }

        private String receive(String localPart, String subject) {
            return place.message(OwnWorkspace.ADA, localPart, subject);
        }

        private static String to(String address) {
            return "{\"email\": \"" + address + "\"}";
        }

        private String send(String state, String to) {
            return send(state, to, "");
        }

        private String send(String state, String to, String further) {
            return place.owner
                    .post(
                            MAILS,
                            "{\"inbox_id\": \"" + desk + "\", \"to\": [" + to + "], \"subject\": \"" + state
                                    + " lighthouse\", \"text_body\": \"x\"" + further + "}")
                    .expect(202)
                    .text("message_id");
        }

        private String hold(String state) {
            return Approvals.hold(restricted, "ann@elsewhere.example", state + " lighthouse")
                    .text("approval_id");
        }

        private void awaitStatus(String message, String status) {
            place.owner.until(
                    MAILS + message + "/", answer -> answer.text("status").equals(status));
        }

        JsonNode mails(String query) {
            return place.owner.get(MAILS + query).expect(200).body();
        }

        List<String> subjects(String path) {
            return place.owner.get(path).expect(200).body().findValuesAsText("subject");
        }
    }

    @Test
    default void pages_of_a_plain_list_have_every_mail_once_and_the_newest_first() {
        OwnWorkspace place = OwnWorkspace.on(server());
        String desk = place.endpoint("desk", "");
        place.endpoint("other", "");
        List<String> all = new ArrayList<>();
        List<String> ofDesk = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            String localPart = i % 3 == 2 ? "other" : "desk";
            String id = place.message(OwnWorkspace.ADA, localPart, "number " + i);
            all.addFirst(id);
            if (localPart.equals("desk")) {
                ofDesk.addFirst(id);
            }
        }
        assertEquals(
                List.of(all.subList(0, 3), all.subList(3, 6), all.subList(6, 7)),
                pages(place.owner, MAILS + "?limit=3"));
        assertEquals(List.of(all), pages(place.owner, MAILS));
        assertEquals(List.of(all), pages(place.owner, MAILS + "?limit=7"), "and no empty page behind it");
        assertEquals(
                List.of(ofDesk.subList(0, 2), ofDesk.subList(2, 4), ofDesk.subList(4, 5)),
                pages(place.owner, MAILS + "?limit=2&inbox_id=" + desk + "&status=awaiting_review&direction=inbound"));
        for (String wrong : List.of("limit=0", "limit=x", "limit=100000", "cursor=x")) {
            assertEquals(
                    "?" + wrong.substring(0, wrong.indexOf('=')),
                    place.owner.get(MAILS + "?" + wrong).expect(422).place(),
                    wrong);
        }
    }

    /** The ids on each page, by the links from one to the next. */
    private static List<List<String>> pages(Client who, String first) {
        List<List<String>> pages = new ArrayList<>();
        String path = first;
        while (!path.isEmpty()) {
            Answer page = who.get(path).expect(200);
            pages.add(page.body().findValuesAsText("message_id"));
            path = page.next();
            assertTrue(path.isEmpty() || page.header("Link").endsWith(">; rel=\"next\""), () -> page.header("Link"));
        }
        return pages;
    }
}
