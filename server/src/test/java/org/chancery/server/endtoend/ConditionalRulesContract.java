package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Approvals.approve;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Each condition of an approval rule, alone and by either way in which mail is asked for: what it holds, what it lets go, and that the
 * approval names it. Run on each database.
 */
interface ConditionalRulesContract {
    AtomicInteger INBOXES = new AtomicInteger();
    String FILE =
            "\"attachments\": [{\"filename\": \"a.txt\", \"content_type\": \"text/plain\", \"content\": \"YQ==\"}]";

    RunningServer server();

    private Approvals approvals() {
        return new Approvals(server());
    }

    /** By which way a mail is asked for. */
    enum Door {
        HTTP,
        SMTP
    }

    /** A mail of Ada's, which came in. */
    record Question(String id, String internetId) {}

    /** A mail that somebody asks for; whoever is hidden is a recipient whom its header does not name. */
    record Wanted(
            List<String> to,
            List<String> cc,
            List<String> hidden,
            boolean hasFile,
            @Nullable Question answers) {

        static Wanted to(String... addresses) {
            return new Wanted(List.of(addresses), List.of(), List.of(), false, null);
        }

        static Wanted answer(Question question) {
            return new Wanted(List.of("ada@customer.example"), List.of(), List.of(), false, question);
        }

        Wanted cc(String... addresses) {
            return new Wanted(to, List.of(addresses), hidden, hasFile, answers);
        }

        Wanted hidden(String... addresses) {
            return new Wanted(to, cc, List.of(addresses), hasFile, answers);
        }

        Wanted withFile() {
            return new Wanted(to, cc, hidden, true, answers);
        }

        private static String list(String field, List<String> addresses) {
            return addresses.stream()
                    .map(address -> "{\"email\": \"" + address + "\"}")
                    .collect(Collectors.joining(", ", "\"" + field + "\": [", "], "));
        }

        String json() {
            return "{" + list("to", to) + list("cc", cc) + list("bcc", hidden) + (hasFile ? FILE + ", " : "")
                    + (answers == null
                            ? "\"subject\": \"conditional\", "
                            : "\"reply_to_message_id\": \"" + answers.id() + "\", ")
                    + "\"text_body\": \"Hello.\"}";
        }

        List<String> recipients() {
            return Stream.of(to, cc, hidden).flatMap(List::stream).toList();
        }

        String lines(String from) {
            List<String> lines = new ArrayList<>(List.of("From: " + from, "To: " + String.join(", ", to)));
            if (!cc.isEmpty()) {
                lines.add("Cc: " + String.join(", ", cc));
            }
            lines.add("Subject: conditional");
            if (answers != null) {
                lines.add("In-Reply-To: <" + answers.internetId() + ">");
            }
            lines.addAll(
                    hasFile
                            ? List.of(
                                    "Content-Type: multipart/mixed; boundary=b",
                                    "",
                                    "--b",
                                    "",
                                    "Hello.",
                                    "--b",
                                    "Content-Type: text/plain; name=a.txt",
                                    "Content-Disposition: attachment",
                                    "",
                                    "a",
                                    "--b--")
                            : List.of("", "Hello."));
            return String.join("\r\n", lines);
        }
    }

    /** Whoever sends by one way from an inbox under rules. */
    record Sender(RunningServer server, Door door, String secret, String address) {

        /** The approval by which the mail is held; null where it is not. */
        @Nullable
        String ask(Wanted wanted) {
            return door == Door.HTTP ? post(wanted) : submit(wanted);
        }

        private @Nullable String post(Wanted wanted) {
            String from = "\"inbox_id\": \"" + address + "\", ";
            Answer answer = server.new Client(secret)
                    .post("/v1/messages/", "{" + from + wanted.json().substring(1))
                    .expect(202);
            if (answer.text("status").equals("held")) {
                return answer.text("approval_id");
            }
            assertEquals("queued", answer.text("status"));
            return null;
        }

        /** To recipients of the envelope, whoever the header names. */
        private @Nullable String submit(Wanted wanted) {
            return submit(wanted, wanted.recipients());
        }

        @Nullable
        String submit(Wanted wanted, List<String> recipients) {
            String reply = new Approvals(server).submit(secret, address, recipients, wanted.lines(address));
            Matcher held = SubmittedHoldContract.HELD.matcher(reply);
            if (held.matches()) {
                return held.group(1);
            }
            assertTrue(reply.startsWith("250 2.0.0 queued"), reply);
            return null;
        }

        JsonNode approval(String approval) {
            return server.admin.get(Approvals.item(approval)).expect(200).body();
        }
    }

    /** A sender of an inbox of its own under one rule, and what that says. */
    record Ruled(Sender sender, String when) {

