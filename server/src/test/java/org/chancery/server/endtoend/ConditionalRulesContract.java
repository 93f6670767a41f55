package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Approvals.approve;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.atomic.AtomicInteger;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.junit.jupiter.api.Test;

/** Each condition of an approval rule, alone: what it holds, what it lets go, and that the approval names it. Run on each database. */
interface ConditionalRulesContract {
    AtomicInteger INBOXES = new AtomicInteger();

    RunningServer server();

    private Approvals approvals() {
        return new Approvals(server());
    }

    /** Whoever sends from a new inbox under one rule; and where mail for that inbox goes. */
    record Sender(RunningServer server, Client client, String address, String when) {

        /** The mail is held, and by that rule. */
        void holds(String json) {
            Answer answer = client.post("/v1/messages/", json).expect(202);
            assertEquals("held", answer.text("status"), when + " " + json);
            JsonNode rule = server.admin
                    .get(Approvals.item(answer.text("approval_id")))
                    .expect(200)
                    .body()
                    .path("rule");
            assertEquals(when, rule.path("when").toString());
        }

        void lets(String json) {
            assertEquals(
                    "queued", client.post("/v1/messages/", json).expect(202).text("status"), when + " " + json);
        }
    }

    private Sender under(String when) {
        String localPart = "c.inbox" + INBOXES.incrementAndGet();
        String rules = "[{\"action\": \"email:send\", \"when\": " + when + "}]";
        return new Sender(
                server(),
                approvals().restricted(approvals().endpoint(localPart), rules),
                localPart + "@acme.example",
                when);
    }

    private static String to(String... addresses) {
        String list = String.join("\"}, {\"email\": \"", addresses);
        return "{\"to\": [{\"email\": \"" + list + "\"}], \"subject\": \"conditional\", \"text_body\": \"Hello.\"}";
    }

    private static String with(String json, String further) {
        return json.substring(0, json.length() - 1) + ", " + further + "}";
    }

    @Test
    default void by_the_recipients_domain() {
        Sender in = under("{\"recipient_domain_in\":[\"partner.example\",\"*.big.example\"]}");
        in.holds(to("a@partner.example"));
        in.holds(to("a@sub.big.example"));
        in.holds(with(to("a@other.example"), "\"bcc\": [{\"email\": \"b@PARTNER.example\"}]"));
        in.lets(to("a@other.example"));
        in.lets(to("a@big.example"));

        Sender notIn = under("{\"recipient_domain_not_in\":[\"partner.example\",\"*.big.example\"]}");
        notIn.holds(to("a@other.example"));
        notIn.holds(to("a@big.example"));
        notIn.holds(to("a@partner.example", "a@other.example"));
        notIn.lets(to("a@partner.example", "a@sub.big.example"));
    }

    @Test
    default void by_the_number_of_recipients() {
        Sender overOne = under("{\"recipients_over\":1}");
        overOne.lets(to("a@x.example"));
        overOne.holds(to("a@x.example", "b@x.example"));
        Sender overTwo = under("{\"recipients_over\":2}");
        overTwo.lets(to("a@x.example", "b@x.example"));
        overTwo.holds(with(to("a@x.example", "b@x.example"), "\"cc\": [{\"email\": \"c@x.example\"}]"));
    }

    @Test
    default void by_files() {
        String file =
                "\"attachments\": [{\"filename\": \"a.txt\", \"content_type\": \"text/plain\", \"content\": \"YQ==\"}]";
        Sender files = under("{\"has_attachments\":true}");
        files.holds(with(to("a@x.example"), file));
        files.lets(to("a@x.example"));
        Sender none = under("{\"has_attachments\":false}");
        none.holds(to("a@x.example"));
        none.lets(with(to("a@x.example"), file));
    }

    @Test
    default void by_whether_it_answers() {
        Sender answers = under("{\"reply\":true}");
        answers.holds(answerTo(answers));
        answers.lets(to("a@x.example"));
        Sender others = under("{\"reply\":false}");
        others.holds(to("a@x.example"));
        others.lets(answerTo(others));
        // Whoever the question did not come from, nor go to, gets a new mail.
        others.holds(with(answerTo(others), "\"cc\": [{\"email\": \"stranger@x.example\"}]"));
    }

    private String answerTo(Sender sender) {
        String question = server().receive(sender.address(), "question " + INBOXES.incrementAndGet());
        return "{\"reply_to_message_id\": \"" + question + "\", \"text_body\": \"An answer.\"}";
    }

    @Test
    default void by_first_contact() {
        Sender first = under("{\"first_contact\":true}");
        first.holds(to("new@x.example"));
        server().receive(first.address(), "hello from ada");
        first.lets(to("ada@customer.example"));
        first.holds(to("ada@customer.example", "new@x.example"));

        Sender known = under("{\"first_contact\":false}");
        known.lets(to("new@x.example"));
        known.holds(to("new@x.example"));
    }

    @Test
    default void by_who_wrote_it() {
        Sender program = under("{\"generated\":true}");
        program.holds(to("a@x.example"));

        String inbox = "\"inbox_id\": \"" + approvals().endpoint("c.persons") + "\"";
        String own = "[{\"action\": \"email:send\", \"when\": {\"generated\": false}}]";
        Client person = approvals().personal(server().admin, own, "email:send", "email:read");
        assertEquals(
                "held",
                person.post("/v1/messages/", with(to("a@x.example"), inbox))
                        .expect(202)
                        .text("status"));
        assertEquals(
                "queued",
                server().admin
                        .post("/v1/messages/", with(to("a@x.example"), inbox))
                        .expect(202)
                        .text("status"));
    }

    @Test
    default void all_conditions_of_a_rule_have_to_be_met_and_of_several_rules_one() {
        Sender both = under("{\"recipients_over\":1,\"has_attachments\":false}");
        both.lets(to("a@x.example"));
        both.holds(to("a@x.example", "b@x.example"));
        String file =
                "\"attachments\": [{\"filename\": \"a.txt\", \"content_type\": \"text/plain\", \"content\": \"YQ==\"}]";
        both.lets(with(to("a@x.example", "b@x.example"), file));

        Client either = approvals().restricted(approvals().endpoint("c.either"), """
                        [{"action": "email:send", "when": {"recipients_over": 1}},
                         {"action": "email:send", "when": {"has_attachments": true}, "reviewers": 2}]""");
        Answer strict = either.post("/v1/messages/", with(to("a@x.example", "b@x.example"), file))
                .expect(202);
        // The stricter one of two that hold it is the one that is asked for.
        Answer once = approve(server().admin, strict.text("approval_id")).expect(200);
        assertEquals("pending", once.text("status"));
    }
}
