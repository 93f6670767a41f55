package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Outgoing.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Objects;
import org.chancery.server.endtoend.Outgoing.Sent;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.testkit.peer.Stage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** However a refusal comes, its category and the peer's words stand with each recipient and in the event; run on each database. */
interface BounceCategoriesContract {
    RunningServer server();

    /** How a mail comes back. */
    enum Way {
        /** In a report in the form of RFC 3464. */
        REPORT,
        /** In a report in a form of its own. */
        FREE_FORM,
        /** Refused at once, one recipient of it. */
        RCPT,
        /** Refused at once, before its recipients. */
        MAIL,
        DATA,
        END_OF_DATA;

        boolean isAboutTheMail() {
            return switch (this) {
                case REPORT, FREE_FORM, RCPT -> false;
                case MAIL, DATA, END_OF_DATA -> true;
            };
        }
    }

    /** A mail to two at one server: what becomes of both, as far as the refusal says. */
    @ParameterizedTest(name = "{0}, {1}: {3}")
    @CsvSource(delimiter = '|', textBlock = """
                    REPORT      | hard        | 5.1.1 | 550 5.1.1 User unknown
                    REPORT      | hard        | 5.1.2 |
                    REPORT      | soft        | 5.2.2 | 552 5.2.2 The mailbox is full
                    REPORT      | soft        | 4.4.1 | 421 4.4.1 Connection timed out
                    REPORT      | spam_policy | 5.7.1 | 554 5.7.1 Message refused, it looks like spam
                    REPORT      | unknown     | 5.0.0 | 554 Transaction failed
                    FREE_FORM   | hard        |       | Sorry, no mailbox here by that name. (#5.1.1)
                    FREE_FORM   | soft        |       | The mailbox is full.
                    FREE_FORM   | spam_policy |       | Our filter blocked it.
                    FREE_FORM   | unknown     |       | The gateway gave it up.
                    RCPT        | hard        |       | 550 5.1.1 No such user here
                    RCPT        | soft        |       | 552 5.2.2 Mailbox full
                    RCPT        | spam_policy |       | 554 5.7.1 Your IP is on a list
                    RCPT        | unknown     |       | 550 5.5.0 Not today
                    MAIL        | soft        |       | 552 5.3.4 Message too large
                    MAIL        | spam_policy |       | 550 5.1.1 No such user
                    DATA        | hard        |       | 550 5.1.1 User unknown
                    DATA        | soft        |       | 552 5.2.2 Mailbox full
                    DATA        | spam_policy |       | 554 5.7.1 Refused by policy
                    DATA        | unknown     |       | 554 No such user
                    END_OF_DATA | hard        |       | 550 5.1.1 User unknown
                    END_OF_DATA | soft        |       | 552 5.3.4 Message too big
                    END_OF_DATA | spam_policy |       | 550 5.7.26 Unauthenticated
                    END_OF_DATA | unknown     |       | 554 5.3.0 Transaction failed
                    """)
    default void each_category_of_each_way_is_told_with_the_peers_words_for_each_recipient(
            Way way, String category, @Nullable String status, @Nullable String words) {
        Outgoing outgoing = new Outgoing(server());
        String domain = Outgoing.domain();
        List<String> both = List.of("first@" + domain, "second@" + domain);
        Sent sent = comeBack(
                outgoing, way, both, Objects.requireNonNullElse(status, ""), Objects.requireNonNullElse(words, ""));
        String said = way == Way.FREE_FORM
                ? "Sorry, I wasn't able to deliver your message. <" + both.getFirst() + ">: " + words
                : words == null ? Objects.requireNonNull(status) : words;
        List<String> bounced = way.isAboutTheMail() ? both : both.subList(0, 1);

        JsonNode event = outgoing.event("message.bounced", sent);
        isTold(
                event,
                sent,
                bounced.stream()
                        .map(address -> new Said(address, said, category))
                        .toList());
        for (String address : both) {
            JsonNode expected = bounced.contains(address)
                    ? delivery(address, "bounced", said, event)
                    : delivery(address, "delivered", "250 2.0.0 kept", outgoing.event("message.delivered", sent));
            assertEquals(expected, outgoing.delivery(sent, address));
        }
        for (String address : both) {
            isSuppressed(address, bounced.contains(address) && category.equals("hard") ? said : null);
        }
    }

    /** What a bounce says of a recipient. */
    record Said(String address, String words, String category) {}

    private static void isTold(JsonNode event, Sent sent, List<Said> recipients) {
        ObjectNode payload = JsonNodeFactory.instance.objectNode();
        payload.put("message_id", sent.id()).put("thread_id", sent.thread());
        ArrayNode list = payload.putArray("recipients");
        recipients.forEach(one -> list.addObject()
                .put("address", one.address())
                .put("smtp_reply", one.words())
                .put("bounce_category", one.category()));
        assertEquals(payload, event.path("payload"));
        assertEquals(sent.inbox(), event.path("inbox_id").asText());
    }

    private static JsonNode delivery(String address, String status, String reply, JsonNode toldBy) {
        ObjectNode delivery = (ObjectNode) json("{\"tls\": null, \"mta_sts\": null}");
        return delivery.put("address", address)
                .put("status", status)
                .put("smtp_reply", reply)
                .put("at", toldBy.path("created_at").asText());
    }

