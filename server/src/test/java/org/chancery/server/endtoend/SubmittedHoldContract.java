package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Approvals.EVERYTHING;
import static org.chancery.server.endtoend.Approvals.approve;
import static org.chancery.server.endtoend.Approvals.item;
import static org.chancery.server.endtoend.Approvals.lines;
import static org.chancery.server.endtoend.Approvals.raw;
import static org.chancery.server.endtoend.Approvals.reject;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.testkit.peer.ReceivedMail;
import org.junit.jupiter.api.Test;

/** A program that submits by SMTP is held by the same rules, and told so; run on each database. */
interface SubmittedHoldContract {
    Pattern HELD = Pattern.compile("250 2\\.0\\.0 held for approval (apr_[0-9a-z]+), as (msg_[0-9a-z]+)");

    RunningServer server();

    private Approvals approvals() {
        return new Approvals(server());
    }

    private Matcher submitHeld(String localPart, List<String> recipients, String subject) {
        String secret = approvals().secret(approvals().endpoint(localPart), EVERYTHING);
        String from = localPart + "@acme.example";
        String reply = approvals()
                .submit(
                        secret,
                        from,
                        recipients,
                        lines(
                                "From: Sales <" + from + ">",
                                "To: <client@elsewhere.example>",
                                "Subject: " + subject,
                                "X-Order: 17",
                                "",
                                "As discussed."));
        Matcher held = HELD.matcher(reply);
        assertTrue(held.matches(), reply);
        return held;
    }

    @Test
    default void a_submitted_mail_is_held_and_leaves_byte_for_byte_when_it_is_approved() {
        Matcher held =
                submitHeld("s.yes", List.of("client@elsewhere.example", "hidden@elsewhere.example"), "submitted");
        String approval = held.group(1);
        assertEquals("held", approvals().statusOf(held.group(2)));
        Answer shown = server().admin.get(item(approval)).expect(200);
        assertEquals(held.group(2), shown.text("message_id"));
        assertEquals(
                "hidden@elsewhere.example",
                shown.body().path("payload").path("bcc").get(0).path("email").asText());
        assertEquals(
                "As discussed.",
                shown.body().path("payload").path("text_body").asText().strip());
        assertEquals(List.of(), approvals().arrived("submitted"));

        byte[] looked = raw(server().admin, approval);
        approve(server().admin, approval).expect(200);
        ReceivedMail arrived = approvals().awaitArrival("submitted").getFirst();
        assertArrayEquals(looked, arrived.content().unsigned());
        assertTrue(new String(looked, StandardCharsets.UTF_8).contains("X-Order: 17\r\n"));
        assertEquals(
                Set.of("client@elsewhere.example", "hidden@elsewhere.example"), new HashSet<>(arrived.recipients()));
        assertEquals(1, approvals().arrived("submitted").size());
    }

    @Test
    default void a_submitted_mail_that_is_rejected_never_leaves() {
        Matcher held = submitHeld("s.no", List.of("client@elsewhere.example"), "submitted and rejected");
        reject(server().admin, held.group(1), "not today").expect(200);
        assertEquals("rejected", approvals().statusOf(held.group(2)));
        assertEquals(List.of(), approvals().arrived("submitted and rejected"));
    }
}