        /** The mail is held, and by that rule. */
        void holds(Wanted wanted) {
            isHeld(sender.ask(wanted), wanted);
        }

        /** The mail with that header is held where it is submitted to these. */
        void holdsFor(Wanted wanted, String... recipients) {
            String approval = isHeld(sender.submit(wanted, List.of(recipients)), wanted);
            List<String> hidden = Approvals.each(
                            sender.approval(approval).path("payload").path("bcc"))
                    .map(one -> one.path("email").asText())
                    .toList();
            assertEquals(
                    Stream.of(recipients)
                            .filter(one -> !wanted.recipients().contains(one))
                            .toList(),
                    hidden,
                    "whom the header does not name is shown");
        }

        private String isHeld(@Nullable String approval, Wanted wanted) {
            String what = sender.door() + " " + when + " " + wanted;
            String held = Objects.requireNonNull(approval, what);
            assertEquals(when, sender.approval(held).path("rule").path("when").toString(), what);
            return held;
        }

        void lets(Wanted wanted) {
            assertNull(sender.ask(wanted), sender.door() + " " + when + " " + wanted);
        }

        void letsFor(Wanted wanted, String... recipients) {
            assertNull(sender.submit(wanted, List.of(recipients)), when + " " + wanted);
        }
    }

    private Sender at(Door door, String rules) {
        String localPart = "c.inbox" + INBOXES.incrementAndGet();
        return new Sender(
                server(),
                door,
                approvals().secret(approvals().endpoint(localPart), rules),
                localPart + "@acme.example");
    }

    private Ruled under(Door door, String when) {
        return new Ruled(at(door, "[{\"action\": \"email:send\", \"when\": " + when + "}]"), when);
    }

    private Question question(Ruled to) {
        String subject = "question " + INBOXES.incrementAndGet();
        return new Question(
                server().receive(to.sender().address(), subject), subject.replace(' ', '-') + "@customer.example");
    }

    @Test
    default void by_the_recipients_domain() {
        for (Door door : Door.values()) {
            Ruled in = under(door, "{\"recipient_domain_in\":[\"partner.example\",\"*.big.example\"]}");
            in.holds(Wanted.to("a@partner.example"));
            in.holds(Wanted.to("a@sub.big.example"));
            in.holds(Wanted.to("a@other.example").hidden("b@PARTNER.example"));
            in.lets(Wanted.to("a@other.example"));
            in.lets(Wanted.to("a@big.example"));

            Ruled notIn = under(door, "{\"recipient_domain_not_in\":[\"partner.example\",\"*.big.example\"]}");
            notIn.holds(Wanted.to("a@other.example"));
            notIn.holds(Wanted.to("a@big.example"));
            notIn.holds(Wanted.to("a@partner.example", "a@other.example"));
            notIn.holds(Wanted.to("a@partner.example").hidden("b@other.example"));
            notIn.lets(Wanted.to("a@partner.example", "a@sub.big.example"));
        }
    }

    @Test
    default void by_the_number_of_recipients() {
        for (Door door : Door.values()) {
            Ruled overOne = under(door, "{\"recipients_over\":1}");
            overOne.lets(Wanted.to("a@x.example"));
            overOne.holds(Wanted.to("a@x.example", "b@x.example"));
            overOne.holds(Wanted.to("a@x.example").hidden("b@x.example"));
            Ruled overTwo = under(door, "{\"recipients_over\":2}");
            overTwo.lets(Wanted.to("a@x.example", "b@x.example"));
            overTwo.holds(Wanted.to("a@x.example", "b@x.example").cc("c@x.example"));
        }
    }

    @Test
    default void by_files() {
        for (Door door : Door.values()) {
            Ruled files = under(door, "{\"has_attachments\":true}");
            files.holds(Wanted.to("a@x.example").withFile());
            files.lets(Wanted.to("a@x.example"));
            Ruled none = under(door, "{\"has_attachments\":false}");
            none.holds(Wanted.to("a@x.example"));
            none.lets(Wanted.to("a@x.example").withFile());
        }
    }

    @Test
    default void by_whether_it_answers() {
        for (Door door : Door.values()) {
            Ruled answers = under(door, "{\"reply\":true}");
            answers.holds(Wanted.answer(question(answers)));
            answers.lets(Wanted.to("a@x.example"));
            Ruled others = under(door, "{\"reply\":false}");
            others.holds(Wanted.to("a@x.example"));
            others.lets(Wanted.answer(question(others)));
            // Whoever the question did not come from, nor go to, gets a new mail.
            others.holds(Wanted.answer(question(others)).cc("stranger@x.example"));
            others.holds(Wanted.answer(question(others)).hidden("stranger@x.example"));
        }
    }

