package org.chancery.core.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardedMailTest {
    private static final String HEADER =
            "From: Bob Builder <bob@example.com>\nDate: Tue, 5 Mar 2024 at 09:15\nSubject: The fence\nTo: <jane@example.com>\n";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "---------- Forwarded message ---------\n" + HEADER,
                "---------- Forwarded message ----------\n\n" + HEADER,
                "-------- Forwarded Message --------\nSubject: \tThe fence\nDate: \tTue, 5 Mar 2024\nFrom: \tBob Builder <bob@example.com>\nTo: \tjane@example.com\n",
                "Begin forwarded message:\n\n" + HEADER,
                "> Begin forwarded message:\n> \n> From: Bob Builder <bob@example.com>\n> Subject: The fence\n> Date: 5 March 2024\n> To: jane@example.com\n",
                "Forwarded message:\n\n> From: Bob Builder <bob@example.com>\n> To: jane@example.com\n> Subject: The fence\n",
                "---------- Weitergeleitete Nachricht ---------\nVon: Bob Builder <bob@example.com>\nDatum: Di., 5. März 2024\nBetreff: The fence\nAn: <jane@example.com>\n",
                "Anfang der weitergeleiteten Nachricht:\n\nVon: Bob Builder <bob@example.com>\nBetreff: The fence\nDatum: 5. März 2024\nAn: jane@example.com\n",
                "-------- Message transféré --------\nSujet : The fence\nDate : Tue, 5 Mar 2024\nDe : Bob Builder <bob@example.com>\nPour : jane@example.com\n",
                "Début du message réexpédié :\n\nDe: Bob Builder <bob@example.com>\nObjet: The fence\nÀ: jane@example.com\n",
                "-------- Mensaje reenviado --------\nAsunto: The fence\nFecha: Tue, 5 Mar 2024\nDe: Bob Builder <bob@example.com>\nPara: jane@example.com\n",
                "Início da mensagem reencaminhada:\n\nDe: Bob Builder <bob@example.com>\nAssunto: The fence\nPara: jane@example.com\n",
                "-------- Messaggio inoltrato --------\nOggetto: The fence\nData: Tue, 5 Mar 2024\nMittente: Bob Builder <bob@example.com>\nA: jane@example.com\n",
                "-------- Doorgestuurd bericht --------\nOnderwerp: The fence\nDatum: Tue, 5 Mar 2024\nVan: Bob Builder <bob@example.com>\nAan: jane@example.com\n",
                "-------- Vidarebefordrat meddelande --------\nÄmne: The fence\nDatum: Tue, 5 Mar 2024\nFrån: Bob Builder <bob@example.com>\nTill: jane@example.com\n",
                "-------- Przekazana wiadomość --------\nTemat: The fence\nData: Tue, 5 Mar 2024\nNadawca: Bob Builder <bob@example.com>\nAdresat: jane@example.com\n",
                "-------- Перенаправленное сообщение --------\nТема: The fence\nДата: Tue, 5 Mar 2024\nОт: Bob Builder <bob@example.com>\nКому: jane@example.com\n",
                "-------- 転送メッセージ --------\n件名：The fence\n日付：2024年3月5日\n差出人：Bob Builder <bob@example.com>\n宛先：jane@example.com\n",
                "-------- 转发的消息 --------\n主题: The fence\n日期: 2024年3月5日\n发件人: Bob Builder <bob@example.com>\n收件人: jane@example.com\n",
                "   ----- Forwarded Message ----- From: Bob Builder <bob@example.com>To: Jane <jane@example.com>Sent: Tuesday, March 5, 2024 at 09:15:00 AM CETSubject: The fence\n",
                "________________________________\nFrom: Bob Builder <bob@example.com>\nSent: Tuesday, March 5, 2024 9:15 AM\nTo: Jane <jane@example.com>\nSubject: The fence\n",
            })
    void what_programs_set_above_a_forwarded_mail_is_read(String above) {
        ForwardedMail found = ForwardedMail.find("Please look at this.\n\n" + above + "\nIt is broken.\n")
                .orElseThrow();
        assertEquals("Please look at this.", found.message());
        assertEquals("bob@example.com", address(found));
        assertEquals("The fence", found.subject());
        assertEquals("It is broken.", found.text().replace("> ", "").strip());
    }

    @Test
    void name_recipients_and_date_are_read() {
        ForwardedMail found = ForwardedMail.find("---------- Forwarded message ---------\n"
                        + "From: Bob Builder <bob@example.com>\nDate: Tue, 5 Mar 2024 at 09:15\nSubject: The\n fence\n"
                        + "To: <jane@example.com<mailto:jane@example.com>>; Joe <joe@example.com>\n\nHello\n")
                .orElseThrow();
        assertEquals(new Mailbox("Bob Builder", "bob@example.com"), found.from());
        assertEquals(
                "[jane@example.com, joe@example.com]",
                found.to().stream().map(Mailbox::address).toList().toString());
        assertEquals("Tue, 5 Mar 2024 at 09:15", found.date());
        assertEquals("The fence", found.subject());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Approved.\n\nOn Tue, Mar 5, 2024 at 9:15 AM Bob <bob@example.com> wrote:\n> May I?\n",
                "Approved.\n\nVon: bob@example.com\nGesendet: Dienstag, 5. März 2024 09:15\nAn: Jane\nBetreff: x\n\nDarf ich?\n",
                "Approved.\n\n-----Original Message-----\nFrom: Bob\nSent: Tuesday\nTo: Jane\nSubject: x\n\nMay I?\n",
                "Approved.\n\nOn 5 Mar 2024, at 09:15, Bob <bob@example.com> wrote:\n> ---------- Forwarded message ---------\n> From: Ann <ann@example.com>\n> Subject: y\n",
                "I forwarded the message to Ann:\nshe has it.\n",
                "Forwarded:\nnothing yet\n",
                "> On 5 Mar 2024, at 09:15, Bob <bob@example.com> wrote:\n> May I?\n\nYes.\n",
                "From: London\nTo: Paris\n",
                "",
            })
    void an_answer_is_no_forward(String text) {
        assertEquals(Optional.empty(), ForwardedMail.find(text));
    }

    @Test
    void the_subject_decides_where_the_text_could_be_either() {
        String text =
                "See below.\n\nFrom: Bob <bob@example.com>\nSent: Tuesday, March 5, 2024\nTo: Jane\nSubject: x\n\nHello\n";
        assertTrue(ForwardedMail.find("FW: x", text).isPresent());
        assertTrue(ForwardedMail.find("WG: x", text).isPresent());
        assertTrue(ForwardedMail.find("AW: x", text).isEmpty());
        assertTrue(ForwardedMail.find("RE: x", text).isEmpty());
    }

    @Test
    void an_attribution_with_nothing_new_around_it_hands_a_mail_on() {
        ForwardedMail found = ForwardedMail.find(
                        "\ufeffDen 28/10/2021 12:46 skrev \"Bob\" <bob@example.com> följande:\n\n    It is broken.\n")
                .orElseThrow();
        assertEquals("bob@example.com", address(found));
        assertNull(found.subject());
        assertEquals("It is broken.", found.text());
    }

    @Test
    void a_mail_attached_as_a_whole_is_one() throws IOException {
        String raw = """
                From: jane@example.com
                Subject: Fwd: The fence
                Content-Type: multipart/mixed; boundary=b

                --b
                Content-Type: text/plain

                Please look at this.
                --b
                Content-Type: message/rfc822

                From: Bob <bob@example.com>
                To: jane@example.com
                Subject: The fence
                Date: Tue, 5 Mar 2024 09:15:00 +0100

                It is broken.
                --b--
                """.replace("\n", "\r\n");
        ForwardedMail found =
                ForwardedMail.in(raw.getBytes(StandardCharsets.UTF_8)).orElseThrow();
        assertEquals("Please look at this.", found.message());
        assertEquals("bob@example.com", address(found));
        assertEquals("The fence", found.subject());
        assertEquals("It is broken.", found.text().strip());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "From: a@b\n",
                ":",
                "From:",
                "--- ",
                "---------- Forwarded message ---------\n",
                "From: \n\n",
                "@",
                "a@",
                "<a@b>,",
                "To: a@b,\n",
                "> ",
                "> From: a@b\n",
                "Subject: x\nx\n",
                "On 2024 a@b wrote:\n",
                "\u00a0",
                "À:",
                "Re[",
                "送信先：",
                "x\n"
            })
    void a_quarter_million_of_anything_takes_linear_time(String piece) {
        String text = piece.repeat(250_000 / piece.length());
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> ForwardedMail.find(text));
        String titled = "---------- Forwarded message ---------\n" + text;
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> ForwardedMail.find(titled));
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> ForwardedMail.find("Fwd: x", text));
    }

    private static String address(ForwardedMail mail) {
        Mailbox from = mail.from();
        return from == null ? "" : from.address();
    }
}
