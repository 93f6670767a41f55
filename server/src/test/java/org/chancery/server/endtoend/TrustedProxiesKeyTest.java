package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import org.chancery.server.config.Keys;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code http.trusted-proxies}: whoever is none of them is the client, whatever it says. */
class TrustedProxiesKeyTest {

    private static Answer tryToSignIn(RunningServer server, int client) {
        return server.stranger()
                .call(
                        "POST",
                        "/api/auth/login",
                        "{\"email\": \"person" + client + "@home.example\", \"password\": \"wrong\"}",
                        "X-Forwarded-For",
                        "198.51.100." + client);
    }

    /** How many clients of a connection may try, of the first forty. */
    private static int clients(RunningServer server) {
        int tries = 0;
        while (tries < 40 && tryToSignIn(server, tries).status() == 401) {
            tries++;
        }
        return tries;
    }

    @Test
    void clients_are_told_apart_behind_a_trusted_proxy_only(@TempDir Path one, @TempDir Path other) {
        try (RunningServer trusting = RunningServer.on(one)) {
            assertEquals(40, clients(trusting));
        }
        try (RunningServer suspicious = RunningServer.on(other, Map.of(Keys.HTTP_TRUSTED_PROXIES, "192.0.2.0/24"))) {
            int tries = clients(suspicious);
            assertTrue(tries >= 30 && tries < 40, "tries: " + tries);
        }
    }
}