    @Test
    default void by_first_contact() {
        for (Door door : Door.values()) {
            Ruled first = under(door, "{\"first_contact\":true}");
            first.holds(Wanted.to("new@x.example"));
            Question known = question(first);
            first.lets(Wanted.to("ada@customer.example"));
            first.lets(Wanted.answer(known));
            first.holds(Wanted.to("ada@customer.example", "new@x.example"));
            first.holds(Wanted.to("ada@customer.example").hidden("new@x.example"));

            Ruled again = under(door, "{\"first_contact\":false}");
            again.lets(Wanted.to("new@x.example"));
            again.holds(Wanted.to("new@x.example"));
        }
    }

    @Test
    default void by_who_wrote_it() {
        for (Door door : Door.values()) {
            Ruled program = under(door, "{\"generated\":true}");
            program.holds(Wanted.to("a@x.example"));

            String address = program.sender().address();
            String own = "{\"generated\":false}";
            String secret = approvals()
                    .personalSecret(
                            server().admin,
                            "[{\"action\": \"email:send\", \"when\": " + own + "}]",
                            "email:send",
                            "email:read");
            new Ruled(new Sender(server(), door, secret, address), own).holds(Wanted.to("a@x.example"));
            String free = approvals().personalSecret(server().admin, "[]", "email:send", "email:read");
            assertNull(new Sender(server(), door, free, address).ask(Wanted.to("a@x.example")));
        }
    }

    /** The header may name anybody: rules are about whoever gets the mail. */
    @Test
    default void by_the_envelope_and_not_by_the_header() {
        Ruled in = under(Door.SMTP, "{\"recipient_domain_in\":[\"partner.example\"]}");
        in.holdsFor(Wanted.to("a@other.example"), "b@partner.example");
        in.letsFor(Wanted.to("a@partner.example"), "b@other.example");
        Ruled notIn = under(Door.SMTP, "{\"recipient_domain_not_in\":[\"partner.example\"]}");
        notIn.holdsFor(Wanted.to("a@partner.example"), "b@other.example");
        notIn.holdsFor(Wanted.to("a@partner.example"), "a@partner.example", "b@other.example");
        notIn.letsFor(Wanted.to("a@other.example"), "b@partner.example");
        Ruled overOne = under(Door.SMTP, "{\"recipients_over\":1}");
        overOne.holdsFor(Wanted.to("a@partner.example"), "b@other.example", "c@other.example");
        overOne.letsFor(Wanted.to("a@partner.example", "b@partner.example"), "b@other.example");
        Ruled first = under(Door.SMTP, "{\"first_contact\":true}");
        Question known = question(first);
        first.holdsFor(Wanted.to("ada@customer.example"), "b@other.example");
        first.holdsFor(Wanted.answer(known), "ada@customer.example", "b@other.example");
        first.letsFor(Wanted.to("b@other.example"), "ada@customer.example");
        Ruled answers = under(Door.SMTP, "{\"reply\":true}");
        answers.holdsFor(Wanted.answer(question(answers)), "b@other.example");
        Ruled others = under(Door.SMTP, "{\"reply\":false}");
        others.holdsFor(Wanted.answer(question(others)), "b@other.example");
        others.letsFor(Wanted.answer(question(others)).cc("b@other.example"), "ada@customer.example");
        Ruled files = under(Door.SMTP, "{\"has_attachments\":true}");
        files.holdsFor(Wanted.to("a@partner.example").withFile(), "b@other.example");
        Ruled program = under(Door.SMTP, "{\"generated\":true}");
        program.holdsFor(Wanted.to("a@partner.example"), "b@other.example");
    }

    @Test
    default void all_conditions_of_a_rule_have_to_be_met_and_of_several_rules_one() {
        for (Door door : Door.values()) {
            Ruled both = under(door, "{\"recipients_over\":1,\"has_attachments\":false}");
            both.lets(Wanted.to("a@x.example"));
            both.holds(Wanted.to("a@x.example", "b@x.example"));
            both.lets(Wanted.to("a@x.example", "b@x.example").withFile());

            Sender either = at(door, """
                    [{"action": "email:send", "when": {"recipients_over": 1}},
                     {"action": "email:send", "when": {"has_attachments": true}, "reviewers": 2}]""");
            String strict = Objects.requireNonNull(
                    either.ask(Wanted.to("a@x.example", "b@x.example").withFile()));
            // The stricter one of two that hold it is the one that is asked for.
            Client admin = server().admin;
            assertEquals("pending", approve(admin, strict).expect(200).text("status"));
        }
    }
}
