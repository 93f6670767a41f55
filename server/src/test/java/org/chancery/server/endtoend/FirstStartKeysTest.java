package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chancery.server.config.Keys;
import org.chancery.testkit.smtp.SmtpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the keys of the first workspace and its owner make, as the operator, a client of the API and a stranger see it. */
class FirstStartKeysTest {

    @Test
    void the_first_workspace_has_the_name_domain_and_slug_that_were_set(@TempDir Path directory) throws IOException {
        try (RunningServer plain = RunningServer.on(directory.resolve("plain"));
                RunningServer set = RunningServer.on(
                        directory.resolve("set"),
                        Map.of(
                                Keys.WORKSPACE_NAME, "B\u00fccherei",
                                Keys.WORKSPACE_DOMAIN, "B\u00fccher.example",
                                Keys.WORKSPACE_SLUG, "shop"))) {
            assertTrue(plain.printed().contains("made workspace Default for acme.example"), plain.printed());
            assertTrue(set.printed().contains("made workspace B\u00fccherei for xn--bcher-kva.example"), set.printed());
            plain.makeEndpoint("sales", "");
            set.makeEndpoint("sales", "");
            assertTrue(rcpt(plain, "sales@acme.example").startsWith("250"));
            assertTrue(rcpt(plain, "sales-shop@acme.example").startsWith("550 5.1.1"));
            assertTrue(rcpt(set, "sales-shop@xn--bcher-kva.example").startsWith("250"));
            assertTrue(rcpt(set, "sales@xn--bcher-kva.example").startsWith("550 5.1.1"));
            assertTrue(rcpt(set, "sales@acme.example").startsWith("550 5.7.1"));
        }
    }

    @Test
    void a_token_that_was_set_is_the_owners_and_is_not_printed(@TempDir Path directory) {
        try (RunningServer server = RunningServer.on(directory)) {
            assertEquals(
                    "owner@acme.example",
                    server.admin.get("/v1/whoami/").expect(200).text("label"));
            assertFalse(server.printed().contains("token"), server.printed());
        }
    }

    @Test
    void a_token_that_was_not_set_is_made_and_printed_once_with_the_owners_address(@TempDir Path directory) {
        try (RunningServer server =
                RunningServer.on(directory, Map.of(Keys.ADMIN_TOKEN, "", Keys.ADMIN_EMAIL, "kim@acme.example"))) {
            Matcher line = Pattern.compile("token of kim@acme\\.example, shown only now: (\\S+)")
                    .matcher(server.printed());
            assertTrue(line.find(), server.printed());
            RunningServer.Client owner = server.new Client(line.group(1));
            assertEquals(
                    "kim@acme.example", owner.get("/v1/whoami/").expect(200).text("label"));
            server.admin.get("/v1/whoami/").expect(401);
            server.restart();
            assertFalse(line.find(), server.printed());
            owner.get("/v1/whoami/").expect(200);
        }
    }

    @Test
    void the_owner_signs_in_with_the_password_that_was_set_or_was_printed_once(@TempDir Path directory) {
        try (RunningServer set =
                        RunningServer.on(directory.resolve("set"), Map.of(Keys.ADMIN_PASSWORD, "open says me"));
                RunningServer made = RunningServer.on(directory.resolve("made"))) {
            assertFalse(set.printed().contains("open says me"), set.printed());
            set.signIn("owner@acme.example", "open says me").get("/v1/users/").expect(200);
            Matcher line = Pattern.compile("password of owner@acme\\.example, shown only now: (\\S+)")
                    .matcher(made.printed());
            assertTrue(line.find(), made.printed());
            String password = line.group(1);
            made.signIn("owner@acme.example", password).get("/v1/users/").expect(200);
            made.restart();
            assertFalse(line.find(), made.printed());
            made.signIn("owner@acme.example", password).get("/v1/users/").expect(200);
        }
    }

    private static String rcpt(RunningServer server, String recipient) throws IOException {
        try (SmtpClient client = SmtpClient.connect(server.port("smtp"))) {
            client.greet();
            client.command("MAIL FROM:<ada@far.example>");
            return client.command("RCPT TO:<" + recipient + ">");
        }
    }
}
