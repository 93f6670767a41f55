package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the operator's commands refuse, and tell in words. */
class OperatorRefusalsTest {
    @TempDir
    static Path directory;

    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.on(directory);
    }

    @AfterAll
    static void end() {
        server.close();
    }

    @Test
    void a_domain_and_slug_are_one_workspaces() {
        server.makeWorkspace("other.example");
        String again = server.operator(
                "workspace",
                "add",
                "--name",
                "again",
                "--domain",
                "other.example",
                "--slug",
                "",
                "--owner",
                "o@a.example");
        assertTrue(again.contains("domain other.example and that slug exists already"), again);
    }

    @Test
    void a_member_gets_no_token_with_the_scope_admin() {
        server.makeMember("acme.example", "member@elsewhere.example", "email:read");
        String refused = token("member@elsewhere.example", "admin");
        assertTrue(refused.contains("A member's token cannot have the scope admin."), refused);
    }

    @Test
    void whoever_is_disabled_gets_no_token() {
        server.makeMember("acme.example", "gone@elsewhere.example", "email:read");
        String id = "";
        for (var user : server.admin.get("/v1/users/").expect(200).body()) {
            if (user.path("email").asText().equals("gone@elsewhere.example")) {
                id = user.path("user_id").asText();
            }
        }
        server.admin
                .patch("/v1/users/" + id + "/", "{\"status\": \"disabled\"}")
                .expect(200);
        String refused = token("gone@elsewhere.example", "email:read");
        assertTrue(refused.contains("A token of somebody who is disabled would let nobody in."), refused);
    }

    private static String token(String of, String scopes) {
        return server.operator(
                "token", "create", "--workspace", "acme.example", "--user", of, "--label", of, "--scopes", scopes);
    }
}
