package org.chancery.api.triage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import org.chancery.api.Http.Reply;
import org.chancery.api.Tenant;
import org.chancery.api.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AttachmentDownloadTest {
    private static final String MESSAGES = "/v1/api/email/messages/";

    @SuppressWarnings("NullAway.Init")
    private static TestServer server;

    @SuppressWarnings("NullAway.Init")
    private Tenant tenant;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void begin() {
        tenant = server.newWorkspace();
        tenant.endpoint("desk");
    }

    private String mailWith(String headers, byte[] content) {
        String base64 = Base64.getMimeEncoder().encodeToString(content).replace("\r", "");
        String mail = """
                From: ann@elsewhere.example
                To: desk@example.org
                Subject: Files
                MIME-Version: 1.0
                Content-Type: multipart/mixed; boundary=b

                --b
                Content-Type: text/plain

                See the file.
                --b
                %s
                Content-Transfer-Encoding: base64

                %s
                --b--
                """.formatted(headers.strip(), base64);
        return server.deliver(tenant.address("desk"), mail).text();
    }

    private Reply download(String message, String file) {
        return tenant.get(MESSAGES + message + "/attachments/" + file + "/download");
    }

    private String onlyFile(String message) {
        JsonNode files = tenant.get(MESSAGES + message + "/content").json().get("attachments");
        assertEquals(1, files.size(), files::toString);
        return files.get(0).get("id").asText();
    }

    @Test
    void a_file_is_streamed_as_it_was_sent() {
        byte[] content = new byte[300_000];
        new Random(1).nextBytes(content);
        String message = mailWith("Content-Type: application/pdf; name=a.pdf", content);
        Reply reply = download(message, onlyFile(message));

        assertEquals(200, reply.status(), reply::text);
        assertEquals("application/pdf", reply.header("Content-Type"));
        assertEquals("300000", reply.header("Content-Length"));
        assertEquals("no-store", reply.header("Cache-Control"));
        assertEquals("nosniff", reply.header("X-Content-Type-Options"));
        assertEquals("attachment; filename=\"a.pdf\"", reply.header("Content-Disposition"));
        assertTrue(reply.header("Content-Security-Policy").startsWith("sandbox; default-src 'none'"));
        assertArrayEquals(content, reply.bytes());
    }

    @Test
    void what_a_browser_could_run_has_its_type_and_is_saved_all_the_same() {
        for (String type : new String[] {"text/html", "image/svg+xml", "application/xhtml+xml", "text/xml"}) {
            String message = mailWith(
                    "Content-Type: " + type + "; name=x\nContent-Disposition: inline; filename=x",
                    "<script>alert(1)</script>".getBytes(StandardCharsets.UTF_8));
            Reply reply = download(message, onlyFile(message));
            assertEquals(200, reply.status(), reply::text);
            assertEquals(type, reply.header("Content-Type"));
            assertTrue(reply.header("Content-Disposition").startsWith("attachment;"), type);
            assertTrue(reply.header("Content-Security-Policy").contains("sandbox"), type);
        }
    }

    @Test
    void a_type_that_is_none_becomes_bare_octets() {
        for (String type : new String[] {"nonsense", "text/", "a/b/c", "text/h tml", "\"text/html\""}) {
            String message =
                    mailWith("Content-Type: " + type + "\nContent-Disposition: attachment; filename=x", new byte[9]);
            Reply reply = download(message, onlyFile(message));
            assertEquals(200, reply.status(), reply::text);
            assertTrue(
                    reply.header("Content-Type").matches("application/octet-stream|text/(plain|h)|a/b"),
                    type + ": " + reply.header("Content-Type"));
        }
    }

    @Test
    void a_name_with_a_line_end_in_it_makes_no_header_field() {
        String message = mailWith(
                "Content-Type: application/pdf\nContent-Disposition: attachment; filename*=UTF-8''a%0D%0ASet-Cookie:%20x=1",
                new byte[1]);
        Reply reply = download(message, onlyFile(message));
        assertEquals(200, reply.status(), reply::text);
        assertEquals("", reply.header("Set-Cookie"));
    }

    @Test
    void what_is_no_file_of_the_mail_is_404() {
        String message = mailWith("Content-Type: application/pdf; name=a.pdf", new byte[10]);
        String other = tenant.mailTo("desk", "ann@elsewhere.example", "Plain", "x");
        String file = onlyFile(message);
        for (String id : new String[] {"9", "1", "2.1", "%20", "..%2f", "x".repeat(200)}) {
            assertTrue(id.equals(file) || download(message, id).status() >= 400, id);
        }
        assertEquals(404, download(message, "1").status(), "the text is no file");
        assertEquals(404, download(other, file).status());
        Tenant stranger = server.newWorkspace();
        assertEquals(
                404,
                stranger.get(MESSAGES + message + "/attachments/" + file + "/download")
                        .status());
    }

    @Test
    void files_are_for_admins() {
        String message = mailWith("Content-Type: application/pdf; name=a.pdf", new byte[10]);
        String path = MESSAGES + message + "/attachments/" + onlyFile(message) + "/download";
        String reader = tenant.personalToken("conversations:read", "conversations:write", "email:read");
        assertEquals(403, server.http().get(path, reader).status());
        assertEquals(401, server.http().get(path, null).status());
    }

    @Test
    void who_reads_slowly_keeps_nobody_else_waiting() throws IOException {
        byte[] content = new byte[3 << 20];
        String message = mailWith("Content-Type: application/zip; name=a.zip", content);
        String path = MESSAGES + message + "/attachments/" + onlyFile(message) + "/download";
        Socket[] slow = new Socket[20];
        try {
            for (int i = 0; i < slow.length; i++) {
                slow[i] = new Socket(
                        InetAddress.getLoopbackAddress(), server.http().port());
                OutputStream out = slow[i].getOutputStream();
                out.write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + tenant.token()
                                + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
                // The answer has begun, and nobody takes the rest of it.
                InputStream in = slow[i].getInputStream();
                assertEquals('H', in.read());
            }
            assertArrayEquals(content, tenant.get(path).bytes());
        } finally {
            for (Socket one : slow) {
                if (one != null) {
                    one.close();
                }
            }
        }
    }
}
