package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.chancery.server.endtoend.RunningServer.Client;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people see who have signed in: admins all, members the mail from the addresses that are bound to them. */
class PeopleTest {

    private static String add(RunningServer server, String email, String role, String addresses) {
        String json = """
                {"email": "%s", "name": "Somebody", "role": "%s", "password": "a pass phrase", "addresses": [%s]}""";
        return server.admin
                .post("/v1/users/", json.formatted(email, role, addresses))
                .expect(201)
                .text("user_id");
    }

    private static List<String> waiting(Client client) {
        List<String> subjects = new ArrayList<>();
        for (JsonNode row :
                client.get("/v1/api/email/review").expect(200).body().path("awaiting_review")) {
            subjects.add(row.path("subject").asText());
        }
        return subjects;
    }

    private static void write(RunningServer server, String from, String subject) {
        String reply = server.mail(
                from,
                "desk@acme.example",
                RunningServer.content(from, "desk@acme.example", subject, subject + "@x.example", ""));
        assertTrue(reply.startsWith("250"), reply);
        server.await(subject);
    }

    @Test
    void a_member_sees_the_mail_of_their_addresses_and_no_other(@TempDir Path directory) {
        try (RunningServer server = RunningServer.on(directory)) {
            server.makeEndpoint("desk", "");
            String bob = add(server, "bob@acme.example", "member", "\"bob@home.example\"");
            add(server, "ann@acme.example", "admin", "");
            write(server, "bob@home.example", "bobs");
            write(server, "eve@far.example", "eves");
            Client member = server.signIn("bob@acme.example", "a pass phrase");
            Client admin = server.signIn("ann@acme.example", "a pass phrase");

            assertEquals(List.of("bobs"), waiting(member));
            assertEquals(List.of("eves", "bobs"), waiting(admin));
            member.get("/v1/api/email/endpoints").expect(403);
            member.get("/v1/users/").expect(403);

            server.admin
                    .patch("/v1/users/" + bob + "/", "{\"addresses\": [\"eve@far.example\"]}")
                    .expect(200);
            assertEquals(List.of("eves"), waiting(member));
        }
    }
}
