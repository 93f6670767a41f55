package org.chancery.core.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Feeds the readers what no mailer would send. The seeds are fixed, so that each run is the same; {@code
 * -Dfuzz.rounds} makes it as long as one likes, {@code -Dfuzz.seed} another one. What it finds becomes a plain test
 * first.
 */
class MailFuzzTest {
    private static final int ROUNDS = Integer.getInteger("fuzz.rounds", 1_500);
    private static final long SEED = Long.getLong("fuzz.seed", 20240305);

    /** Pieces that mean something to a reader of mail. */
    private static final List<String> PIECES = List.of(
            "\r\n",
            "\n",
            "\r",
            "\r\n\r\n",
            ": ",
            "; ",
            "=",
            "\"",
            "\\",
            "<",
            ">",
            "(",
            ")",
            ",",
            "@",
            "--",
            "--b",
            "--b--",
            "\r\n--b\r\n",
            "\r\n--b--\r\n",
            "\r\n--c\r\n",
            "=?utf-8?Q?",
            "=?utf-8?B?",
            "?=",
            "=?",
            "=C3",
            "=\r\n",
            "*0*=",
            "*=",
            "utf-8''",
            "%C3",
            "Content-Type: multipart/mixed; boundary=b\r\n",
            "Content-Type: multipart/alternative; boundary=\"c\"\r\n",
            "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n",
            "Content-Type: multipart/related\r\n",
            "Content-Type: message/rfc822\r\n",
            "Content-Type: text/html; charset=\r\n",
            "Content-Type: text/plain; format=flowed\r\n",
            "Content-Type: text/plain; charset=iso-2022-jp\r\n",
            "Content-Transfer-Encoding: base64\r\n",
            "Content-Transfer-Encoding: quoted-printable\r\n",
            "Content-Disposition: attachment; filename=\"a",
            "From: ",
            "To: ",
            "Subject: ",
            "Date: ",
            "Message-ID: <",
            "References: ",
            "Auto-Submitted: ",
            "\0",
            "\u001b$B",
            "\u00ff",
            "\u00c3",
            "\u00e2\u0080\u00ae",
            "> ",
            ">> ",
            "On 1 Jan 2024, a@b wrote:",
            "-- ",
            "Content-Type: message/delivery-status\r\n",
            "Content-Type: message/feedback-report\r\n",
            "Final-Recipient: rfc822; a@b\r\n",
            "Original-Recipient: ",
            "Action: failed\r\n",
            "Diagnostic-Code: smtp; 550 5.1.1 ",
            "Feedback-Type: abuse\r\n",
            "Original-Rcpt-To: <",
            "X-Failed-Recipients: ",
            "could not be delivered",
            "user unknown",
            "---------- Forwarded message ---------\r\n",
            "---- ",
            " wrote ----",
            "From: a <a@b>To: c@dSubject: e",
            "<div>",
            "<div class=gmail_quote>",
            "<div id=divRplyFwdMsg>",
            "<div style='border-top:solid'>",
            "<blockquote type=cite>",
            "<p style='display:none'>",
            "</",
            "&nbsp;");

