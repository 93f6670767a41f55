package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.chancery.server.endtoend.RunningServer.Client;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which address leads where, with one workspace that owns its domain ({@code acme.example}), and two that share another one
 * ({@code shared.example}, with the slugs {@code red} and {@code dark-red}).
 */
class EndpointAddressesTest {
    private static final String ENDPOINTS = "/v1/api/email/endpoints";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path directory;

    @SuppressWarnings("NullAway.Init")
    private static RunningServer server;

    @SuppressWarnings("NullAway.Init")
    private static Client red;

    @SuppressWarnings("NullAway.Init")
    private static Client darkRed;

    @BeforeAll
    static void start() {
        server = RunningServer.on(directory);
        red = server.makeWorkspace("shared.example", "red");
        darkRed = server.makeWorkspace("shared.example", "dark-red");
        for (Client each : new Client[] {server.admin, red, darkRed}) {
            each.post(ENDPOINTS, "{\"localpart\": \"sales.eu\", \"kind\": \"custom\"}")
                    .expect(201);
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void a_client_assembles_the_address_from_the_list() {
        assertEquals("sales.eu@acme.example", assembled(server.admin));
        assertEquals("sales.eu-red@shared.example", assembled(red));
        assertEquals("sales.eu-dark-red@shared.example", assembled(darkRed));
    }

    /** As the seed says, the dash left out where there is no slug; the endpoint tells the same. */
    private static String assembled(Client client) {
        JsonNode list = client.get(ENDPOINTS).expect(200).body();
        assertEquals("mail", list.path("outbound_mailbox_localpart").asText());
        JsonNode endpoint = list.path("endpoints").get(1);
        String slug = list.path("tenant_email_slug").asText();
        String address = endpoint.path("localpart").asText() + (slug.isEmpty() ? "" : "-" + slug) + "@"
                + list.path("domain").asText();
        assertEquals(address, endpoint.path("address").asText());
        return address;
    }

    private static Client owner(String workspace) {
        return workspace.equals("red") ? red : workspace.equals("dark-red") ? darkRed : server.admin;
    }

    private static void say(String recipient, String subject) {
        String reply = server.mail(
                "ada@customer.example",
                recipient,
                RunningServer.content("ada@customer.example", recipient, subject, subject + "@customer.example", ""));
        assertTrue(reply.startsWith("250"), reply);
    }

    private static JsonNode row(Client client, String queue, String subject) {
        JsonNode review = client.until(
                        "/v1/api/email/review",
                        answer -> answer.body()
                                .path(queue)
                                .findValuesAsText("subject")
                                .contains(subject))
                .body();
        for (JsonNode row : review.path(queue)) {
            if (row.path("subject").asText().equals(subject)) {
                return row;
            }
        }
        throw new AssertionError(subject);
    }

    @ParameterizedTest
    @CsvSource({
        "acme, sales.eu@acme.example",
        "acme, SALES.EU@ACME.EXAMPLE",
        "acme, sales.eu-@acme.example",
        "acme, sales.eu+tag@acme.example",
        "acme, sales.eu+a+b@acme.example",
        "acme, sales.eu-+tag@acme.example",
        "acme, '\"sales.eu\"@acme.example'",
        "red, sales.eu-red@shared.example",
        "red, Sales.EU-Red@shared.example",
        "red, sales.eu-red+tag@shared.example",
        "red, sales.eu+tag-red@shared.example",
        "dark-red, sales.eu-dark-red@shared.example",
        "dark-red, sales.eu-dark-red+tag@shared.example",
        "dark-red, sales.eu+tag-dark-red@shared.example",
    })
    void an_address_in_every_spelling_leads_to_the_endpoint(String workspace, String address) {
        String subject = "to-" + Integer.toHexString(address.hashCode());
        say(address, subject);
        assertEquals(
                "sales.eu",
                row(owner(workspace), "awaiting_review", subject)
                        .path("endpoint_localpart")
                        .asText());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sales@acme.example",
                "sales.eu@shared.example",
                "sales.eu-@shared.example",
                "sales.eu-blue@shared.example",
                "sales.eu-red@acme.example",
                "sales.eu+tag@shared.example",
                "+sales.eu@acme.example",
                "-@acme.example",
                "bounces+x-0123456789abcdef@acme.example"
            })
    void what_is_nobodys_is_unknown(String address) {
        assertTrue(server.mail("ada@customer.example", address, "").startsWith("550 5.1.1"), address);
    }

    @ParameterizedTest
    @CsvSource({
        "acme, postmaster@acme.example",
        "acme, Abuse@acme.example",
        "acme, postmaster+tag@acme.example",
        "acme, abuse-@acme.example",
        "red, postmaster@shared.example",
        "red, postmaster-red@shared.example",
        "red, abuse-red+x@shared.example",
        "dark-red, abuse-dark-red@shared.example",
    })
    void postmaster_and_abuse_always_reach_the_admins(String workspace, String address) {
        String subject = "for-" + Integer.toHexString(address.hashCode());
        say(address, subject);
        assertEquals(
                "mail",
                row(owner(workspace), "unrouted", subject)
                        .path("endpoint_localpart")
                        .asText());
    }

    @Test
    void mail_for_an_address_is_seen_by_its_own_workspace_only() {
        say("sales.eu-red@shared.example", "only-red");
        row(red, "awaiting_review", "only-red");
        for (Client other : new Client[] {server.admin, darkRed}) {
            String all = other.get("/v1/api/email/activity?limit=200")
                    .expect(200)
                    .body()
                    .toString();
            assertTrue(!all.contains("only-red"), all);
        }
    }

    @Test
    void an_address_is_made_once_on_the_whole_server() {
        red.post(ENDPOINTS, "{\"localpart\": \"sales.eu\", \"kind\": \"custom\"}")
                .expect(409);
        assertEquals(
                "/localpart",
                red.post(ENDPOINTS, "{\"localpart\": \"help-dark\", \"kind\": \"custom\"}")
                        .expect(422)
                        .body()
                        .at("/errors/0/pointer")
                        .asText(),
                "help-dark-red@ would read as dark-red's");
        red.post(ENDPOINTS, "{\"localpart\": \"mail\", \"kind\": \"custom\"}").expect(409);
    }
}
