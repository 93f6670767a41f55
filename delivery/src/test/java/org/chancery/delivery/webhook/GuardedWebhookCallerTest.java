package org.chancery.delivery.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SSLContext;
import org.chancery.core.access.WebhookSecret;
import org.chancery.core.webhook.WebhookCaller.Answer;
import org.chancery.core.webhook.WebhookCaller.Call;
import org.chancery.testkit.clock.TurningClock;
import org.chancery.testkit.peer.ScriptedDns;
import org.chancery.testkit.peer.ScriptedHttpPeer;
import org.chancery.testkit.peer.ScriptedHttpPeer.Reply;
import org.chancery.testkit.peer.ScriptedHttpPeer.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuardedWebhookCallerTest {
    private static final WebhookSecret SECRET = WebhookSecret.generate();
    private static final Map<String, Object> BODY = Map.of("type", "message.routed", "payload", Map.of("n", 1));

    /** Longer than any of these tests takes. */
    private static final Duration LONG = Duration.ofMinutes(5);

    private final TurningClock clock = TurningClock.atStart();
    private final ScriptedHttpPeer peer = ScriptedHttpPeer.start(request -> Reply.of(200, "thanks"));
    private final GuardedWebhookCaller caller = caller(host -> List.of(InetAddress.getLoopbackAddress()), true, 5000);

    private GuardedWebhookCaller caller(HostLookup lookup, boolean allowPrivate, int millis) {
        try {
            return new GuardedWebhookCaller(
                    new WebhookGuard(lookup, allowPrivate), SSLContext.getDefault(), Duration.ofMillis(millis), clock);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void close() {
        caller.close();
        peer.close();
    }

    private Answer call(String url) {
        return caller.call(new Call(url, SECRET, "evt_1", BODY));
    }

    @Test
    void a_call_is_signed_as_standard_webhooks_asks() throws Exception {
        Answer answer = call(peer.url("/hook/a?b=c"));
        assertEquals(new Answer.Status(200, "thanks", null), answer);
        Request request = peer.requests().getFirst();
        assertEquals("POST", request.method());
        assertEquals("/hook/a?b=c", request.target());
        assertEquals("application/json", request.header("content-type"));
        assertEquals("127.0.0.1:" + peer.port(), request.header("host"));
        assertEquals("evt_1", request.header("webhook-id"));
        String timestamp = request.header("webhook-timestamp");
        assertEquals(Long.toString(clock.instant().getEpochSecond()), timestamp);
        assertEquals(new ObjectMapper().valueToTree(BODY), new ObjectMapper().readTree(request.text()));

        // As a receiver checks it: with the text of the secret, behind its prefix.
        byte[] key = Base64.getDecoder().decode(SECRET.reveal().substring("whsec_".length()));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        byte[] signed = mac.doFinal(("evt_1." + timestamp + "." + request.text()).getBytes(StandardCharsets.UTF_8));
        assertEquals("v1," + Base64.getEncoder().encodeToString(signed), request.header("webhook-signature"));
    }

    @Test
    void redirects_are_not_followed() {
        AtomicInteger others = new AtomicInteger();
        peer.script(request -> {
            if (request.target().equals("/elsewhere")) {
                others.incrementAndGet();
            }
            return Reply.of(302, "").with("Location", peer.url("/elsewhere"));
        });
        Answer.Status status = assertInstanceOf(Answer.Status.class, call(peer.url("/")));
        assertEquals(302, status.code());
        assertEquals(0, others.get());
    }

    @Test
    void a_name_that_leads_inside_by_the_time_of_the_call_is_not_called() {
        try (GuardedWebhookCaller guarded = caller(host -> List.of(InetAddress.getLoopbackAddress()), false, 5000)) {
            Answer answer =
                    guarded.call(new Call("http://rebound.example:" + peer.port() + "/", SECRET, "evt_1", BODY));
            assertInstanceOf(Answer.Forbidden.class, answer);
            assertEquals(List.of(), peer.requests());
        }
    }

    @Test
    void the_name_is_looked_up_once_for_check_and_connection() {
        AtomicInteger asked = new AtomicInteger();
        HostLookup turning = host -> {
            asked.incrementAndGet();
            return List.of(InetAddress.getLoopbackAddress());
        };
        try (GuardedWebhookCaller counted = caller(turning, true, 5000)) {
            counted.call(new Call("http://hooks.example:" + peer.port() + "/", SECRET, "evt_1", BODY));
            assertEquals(1, asked.get());
            assertEquals(
                    "hooks.example:" + peer.port(), peer.requests().getFirst().header("host"));
        }
    }

    @Test
    void a_name_that_turns_inside_after_it_was_set_is_not_called() {
        try (ScriptedDns dns = ScriptedDns.start()) {
            dns.a("hooks.example", "203.0.113.7");
            HostLookup lookup = NameServerLookup.asking(List.of(dns.address()), LONG);
            WebhookGuard guard = new WebhookGuard(lookup, false);
            String url = "http://hooks.example:" + peer.port() + "/";
            assertEquals(Optional.empty(), guard.refusal(url));
            dns.nxdomain("hooks.example").a("hooks.example", "127.0.0.1");
            try (GuardedWebhookCaller guarded = caller(lookup, false, 5000)) {
                assertInstanceOf(Answer.Forbidden.class, guarded.call(new Call(url, SECRET, "evt_1", BODY)));
            }
            assertEquals(List.of(), peer.requests());
        }
    }

    @Test
    void a_name_that_turns_between_check_and_connection_is_asked_about_once_only() {
        try (ScriptedDns dns = ScriptedDns.start()) {
            dns.a("hooks.example", "127.0.0.1");
            HostLookup asking = NameServerLookup.asking(List.of(dns.address()), LONG);
            HostLookup turning = host -> {
                List<InetAddress> checked = asking.addresses(host);
                // Whoever asked again would be led to where nobody is.
                dns.nxdomain(host);
                return checked;
            };
            try (GuardedWebhookCaller pinned = caller(turning, true, 5000)) {
                Call call = new Call("http://hooks.example:" + peer.port() + "/", SECRET, "evt_1", BODY);
                assertEquals(
                        200,
                        assertInstanceOf(Answer.Status.class, pinned.call(call)).code());
            }
            assertEquals(Set.of("hooks.example. A", "hooks.example. AAAA"), Set.copyOf(dns.queries()));
        }
    }

    @Test
    void names_that_hang_delay_no_other_webhook() throws InterruptedException {
        try (ScriptedDns dns = ScriptedDns.start()) {
            dns.silent("hangs.example").a("hooks.example", "127.0.0.1");
            // More than there are carriers, on the threads that calls are made on.
            int many = 4 * Runtime.getRuntime().availableProcessors() + 20;
            List<Thread> hanging = new ArrayList<>();
            try (GuardedWebhookCaller guarded =
                    caller(NameServerLookup.asking(List.of(dns.address()), LONG), true, 60_000)) {
                for (int i = 0; i < many; i++) {
                    hanging.add(Thread.startVirtualThread(
                            () -> guarded.call(new Call("http://hangs.example/", SECRET, "evt_0", BODY))));
                }
                CompletableFuture<Answer> other = new CompletableFuture<>();
                Thread.startVirtualThread(() -> other.complete(
                        guarded.call(new Call("http://hooks.example:" + peer.port() + "/", SECRET, "evt_1", BODY))));
                assertEquals(
                        200, assertInstanceOf(Answer.Status.class, other.join()).code());
                assertTrue(hanging.stream().allMatch(Thread::isAlive), "they wait all the while");
            } finally {
                for (Thread thread : hanging) {
                    thread.interrupt();
                    thread.join();
                }
            }
        }
    }

    @Test
    void a_long_or_odd_answer_is_kept_short_and_printable() {
        peer.script(request -> Reply.of(500, "a\u0000\u001b[31m\r\nb" + "x".repeat(100_000)));
        Answer.Status status = assertInstanceOf(Answer.Status.class, call(peer.url("/")));
        assertEquals(500, status.code());
        assertTrue(status.excerpt().length() <= 300);
        assertFalse(status.excerpt().chars().anyMatch(Character::isISOControl));
        assertTrue(status.excerpt().startsWith("a [31m bxxx"), status.excerpt());
    }

    @ParameterizedTest
    @ValueSource(strings = {"30", "100000"})
    void a_receiver_may_ask_to_be_left_alone_but_not_for_ever(String seconds) {
        peer.script(request -> Reply.of(429, "").with("Retry-After", seconds));
        Answer.Status status = assertInstanceOf(Answer.Status.class, call(peer.url("/")));
        assertEquals(Duration.ofSeconds(Math.min(3600, Long.parseLong(seconds))), status.retryAfter());
    }

    @Test
    void one_that_gives_no_answer_is_given_up_after_the_limit() {
        peer.script(request -> Reply.of(200, "late").after(Duration.ofMinutes(1)));
        try (GuardedWebhookCaller hurried = caller(host -> List.of(InetAddress.getLoopbackAddress()), true, 300)) {
            Answer answer = hurried.call(new Call(peer.url("/"), SECRET, "evt_1", BODY));
            Answer.Unreachable late = assertInstanceOf(Answer.Unreachable.class, answer);
            assertTrue(late.why().contains("within"), late.why());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "220 mail.example ESMTP\r\n",
                "HTTP/1.1 abc\r\n\r\n",
                "HTTP/2 200\r\n\r\n",
                "",
                "HTTP/1.1 200 OK\r\nX: ",
            })
    void what_does_not_speak_http_has_not_taken_the_event(String said) throws IOException {
        try (ServerSocket odd = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answer(odd, said));
            assertInstanceOf(Answer.Unreachable.class, call("http://127.0.0.1:" + odd.getLocalPort() + "/"));
        }
    }

    @Test
    void a_header_without_end_is_not_read_to_its_end() throws IOException {
        try (ServerSocket odd = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answer(odd, "HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(100_000)));
            assertInstanceOf(Answer.Unreachable.class, call("http://127.0.0.1:" + odd.getLocalPort() + "/"));
        }
    }

    @Test
    void a_host_that_cannot_prove_its_name_is_not_told_anything() {
        Answer answer = call("https://127.0.0.1:" + peer.port() + "/");
        assertInstanceOf(Answer.Unreachable.class, answer);
        assertEquals(List.of(), peer.requests());
    }

    @Test
    void nobody_there_is_no_answer() throws IOException {
        int port;
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = gone.getLocalPort();
        }
        assertInstanceOf(Answer.Unreachable.class, call("http://127.0.0.1:" + port + "/"));
    }

    private static void answer(ServerSocket server, String said) {
        try (Socket socket = server.accept();
                OutputStream out = socket.getOutputStream()) {
            byte[] some = new byte[100];
            if (socket.getInputStream().read(some) > 0) {
                out.write(said.getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException hungUp) {
            // The caller had enough.
        }
    }
}
