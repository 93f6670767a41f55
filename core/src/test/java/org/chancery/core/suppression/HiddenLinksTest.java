package org.chancery.core.suppression;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.EnumSet;
import org.chancery.core.access.Actor;
import org.chancery.core.access.Grant;
import org.chancery.core.access.Principal;
import org.chancery.core.access.Scope;
import org.chancery.core.audit.Channel;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.TokenId;
import org.chancery.core.id.UserId;
import org.chancery.core.id.WorkspaceId;
import org.junit.jupiter.api.Test;

/** What a program is shown of the link in a mail of ours. */
class HiddenLinksTest {
    private static final Instant NOW = Instant.parse("2026-03-02T09:30:00Z");
    private static final String LINK = "<https://post.example/unsubscribe/0abc-" + "f1".repeat(16) + ">";
    private static final String HIDDEN = "<https://post.example/unsubscribe/0abc-" + "00".repeat(16) + ">";

    private static Principal with(Actor actor, Scope scope) {
        return new Principal(
                TokenId.at(NOW),
                WorkspaceId.at(NOW),
                actor,
                UserId.at(NOW),
                null,
                Grant.of(EnumSet.of(scope)),
                Channel.API);
    }

    private static Principal program(Scope scope) {
        return with(new Actor.Program(AgentId.at(NOW), "writer"), scope);
    }

    private static String shown(Principal reader, String mail) throws IOException {
        try (InputStream in =
                HiddenLinks.from(reader, new ByteArrayInputStream(mail.getBytes(StandardCharsets.ISO_8859_1)))) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static void isHidden(String shown, String mail) throws IOException {
        assertEquals(shown, shown(program(Scope.EMAIL_READ), mail));
        try (InputStream in = HiddenLinks.from(
                program(Scope.EMAIL_READ), new ByteArrayInputStream(mail.getBytes(StandardCharsets.ISO_8859_1)))) {
            StringBuilder one = new StringBuilder();
            for (int octet = in.read(); octet >= 0; octet = in.read()) {
                one.append((char) octet);
            }
            assertEquals(shown, one.toString(), "octet by octet");
        }
    }

    @Test
    void the_signature_in_the_header_is_zeros_and_all_else_as_it_is() throws IOException {
        String mail =
                "From: a@b.example\r\nX-Umlaut: \u00fc\r\nList-Unsubscribe: %s\r\nSubject: s\r\n\r\nSee %s\r\n.\r\n";
        isHidden(mail.formatted(HIDDEN, LINK), mail.formatted(LINK, LINK));
        String folded = "List-Unsubscribe:\r\n %s\r\n\r\n\r\n";
        isHidden(folded.formatted(HIDDEN), folded.formatted(LINK));
        String withLineOfBlanks = "Subject: s\r\n \r\nList-Unsubscribe: %s\r\n\r\n";
        isHidden(withLineOfBlanks.formatted(HIDDEN), withLineOfBlanks.formatted(LINK));
    }

    @Test
    void mail_without_a_body_or_with_a_line_of_any_length_is_shown_whole() throws IOException {
        isHidden("", "");
        isHidden("List-Unsubscribe: " + HIDDEN, "List-Unsubscribe: " + LINK);
        String filler = "X-Long: " + "x".repeat(100_000) + "\r\n";
        isHidden(
                filler + "List-Unsubscribe: " + HIDDEN + "\r\n\r\n" + "y".repeat(100_000),
                filler + "List-Unsubscribe: " + LINK + "\r\n\r\n" + "y".repeat(100_000));
        String blanks = " ".repeat(4095) + "\n" + "List-Unsubscribe: ";
        isHidden("X: " + blanks + HIDDEN + "\n\n", "X: " + blanks + LINK + "\n\n");
    }

    @Test
    void people_and_programs_that_suppress_anyway_are_shown_it() throws IOException {
        String mail = "List-Unsubscribe: " + LINK + "\r\n\r\n";
        assertEquals(mail, shown(program(Scope.CONTACTS_WRITE), mail));
        Principal person = with(new Actor.Person(UserId.at(NOW), "ann@acme.example"), Scope.EMAIL_READ);
        assertEquals(mail, shown(person, mail));
        InputStream same = InputStream.nullInputStream();
        assertSame(same, HiddenLinks.from(person, same));
    }
}
