package org.chancery.api.signin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.chancery.api.Http.Reply;
import org.chancery.api.Tenant;
import org.chancery.api.TestServer;
import org.chancery.api.http.TrustedProxies;
import org.junit.jupiter.api.Test;

/** Limits of sign-in where all calls come over one connection's address; the test is the proxy. */
class BehindProxyTest {
    private static final String PASSWORD = "a long pass phrase";
    private static final String STRANGER = "198.51.100.1";
    private static final String PERSON = "198.51.100.2";

    private static Reply signIn(TestServer server, String email, String field, String value) {
        return server.http()
                .post(
                        "/api/auth/login",
                        null,
                        "{\"email\": \"" + email + "\", \"password\": \"" + PASSWORD + "\"}",
                        field,
                        value);
    }

    private static void addAnn(TestServer server) {
        Tenant tenant = server.newWorkspace();
        Reply made = tenant.post(
                "/v1/users/",
                "{\"email\": \"ann@home.example\", \"name\": \"Ann\", \"role\": \"admin\", \"password\": \"" + PASSWORD
                        + "\"}");
        assertEquals(201, made.status(), made::text);
    }

    /** Tries made-up addresses until it has to wait. */
    private static void exhaust(TestServer server, String field, String value) {
        int tries = 0;
        while (signIn(server, "person" + tries + "@home.example", field, value).status() == 401) {
            tries++;
            assertTrue(tries < 300, "there is no limit");
        }
    }

    @Test
    void a_stranger_keeps_nobody_else_out() {
        try (TestServer server = TestServer.start()) {
            addAnn(server);
            exhaust(server, "X-Forwarded-For", STRANGER);

            assertEquals(
                    200,
                    signIn(server, "ann@home.example", "X-Forwarded-For", PERSON)
                            .status());
            assertEquals(
                    200,
                    signIn(server, "ann@home.example", "Forwarded", "for=" + PERSON)
                            .status());
        }
    }

    @Test
    void what_the_stranger_writes_in_front_changes_nothing() {
        try (TestServer server = TestServer.start()) {
            addAnn(server);
            exhaust(server, "X-Forwarded-For", STRANGER);

            assertEquals(
                    429,
                    signIn(server, "ann@home.example", "X-Forwarded-For", PERSON + ", " + STRANGER)
                            .status());
        }
    }

    @Test
    void who_is_no_trusted_proxy_is_one_client_whatever_it_says() {
        try (TestServer server = TestServer.start(config -> config.behind(TrustedProxies.of(List.of("192.0.2.1"))))) {
            addAnn(server);
            exhaust(server, "X-Forwarded-For", STRANGER);

            assertEquals(
                    429,
                    signIn(server, "ann@home.example", "X-Forwarded-For", PERSON)
                            .status());
            assertEquals(
                    "",
                    signIn(server, "ann@home.example", "X-Forwarded-Proto", "https")
                            .header("Set-Cookie"));
        }
    }

    @Test
    void only_a_trusted_proxy_has_the_cookie_go_by_tls_alone() {
        try (TestServer trusting = TestServer.start();
                TestServer other = TestServer.start(config -> config.behind(TrustedProxies.of(List.of("192.0.2.1"))))) {
            addAnn(trusting);
            addAnn(other);

            assertTrue(signIn(trusting, "ann@home.example", "X-Forwarded-Proto", "https")
                    .header("Set-Cookie")
                    .endsWith("; Secure"));
            assertTrue(signIn(other, "ann@home.example", "X-Forwarded-Proto", "https")
                    .header("Set-Cookie")
                    .endsWith("; SameSite=Strict"));
        }
    }
}