    @Test
    void random_octets_are_read() throws IOException {
        Random random = new Random(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] raw = new byte[random.nextInt(2_000)];
            random.nextBytes(raw);
            check(raw);
        }
    }

    @Test
    void random_pieces_are_read() throws IOException {
        Random random = new Random(SEED + 1);
        for (int round = 0; round < ROUNDS; round++) {
            StringBuilder mail = new StringBuilder();
            for (int i = random.nextInt(120); i > 0; i--) {
                mail.append(PIECES.get(random.nextInt(PIECES.size())));
                if (random.nextInt(4) == 0) {
                    mail.append("word");
                }
            }
            check(mail.toString().getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void changed_and_spliced_samples_are_read(int part) throws IOException {
        List<byte[]> samples = new ArrayList<>();
        for (String name : GoldenMailTest.mails()) {
            samples.add(GoldenMailTest.octets(GoldenMailTest.root().resolve(name)));
        }
        Random random = new Random(SEED + 10 + part);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] mail = samples.get(random.nextInt(samples.size()));
            if (random.nextBoolean()) {
                mail = splice(mail, samples.get(random.nextInt(samples.size())), random);
            }
            check(change(mail, random));
        }
    }

    private static byte[] splice(byte[] one, byte[] other, Random random) {
        ByteArrayOutputStream spliced = new ByteArrayOutputStream();
        spliced.write(one, 0, random.nextInt(one.length + 1));
        int from = random.nextInt(other.length + 1);
        spliced.write(other, from, other.length - from);
        return spliced.toByteArray();
    }

    private static byte[] change(byte[] mail, Random random) {
        StringBuilder text = new StringBuilder(new String(mail, StandardCharsets.ISO_8859_1));
        for (int i = random.nextInt(12); i > 0 && !text.isEmpty(); i--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(5)) {
                case 0 -> text.setCharAt(at, (char) random.nextInt(256));
                case 1 -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
                case 2 -> text.delete(at, Math.min(text.length(), at + random.nextInt(20)));
                case 3 -> text.setLength(at);
                default -> text.insert(at, text.substring(at, Math.min(text.length(), at + random.nextInt(200))));
            }
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** What holds for every mail there can be. */
    private static void check(byte[] raw) throws IOException {
        MessageHeader header = MessageReader.header(new ByteArrayInputStream(raw));
        isClean(header.subject());
        assertTrue(header.subject().length() <= MessageReader.MAX_SUBJECT);
        for (List<Mailbox> list : List.of(header.from(), header.replyTo(), header.to(), header.cc())) {
            for (Mailbox mailbox : list) {
                isClean(mailbox.address());
                isClean(mailbox.name() == null ? "" : mailbox.name());
            }
        }
        header.fields().forEach(field -> {
            isClean(field.name());
            isClean(field.body());
        });
        MailClassifier.judge(header, ReversePath.NULL);

        MessageContent content = MessageReader.content(new ByteArrayInputStream(raw));
        assertEquals(-1, content.text().indexOf('\0'));
        for (MessageContent.Attachment attachment : content.attachments()) {
            isClean(attachment.contentType());
            String name = attachment.filename();
            if (name != null) {
                isClean(name);
                assertTrue(name.indexOf('/') < 0 && name.indexOf('\\') < 0 && !name.isBlank(), name);
            }
            DecodedPart part = MessageReader.attachment(new ByteArrayInputStream(raw), attachment.id())
                    .orElseThrow();
            assertEquals(attachment.size(), part.writeTo(OutputStream.nullOutputStream(), Long.MAX_VALUE));
            assertEquals(name, part.filename());
        }
        String newest = NewestText.of(content.text());
        assertTrue(newest.length() <= content.text().length());
        for (String text : List.of(
                newest,
                NewestText.of(content),
                NewestText.ofHtml(new String(raw, StandardCharsets.ISO_8859_1), NewestText.Signature.LEFT_OUT))) {
            assertTrue(text.lines().noneMatch(line -> line.startsWith(">")), text);
        }
        checkReports(raw, header);
    }

    private static void checkReports(byte[] raw, MessageHeader header) throws IOException {
        MailClassifier.judge(header, ReversePath.NULL, true, () -> new ByteArrayInputStream(raw));
        DeliveryReport.read(new ByteArrayInputStream(raw))
                .ifPresent(report -> report.recipients().forEach(recipient -> {
                    isClean(recipient.finalRecipient());
                    isClean(recipient.diagnostic());
                    isClean(Objects.requireNonNullElse(recipient.originalRecipient(), ""));
                    isClean(Objects.requireNonNullElse(recipient.status(), ""));
                }));
        FeedbackReport.read(new ByteArrayInputStream(raw)).ifPresent(report -> {
            isClean(report.type());
            isClean(Objects.requireNonNullElse(report.originalMailFrom(), ""));
            report.originalRecipients().forEach(MailFuzzTest::isClean);
        });
        ForwardedMail.in(raw).ifPresent(mail -> {
            isClean(Objects.requireNonNullElse(mail.subject(), ""));
            isClean(Objects.requireNonNullElse(mail.date(), ""));
            Mailbox from = mail.from();
            isClean(from == null ? "" : from.address());
            isClean(from == null || from.name() == null ? "" : from.name());
        });
    }

    private static void isClean(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean half = Character.isHighSurrogate(c)
                    ? i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1))
                    : Character.isLowSurrogate(c) && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
            assertTrue(
                    !Character.isISOControl(c)
                            && !half
                            && (c < '\u2028' || c > '\u202e')
                            && (c < '\u2066' || c > '\u2069'),
                    text);
        }
    }
}
