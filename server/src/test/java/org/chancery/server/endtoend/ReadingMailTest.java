package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What kind of mail came in and what is new in it, as the content shows it. */
class ReadingMailTest {
    @TempDir
    private static Path directory;

    @SuppressWarnings("NullAway") // made before all tests
    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.on(directory);
        server.makeEndpoint("reading", "");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "human      | ada@customer.example | Hello there   | X-Mailer: None           | Will you come?",
                "auto_reply | ada@customer.example | Out           | Auto-Submitted: auto-replied | I am away.",
                "auto_reply | ada@customer.example | Abwesenheitsnotiz: Hallo | X-Mailer: None | Ich bin nicht da.",
                "list       | ada@customer.example | [talk] One    | List-Id: <talk.customer.example> | Hello list.",
                "bulk       | ada@customer.example | News          | List-Unsubscribe: <mailto:stop@customer.example> | Buy.",
                "complaint  | fbl@customer.example | A complaint   | Content-Type: multipart/report; report-type=feedback-report; boundary=b | --b",
                "bounce     | ada@customer.example | Returned      | X-Failed-Recipients: bob@x.example | Not delivered.",
                // What it says of a delivery counts only where a mail server may be speaking.
                "bounce     | post_master@customer.example | Re: Hello | X-Mailer: None | Error: no such user here. RCPT TO: bob@x.example",
                "human      | ada@customer.example | About the error | X-Mailer: None | It says: no such user here. RCPT TO: bob@x.example",
            })
    void each_kind_of_mail_is_told(String expected, String from, String subject, String field, String text) {
        String unique = subject + " " + Math.abs((from + field + text).hashCode());
        String message = receive(from, unique, field + "\r\n", text);
        assertEquals(expected, content(message).text("classification"));
    }

    @Test
    void newest_text_of_html_goes_by_its_markup_and_so_does_the_thread() {
        String first = receive(
                "ada@customer.example",
                "Only HTML",
                "Message-ID: <html-1@customer.example>\r\nContent-Type: text/html\r\n",
                "<div>Approved.</div><div id=divRplyFwdMsg>Xyz</div><div>old words</div>");
        String second = receive(
                "ada@customer.example",
                "Re: Only HTML",
                "In-Reply-To: <html-1@customer.example>\r\n",
                "And this.\r\n\r\nOn Tue, 5 Mar 2024 at 09:15, Bob <bob@example.com> wrote:\r\n> old words\r\n");
        Answer content = content(second);
        assertEquals("And this.", content.text("newest_text"));
        JsonNode thread = content.body().path("thread");
        assertEquals(2, thread.size());
        thread.forEach(entry -> assertEquals(
                entry.path("email_message_id").asText().equals(first) ? "Approved." : "And this.",
                entry.path("newest_text").asText()));
        assertTrue(content(first).text("text").contains("old words"), "all of it is in the text");
    }

    @Test
    void what_comes_to_a_return_path_is_told_by_its_content() {
        server.admin
                .post(
                        "/v1/messages/",
                        "{\"inbox_id\": \"reading@acme.example\", \"to\": [{\"email\": \"far@customer.example\"}],"
                                + " \"subject\": \"outbound reading\", \"text_body\": \"x\"}")
                .expect(202);
        String returnPath =
                server.peer.awaitMail(1, RunningServer.PATIENCE).getFirst().reversePath();
        String odd = "From: ada@customer.example\r\nTo: " + returnPath
                + "\r\nSubject: %s\r\n\r\nfar@customer.example could not be reached: %s.\r\n";
        assertTrue(server.mail("ada@customer.example", returnPath, odd.formatted("odd one", "no such user"))
                .startsWith("250"));
        assertEquals("bounce", content(server.await("odd one")).text("classification"));
        assertTrue(server.mail("ada@customer.example", returnPath, odd.formatted("odd two", "she is at lunch"))
                .startsWith("250"));
        assertEquals("human", content(server.await("odd two")).text("classification"));
    }

    private static Answer content(String message) {
        return server.admin
                .get("/v1/api/email/messages/" + message + "/content")
                .expect(200);
    }

    private static String receive(String from, String subject, String fields, String text) {
        String mail = "From: " + from + "\r\nTo: reading@acme.example\r\nSubject: " + subject + "\r\n" + fields + "\r\n"
                + text + "\r\n";
        assertTrue(server.mail(from, "reading@acme.example", mail).startsWith("250"));
        return server.await(subject);
    }
}