    private void isSuppressed(String address, @Nullable String note) {
        Answer entry = server().admin.get("/v1/suppressions/" + address + "/");
        if (note == null) {
            entry.expect(404);
        } else {
            assertEquals("hard_bounce", entry.expect(200).text("reason"));
            assertEquals(note, entry.text("note"));
        }
    }

    private Sent comeBack(Outgoing outgoing, Way way, List<String> both, String status, String words) {
        String first = both.getFirst();
        switch (way) {
            case REPORT, FREE_FORM -> {}
            case RCPT -> server().peer.at(Stage.RCPT, first).answer(words);
            case MAIL -> {
                // In a session that is used again, a refusal of MAIL would be asked about once more.
                server().peer.at(Stage.RSET).once().answer("421 4.7.0 enough for one session");
                server().peer.at(Stage.MAIL, "bounces").once().answer(words);
            }
            case DATA -> server().peer.at(Stage.DATA).once().answer(words);
            case END_OF_DATA -> server().peer.at(Stage.END_OF_DATA).once().answer(words);
        }
        Sent sent = outgoing.send(both.toArray(String[]::new));
        if (way == Way.REPORT || way == Way.FREE_FORM) {
            outgoing.await(sent, "delivered");
            String report = way == Way.REPORT ? dsn(first, status, words) : freeForm(first, words);
            String reply = server().mail(null, outgoing.returnPath(sent, first), report);
            assertTrue(reply.startsWith("250"), reply);
        }
        outgoing.await(sent, "bounced");
        return sent;
    }

    private static String dsn(String recipient, String status, String words) {
        String report = ReturnedMailContract.dsn(recipient, "failed", status, words, null);
        return words.isEmpty() ? report.replace("Diagnostic-Code: smtp; \r\n", "") : report;
    }

    private static String freeForm(String recipient, String words) {
        return "From: MAILER-DAEMON@mx.far.example\r\nSubject: failure notice\r\nMessage-ID: <" + recipient.hashCode()
                + "@mx.far.example>\r\n\r\nSorry, I wasn't able to deliver your message.\r\n\r\n<" + recipient
                + ">:\r\n" + words + "\r\n";
    }

    @Test
    default void of_several_that_are_refused_in_one_conversation_each_has_its_own() {
        Outgoing outgoing = new Outgoing(server());
        String at = "@" + Outgoing.domain();
        List<Said> refused = List.of(
                new Said("gone" + at, "550 5.1.1 No such user here", "hard"),
                new Said("full" + at, "552 5.2.2 Mailbox full", "soft"),
                new Said("odd" + at, "550 5.5.0 Not today", "unknown"));
        refused.forEach(one -> server().peer.at(Stage.RCPT, one.address()).answer(one.words()));
        Sent sent = outgoing.send("gone" + at, "well" + at, "full" + at, "odd" + at);
        outgoing.await(sent, "bounced");
        isTold(outgoing.event("message.bounced", sent), sent, refused);
        JsonNode delivered = outgoing.event("message.delivered", sent);
        assertEquals(
                json("[{\"address\": \"well" + at + "\", \"smtp_reply\": \"250 2.0.0 kept\"}]"),
                delivered.at("/payload/recipients"));
        assertEquals(
                delivery("well" + at, "delivered", "250 2.0.0 kept", delivered), outgoing.delivery(sent, "well" + at));
    }

    @Test
    default void of_several_in_one_report_each_has_its_own_in_either_form() {
        Outgoing outgoing = new Outgoing(server());
        String at = "@" + Outgoing.domain();
        Sent sent = outgoing.send("gone" + at, "full" + at, "well" + at);
        outgoing.await(sent, "delivered");
        String second = "\r\nFinal-Recipient: rfc822; full" + at
                + "\r\nAction: failed\r\nStatus: 5.2.2\r\nDiagnostic-Code: smtp; 552 5.2.2 Mailbox\r\n    full\r\n";
        String report = dsn("gone" + at, "5.1.1", "550 5.1.1 No such user here")
                .replace("No such user here\r\n", "No such user here\r\n" + second);
        server().mail(null, outgoing.returnPath(sent, "gone" + at), report);
        outgoing.await(sent, "bounced");
        isTold(
                outgoing.event("message.bounced", sent),
                sent,
                List.of(
                        new Said("gone" + at, "550 5.1.1 No such user here", "hard"),
                        new Said("full" + at, "552 5.2.2 Mailbox full", "soft")));

        Sent other = outgoing.send("nobody" + at, "wary" + at);
        outgoing.await(other, "delivered");
        String freely = freeForm("nobody" + at, "No such user here. (#5.1.1)") + "\r\n<wary" + at
                + ">:\r\nOur filter blocked it.\r\n";
        server().mail(null, outgoing.returnPath(other, "wary" + at), freely);
        outgoing.await(other, "bounced");
        isTold(
                outgoing.event("message.bounced", other),
                other,
                List.of(
                        new Said("nobody" + at, "<nobody" + at + ">: No such user here. (#5.1.1)", "hard"),
                        new Said("wary" + at, "<wary" + at + ">: Our filter blocked it.", "spam_policy")));
    }
}
