package org.chancery.mailets.screening;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.chancery.core.fault.Later;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.phishing.OwnNames;
import org.chancery.core.screening.AnswerDesk;
import org.chancery.core.screening.Antivirus.Verdict;
import org.chancery.core.screening.ContentFindings;
import org.chancery.core.screening.FailedOnMail;
import org.chancery.core.screening.ScanDesk;
import org.chancery.core.screening.Signal;
import org.chancery.core.screening.WhenAway;
import org.chancery.mailets.Received;
import org.chancery.mailets.host.PipelineSettings;
import org.chancery.mailets.screening.VirusScan.Scanner;
import org.chancery.mailets.testing.TestMail;
import org.junit.jupiter.api.Test;

class ContentInspectorTest {
    private static final String SCRIPT = """
            From: Ann <ann@elsewhere.test>
            Subject: Invoice
            Content-Type: application/pdf; name="invoice.pdf"
            Content-Disposition: attachment; filename="invoice.pdf"

            #!/bin/sh
            id
            """;

    private static final HeavyMails DIRECT =
            new HeavyMails(Runnable::run, AnswerDesk.Limits.DEFAULT, Clock.systemUTC());

    private static final Scanner AWAY = mail -> {
        throw new Unavailable("away", null);
    };

    private static final Scanner FAILS = mail -> {
        throw new FailedOnMail("clamd says ERROR", null);
    };

    @Test
    void an_ordinary_mail_has_nothing() {
        assertEquals(ContentFindings.NONE, inspect(TestMail.to("sales@here.test"), VirusScan.NONE));
    }

    @Test
    void what_the_attachments_and_the_sender_give_away_is_found() {
        ContentFindings script = inspect(TestMail.of(SCRIPT, "sales@here.test"), VirusScan.NONE);
        assertEquals(List.of("script"), names(script.dangerousAttachments()));
        ContentFindings sender = inspect(
                TestMail.of("From: x <x@heree.test>\nSubject: x\n\nHello\n", "sales@here.test"), VirusScan.NONE);
        assertEquals(List.of(), names(sender.phishing()), "four letters are too few to look alike");
    }

    @Test
    void ours_is_what_each_recipient_calls_so() {
        OwnNames ours = new OwnNames(Set.of("northwind.test"), List.of());
        ContentInspector inspector = new ContentInspector(
                recipients -> own(
                        recipients, recipient -> recipient.domain().equals("northwind.test") ? ours : OwnNames.NONE),
                VirusScan.NONE,
                DIRECT);
        Map<EmailAddress, ContentFindings> findings = inspectAll(
                inspector,
                TestMail.of("From: x <x@northwlnd.test>\nSubject: x\n\nHello\n", "a@northwind.test", "a@other.test"));
        assertEquals(
                List.of("lookalike_domain"),
                names(of(findings, "a@northwind.test").phishing()));
        assertEquals(List.of(), names(of(findings, "a@other.test").phishing()));
    }

    @Test
    void whose_a_host_is_the_list_of_public_suffixes_says() {
        String page = "From: x <x@elsewhere.test>\nSubject: x\nContent-Type: text/html\n\n"
                + "<a href='https://mallory.github.io/'>https://bob.github.io/</a>\n";
        assertEquals(
                List.of("link_text_differs"),
                names(inspect(TestMail.of(page, "a@here.test"), VirusScan.NONE).phishing()));
        String same = page.replace("mallory.github.io", "www.example.co.uk").replace("bob.github.io", "example.co.uk");
        assertEquals(
                List.of(),
                names(inspect(TestMail.of(same, "a@here.test"), VirusScan.NONE).phishing()));
    }

    @Test
    void the_attachments_are_looked_into_once_however_long_the_scanner_takes() {
        AtomicInteger scans = new AtomicInteger();
        Scanner slow = scanned -> {
            if (scans.incrementAndGet() == 1) {
                throw new Later("still at it", Duration.ofMillis(1));
            }
            return new Verdict.Clean();
        };
        AtomicInteger opened = new AtomicInteger();
        TestMail mail = TestMail.of(
                SCRIPT.length(),
                () -> {
                    opened.incrementAndGet();
                    return new ByteArrayInputStream(SCRIPT.getBytes(StandardCharsets.UTF_8));
                },
                "a@here.test");
        Received received = new Received(mail, new RawDigest("0".repeat(64)));
        ContentInspector inspector = new ContentInspector(
                recipients -> own(recipients, recipient -> OwnNames.NONE), scan(slow, WhenAway.DEFER), DIRECT);
        List<EmailAddress> recipients = List.copyOf(mail.envelope().recipients());
        assertThrows(Later.class, () -> inspector.inspect(received, recipients));
        assertEquals(1, opened.get());
        assertTrue(of(inspector.inspect(received, recipients), "a@here.test").isDangerous());
        assertEquals(3, opened.get(), "once more for the header, and for the body");
    }

    @Test
    void a_virus_is_dangerous_by_its_name() {
        ContentFindings findings =
                inspect(TestMail.to("a@here.test"), scan(mail -> new Verdict.Infected("Some.Virus"), WhenAway.DEFER));
        assertEquals(List.of("virus"), names(findings.dangerousAttachments()));
        assertEquals("Some.Virus", findings.dangerousAttachments().getFirst().detail());
    }

