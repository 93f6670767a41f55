package org.chancery.delivery.dkim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.chancery.core.dkim.KeyRing.UnusableKey;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.ReversePath;
import org.chancery.delivery.dkim.DkimSigner.Ring;
import org.chancery.delivery.dkim.Signer.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DkimSignerTest {
    private static final WorkspaceId OURS = new WorkspaceId(new UUID(1, 1));
    private static final WorkspaceId THEIRS = new WorkspaceId(new UUID(1, 2));
    private static final Instant AT = Instant.ofEpochSecond(1_700_000_000);
    private static final String MAIL =
            "From: Ann <ann@sender.test>\r\nTo: bob@example.com\r\nSubject: hello\r\n\r\nHi.\r\n";

    private final TestKeys keys = new TestKeys();

    private Outcome sign(String mail, Ring ring) {
        return sign(mail, OURS, ring);
    }

    private static Outcome sign(String mail, WorkspaceId workspace, Ring ring) {
        return sign(mail, workspace, ReversePath.NULL, ring);
    }

    private static Outcome sign(String mail, WorkspaceId workspace, ReversePath path, Ring ring) {
        SignedContent content = new SignedContent();
        byte[] bytes = mail.getBytes(StandardCharsets.UTF_8);
        content.take(bytes, bytes.length);
        return new DkimSigner((owner, domain) -> owner.equals(OURS) && domain.equals(TestKeys.DOMAIN), ring)
                .sign(content, workspace, path, AT);
    }

    private List<String> signatures(String mail) {
        return assertInstanceOf(Outcome.Signed.class, sign(mail, domain -> keys.keys()))
                .fields();
    }

    private static String covered(String field) {
        String names = field.substring(field.indexOf("h=", field.indexOf("bh=") + 2) + 2);
        return names.substring(0, names.indexOf(';')).replaceAll("\\s", "");
    }

    @Test
    void the_return_path_is_named_where_it_is_of_the_domain() {
        for (String domain : List.of("sender.test", "other.test", "sub.sender.test")) {
            ReversePath path = ReversePath.of(EmailAddress.of("bounces+1-2@" + domain));
            Outcome outcome = sign(MAIL, OURS, path, any -> keys.keys());
            for (String field : assertInstanceOf(Outcome.Signed.class, outcome).fields()) {
                assertEquals(
                        domain.equals("sender.test"), field.contains("\r\n\ti=bounces+1-2@" + domain + ";\r\n"), field);
                assertEquals(domain.equals("sender.test"), field.contains("i="), field);
            }
        }
        assertFalse(signatures(MAIL).toString().contains("i="), "a notice has no return path");
    }

    @Test
    void a_mail_gets_one_signature_of_each_kind() {
        List<String> fields = signatures(MAIL);
        assertEquals(2, fields.size());
        assertTrue(fields.getFirst()
                .startsWith("DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n\td=sender.test;"));
        assertTrue(fields.getLast().startsWith("DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n"));
        for (String field : fields) {
            assertTrue(field.endsWith("\r\n"));
            assertTrue(field.contains("\tt=1700000000;"), field);
            assertTrue(field.lines().allMatch(line -> line.length() <= 78), field);
        }
        Outcome.Signed signed = assertInstanceOf(Outcome.Signed.class, sign(MAIL, domain -> keys.keys()));
        assertEquals("sender.test one-rsa one-ed25519", signed.signedWith());
    }

    @Test
    void the_same_mail_is_signed_alike_again() {
        assertEquals(signatures(MAIL), signatures(MAIL));
    }

    @Test
    void what_readers_show_is_covered_once_more_than_it_is_there() {
        assertEquals(
                "From:From:Reply-To:To:To:Cc:Subject:Subject:Date:Message-ID:In-Reply-To:References:MIME-Version:"
                        + "Content-Type:Content-Transfer-Encoding",
                covered(signatures(MAIL).getFirst()));
    }

    @Test
    void a_way_to_unsubscribe_is_covered_where_there_is_one() {
        String mail =
                "List-Unsubscribe: <https://sender.test/u>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
                        + MAIL;
        String covered = covered(signatures(mail).getFirst());
        assertTrue(
                covered.endsWith(":List-Unsubscribe:List-Unsubscribe:List-Unsubscribe-Post:List-Unsubscribe-Post"),
                covered);
    }

    @Test
    void nobody_makes_one_click_of_a_way_to_unsubscribe_that_is_none() {
        String covered = covered(signatures("List-Unsubscribe: <https://sender.test/u>\r\n" + MAIL)
                .getFirst());
        assertTrue(covered.endsWith(":List-Unsubscribe:List-Unsubscribe:List-Unsubscribe-Post"), covered);
        assertTrue(!covered(signatures(MAIL).getFirst()).contains("List-"));
    }

    static Stream<Arguments> foreign() {
        return Stream.of(
                arguments(MAIL.replace("sender.test", "example.com"), OURS),
                arguments(MAIL.replace("sender.test", "sub.sender.test"), OURS),
                arguments(MAIL.replace("From: Ann <ann@sender.test>", "Sender: ann@sender.test"), OURS),
                arguments("\r\nFrom: ann@sender.test\r\n", OURS),
                arguments(MAIL, THEIRS));
    }

    @ParameterizedTest
    @MethodSource("foreign")
    void mail_of_nobody_here_is_not_signed(String mail, WorkspaceId workspace) {
        assertInstanceOf(Outcome.NotOurs.class, sign(mail, workspace, domain -> keys.keys()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"away", "unusable"})
    void mail_whose_keys_cannot_be_had_waits(String trouble) {
        Outcome.Unable unable = assertInstanceOf(Outcome.Unable.class, sign(MAIL, domain -> {
            if (trouble.equals("away")) {
                throw new Unavailable("the database is away", new IllegalStateException());
            }
            throw new UnusableKey("one-rsa", domain);
        }));
        assertTrue(unable.forNow());
        assertTrue(unable.why().startsWith("451 4.7.5 "), unable.why());
    }

    @Test
    void a_header_that_nobody_reads_to_its_end_is_never_signed() {
        String mail = MAIL.replace("Subject: hello", "Subject: hello" + "\r\n x".repeat(90_000));
        Outcome.Unable unable = assertInstanceOf(Outcome.Unable.class, sign(mail, domain -> keys.keys()));
        assertTrue(!unable.forNow() && unable.why().startsWith("554 5.3.4 "), unable.why());
    }
}
