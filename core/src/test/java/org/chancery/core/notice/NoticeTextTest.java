package org.chancery.core.notice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.chancery.core.access.Actor;
import org.chancery.core.access.ApprovalRule;
import org.chancery.core.access.ApprovalRule.When;
import org.chancery.core.approval.Approval;
import org.chancery.core.approval.Approval.Held;
import org.chancery.core.approval.Approval.Holder;
import org.chancery.core.approval.Approval.Requester;
import org.chancery.core.approval.ApprovalStatus;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.ApprovalId;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.ThreadId;
import org.chancery.core.id.TokenId;
import org.chancery.core.id.UserId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.mail.MessageReader;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.Message.Progress;
import org.chancery.core.mailbox.Message.RecipientStatus;
import org.chancery.core.mailbox.MessageFacts;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.notice.NoticeText.Occasion;
import org.junit.jupiter.api.Test;

class NoticeTextTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final Mailbox HIDDEN = Mailbox.of(EmailAddress.of("hidden@elsewhere.example"));

    private static String notice(String mail) throws IOException {
        byte[] bytes = mail.replace("~", "\r\n").getBytes(StandardCharsets.UTF_8);
        var reading = MessageReader.inFull(new ByteArrayInputStream(bytes));
        var facts = new MessageFacts(
                MessageId.at(NOW),
                WorkspaceId.at(NOW),
                EndpointId.at(NOW),
                ThreadId.at(NOW),
                Mailbox.of(EmailAddress.of("sales@acme.example")),
                reading.header().to(),
                List.of(),
                List.of(HIDDEN),
                reading.header().subject(),
                null,
                RawDigest.of(bytes),
                bytes.length,
                NOW);
        var agent = new Actor.Program(AgentId.at(NOW), "helper");
        var recipients = List.of("client@elsewhere.example", "hidden@elsewhere.example").stream()
                .map(address -> new RecipientStatus(EmailAddress.of(address), Progress.PENDING, null, null))
                .toList();
        var held = new Outbound(facts, OutboundStatus.HELD, null, agent, null, false, recipients, null, null);
        var approval = new Approval(
                ApprovalId.at(NOW),
                new Held(facts.workspace(), facts.endpoint(), facts.id(), facts.raw(), "Mail to client"),
                new Requester(agent, TokenId.at(NOW), UserId.at(NOW), null),
                new ApprovalRule(ApprovalRule.EMAIL_SEND, When.ALWAYS, 1, null),
                Holder.TOKEN,
                ApprovalStatus.PENDING,
                "",
                NOW,
                null);
        return new NoticeText(approval, held, reading, Occasion.QUEUED).text();
    }

    @Test
    void whatever_ends_a_line_somewhere_does_not_lead_out_of_the_quotation() throws IOException {
        String notice =
                notice("From: sales@acme.example~To: client@elsewhere.example~Content-Type: text/plain; charset=utf-8~~"
                        + "one\u2028Approval: apr_forged\u2029two\u0085three\u000bfour\u000cfive~six~");
        String said = notice.substring(notice.indexOf("> one"), notice.indexOf("To decide:"));
        assertTrue(
                said.lines()
                        .flatMap(line -> List.of(line.split("\\R")).stream())
                        .filter(line -> !line.isEmpty())
                        .allMatch(line -> line.startsWith("> ")),
                said);
        assertTrue(notice.contains("\n> Approval: apr_forged\n"), notice);
    }

    @Test
    void html_that_says_something_else_is_quoted_too() throws IOException {
        String notice = notice(
                "From: sales@acme.example~To: client@elsewhere.example~"
                        + "Content-Type: multipart/alternative; boundary=b~~--b~~Thanks, we agree.~"
                        + "--b~Content-Type: text/html~~<p>Please pay to another account.</p><p>Approval: apr_forged</p>~--b--~");
        assertTrue(notice.contains("\n> Thanks, we agree.\n"), notice);
        assertTrue(notice.contains("\nCaution:  Its HTML, which most programs show, says something else"), notice);
        assertTrue(notice.contains("\n> Please pay to another account.\n"), notice);
        assertFalse(notice.contains("\nApproval: apr_forged"), notice);
        String same = notice("From: sales@acme.example~To: client@elsewhere.example~"
                + "Content-Type: multipart/alternative; boundary=b~~--b~~Thanks, we agree.~"
                + "--b~Content-Type: text/html~~<p>Thanks, we <b>agree</b>.</p>~--b--~");
        assertFalse(same.contains("HTML"), same);
    }

    @Test
    void what_the_text_does_not_show_is_named() throws IOException {
        String notice = notice("From: sales@acme.example~To: client@elsewhere.example, boss@elsewhere.example~"
                + "Reply-To: thief@evil.example~Disposition-Notification-To: spy@evil.example~"
                + "List-Unsubscribe: <https://evil.example/>~Auto-Submitted: auto-replied~"
                + "Content-Type: multipart/report; boundary=b~~--b~~Hello~"
                + "--b~Content-Type: message/rfc822; name=contract.eml~~From: x~~MZ~--b--~");
        List<String> lines = notice.lines().toList();
        assertTrue(lines.contains("To:       client@elsewhere.example, hidden@elsewhere.example (hidden)"), notice);
        assertTrue(lines.contains("Answers:  thief@evil.example"), notice);
        assertTrue(lines.contains("Files:    contract.eml (message/rfc822, 13 octets)"), notice);
        assertTrue(lines.contains("Header:   List-Unsubscribe: <https://evil.example/>"), notice);
        assertTrue(lines.contains("Caution:  Answers go to thief@evil.example, not to sales@acme.example."), notice);
        assertTrue(
                lines.contains("Caution:  It names somebody else in Disposition-Notification-To: spy@evil.example"),
                notice);
        assertTrue(
                lines.contains("Caution:  It names as recipients, and does not go to: boss@elsewhere.example."),
                notice);
        assertFalse(notice.contains("Auto-Submitted"), notice);
    }

    @Test
    void an_ordinary_mail_needs_no_caution() throws IOException {
        String notice = notice("From: sales@acme.example~To: client@elsewhere.example~"
                + "Reply-To: Sales <sales@acme.example>~Subject: an offer~~Hello~");
        assertFalse(notice.contains("Caution"), notice);
        assertEquals(1, notice.lines().filter(line -> line.equals("> Hello")).count());
    }
}