    @Test
    void the_scanner_gets_the_mail_as_it_came() {
        TestMail mail = TestMail.to("a@here.test");
        Scanner reads = scanned -> {
            try (InputStream in = scanned.raw().open();
                    InputStream expected = mail.open()) {
                assertEquals(new String(expected.readAllBytes()), new String(in.readAllBytes()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return new Verdict.Clean();
        };
        assertEquals(ContentFindings.NONE, inspect(mail, scan(reads, WhenAway.DEFER)));
    }

    @Test
    void mail_waits_for_a_scanner_that_is_away() {
        assertThrows(Unavailable.class, () -> inspect(TestMail.to("a@here.test"), scan(AWAY, WhenAway.DEFER)));
    }

    @Test
    void or_is_held_unscanned_where_the_operator_says_so() {
        ContentFindings findings = inspect(TestMail.to("a@here.test"), scan(AWAY, WhenAway.HOLD));
        assertTrue(findings.isDangerous());
        assertEquals(List.of("not_scanned"), names(findings.dangerousAttachments()));
    }

    @Test
    void a_mail_that_is_held_anyway_does_not_wait() {
        ContentFindings findings = inspect(TestMail.of(SCRIPT, "a@here.test"), scan(AWAY, WhenAway.DEFER));
        assertEquals(List.of("script", "not_scanned"), names(findings.dangerousAttachments()));
    }

    @Test
    void a_mail_on_which_the_scanner_fails_is_tried_again_and_held_in_the_end() {
        TestMail mail = TestMail.to("a@here.test");
        for (int attempt = 1; attempt < ScanDesk.TRIES; attempt++) {
            TestMail tried = mail.withAttempt(attempt);
            assertThrows(FailedOnMail.class, () -> inspect(tried, scan(FAILS, WhenAway.DEFER)));
        }
        ContentFindings findings = inspect(mail.withAttempt(ScanDesk.TRIES), scan(FAILS, WhenAway.DEFER));
        assertEquals(List.of("not_scanned"), names(findings.dangerousAttachments()));
        String detail = findings.dangerousAttachments().getFirst().detail();
        assertTrue(detail.contains("not with this one") && detail.contains("clamd says ERROR"), detail);
    }

    @Test
    void the_pipeline_tries_a_mail_no_less_often_than_that() {
        assertTrue(PipelineSettings.forBacklogOf(1).attempts() >= ScanDesk.TRIES);
    }

    @Test
    void it_is_held_at_once_where_mail_is_held_anyway() {
        assertTrue(
                inspect(TestMail.to("a@here.test"), scan(FAILS, WhenAway.HOLD)).isDangerous());
        ContentFindings script = inspect(TestMail.of(SCRIPT, "a@here.test"), scan(FAILS, WhenAway.DEFER));
        assertEquals(List.of("script", "not_scanned"), names(script.dangerousAttachments()));
    }

    @Test
    void what_the_scanner_refuses_is_held_and_never_waits() {
        for (WhenAway whenAway : WhenAway.values()) {
            ContentFindings findings =
                    inspect(TestMail.to("a@here.test"), scan(mail -> new Verdict.Refused("too large"), whenAway));
            assertEquals(List.of("not_scanned"), names(findings.dangerousAttachments()));
        }
    }

    @Test
    void mails_are_counted_by_what_they_have() {
        ContentFigures figures = new ContentFigures();
        ContentFindings script = inspect(TestMail.of(SCRIPT, "a@here.test"), VirusScan.NONE);
        figures.count(List.of(script, ContentFindings.NONE));
        figures.count(List.of(ContentFindings.NONE));
        assertEquals(2, figures.inspected());
        assertEquals(1, figures.dangerous());
        assertEquals(1, figures.with("script"));
        assertEquals(0, figures.with("macro"));
        assertFalse(ContentFigures.SIGNS.isEmpty());
    }

    private static VirusScan scan(Scanner scanner, WhenAway whenAway) {
        return new VirusScan(Optional.of(scanner), whenAway);
    }

    private static ContentFindings inspect(TestMail mail, VirusScan scan) {
        OwnNames ours = new OwnNames(Set.of("here.test"), List.of());
        return inspectAll(new ContentInspector(recipients -> own(recipients, recipient -> ours), scan, DIRECT), mail)
                .values()
                .iterator()
                .next();
    }

    private static Map<EmailAddress, ContentFindings> inspectAll(ContentInspector inspector, TestMail mail) {
        Received received = new Received(mail, new RawDigest("0".repeat(64)));
        return inspector.inspect(received, List.copyOf(mail.envelope().recipients()));
    }

    private static ContentFindings of(Map<EmailAddress, ContentFindings> findings, String recipient) {
        return findings.getOrDefault(EmailAddress.of(recipient), ContentFindings.NONE);
    }

    private static Map<EmailAddress, OwnNames> own(
            Collection<EmailAddress> recipients, Function<EmailAddress, OwnNames> names) {
        return recipients.stream().collect(Collectors.toMap(recipient -> recipient, names));
    }

    private static List<String> names(List<Signal> signals) {
        return signals.stream().map(Signal::name).toList();
    }
}
