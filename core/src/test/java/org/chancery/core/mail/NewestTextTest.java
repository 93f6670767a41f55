package org.chancery.core.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NewestTextTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "On Tue, Mar 5, 2024 at 9:15 AM Bob <bob@example.com> wrote:",
                "On 5 Mar 2024, at 09:15, Bob <bob@example.com> wrote:",
                "On Tuesday, March 5, 2024, 09:15:00 AM GMT+1, Bob <bob@example.com> wrote:",
                "On 5 Mar 2024, 09:15 +0100, Bob <bob@example.com>, wrote:",
                "On 05/03/2024 09:15, Bob wrote:",
                "On Tue, Mar 5, 2024 at 9:15 AM Bob with a long name <\nbob@example.com> wrote:",
                "On Tue, 5 Mar 2024 at 09:15, Bob <bob@example.com>\nwrote:",
                "---- On Tue, 05 Mar 2024 09:15:00 +0100 Bob <bob@example.com> wrote ----",
                "Am Di., 5. März 2024 um 09:15 Uhr schrieb Bob <bob@example.com>:",
                "Am 05.03.2024 um 09:15 schrieb Bob:",
                "Bob <bob@example.com> schrieb am Di., 5. März 2024, 09:15:",
                "Le mar. 5 mars 2024 à 09:15, Bob <bob@example.com> a écrit :",
                "Le 05/03/2024 à 09:15, Bob a écrit :",
                "El mar, 5 mar 2024 a las 9:15, Bob (<bob@example.com>) escribió:",
                "Em ter., 5 de mar. de 2024 às 09:15, Bob <bob@example.com> escreveu:",
                "Il giorno mar 5 mar 2024 alle ore 09:15 Bob <bob@example.com> ha scritto:",
                "Il 05/03/2024 09:15, Bob ha scritto:",
                "Op di 5 mrt 2024 om 09:15 schreef Bob <bob@example.com>:",
                "Op 5 mrt. 2024, om 09:15 heeft Bob <bob@example.com> het volgende geschreven:",
                "Den tis 5 mars 2024 kl 09:15 skrev Bob <bob@example.com>:",
                "tir. 5. mar. 2024 kl. 09:15 skrev Bob <bob@example.com>:",
                "ti 5. maalisk. 2024 klo 9.15 Bob (bob@example.com) kirjoitti:",
                "wt., 5 mar 2024 o 09:15 Bob <bob@example.com> napisał(a):",
                "W dniu 5.03.2024 o 09:15, Bob pisze:",
                "Wiadomość napisana przez Bob <bob@example.com> w dniu 5 mar 2024, o godz. 09:15:",
                "út 5. 3. 2024 v 9:15 odesílatel Bob <bob@example.com> napsal:",
                "вт, 5 мар. 2024 г. в 09:15, Bob <bob@example.com>:",
                "5 марта 2024 г., в 09:15, Bob <bob@example.com> написал(а):",
                "Bob <bob@example.com> ezt írta (időpont: 2024. márc. 5., K, 9:15):",
                "5 Mar 2024 Sal 09:15 tarihinde Bob <bob@example.com> şunu yazdı:",
                "Στις Τρί 5 Μαρ 2024 στις 9:15 π.μ., ο χρήστης Bob <bob@example.com> έγραψε:",
                "2024年3月5日(火) 9:15 Bob <bob@example.com>:",
                "2024/03/05 9:15、Bob <bob@example.com>のメール:",
                "在 2024年3月5日，09:15，Bob <bob@example.com> 写道：",
                "2024년 3월 5일 (화) 오전 9:15, Bob <bob@example.com>님이 작성:",
                "Vào Th 3, 5 thg 3, 2024 vào lúc 09:15 Bob <bob@example.com> đã viết:",
                "-----Original Message-----\nFrom: Bob",
                "-------- Ursprüngliche Nachricht --------\nVon: Bob",
                "-------- Message d'origine --------\nDe : Bob",
                "----- Forwarded Message ----- From: Bob <bob@example.com>To: x",
                "---------- Weitergeleitete Nachricht ---------\nVon: Bob",
                "Begin forwarded message:\n\nFrom: Bob <bob@example.com>",
                "Anfang der weitergeleiteten Nachricht:\n\nVon: Bob",
                "________________________________\nFrom: Bob <bob@example.com>\nSent: Tuesday\nSubject: x",
                "From: Bob <bob@example.com>\nSent: Tuesday, March 5, 2024 9:15 AM\nTo: Jane\nSubject: x",
                "*From:* Bob <bob@example.com>\n*Sent:* Tuesday, March 5, 2024\n*To:* Jane\n*Subject:* x",
                "Von: Bob <bob@example.com>\nGesendet: Dienstag, 5. März 2024 09:15\nAn: Jane\nBetreff: x",
                "De : Bob <bob@example.com>\nEnvoyé : mardi 5 mars 2024 09:15\nÀ : Jane\nObjet : x",
                "De: Bob\nEnviado el: martes, 5 de marzo de 2024 9:15\nPara: Jane\nAsunto: x",
                "Da: Bob\nInviato: martedì 5 marzo 2024 09:15\nA: Jane\nOggetto: x",
                "От: Bob\nОтправлено: 5 марта 2024 г. 9:15\nКому: Jane\nТема: x",
                "发件人: Bob\n发送时间: 2024年3月5日 9:15\n收件人: Jane\n主题: x",
                "差出人: Bob\n送信日時: 2024年3月5日 9:15\n宛先: Jane\n件名: x",
                "##- Please type your reply above this line -##",
            })
    void what_introduces_another_mail_ends_the_new_text(String introduction) {
        assertEquals("Approved.\n\nJane", NewestText.of("Approved.\n\nJane\n\n" + introduction + "\n\nold words\n"));
        assertEquals("Approved.", NewestText.of("Approved.\n" + introduction + "\n> old words\n> more\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "As the minister wrote:",
                "On Monday I spoke to Bob.",
                "We met at 9:15 on 5 March 2024, and I wrote it all down.",
                "On page 3 it said:",
                "See https://example.com/on-2024-03-05-bob-wrote: it is there.",
                "The address is bob@example.com.",
                "- first\n- second",
                "-- first point\n-- second point",
                "a -> b, c <= d",
                "Subject: one thing only",
                "From: London\nTo: Paris\nDate: 5 March 2024",
                "Totals\n------\n3 pens",
                "1. one\n2. two",
                "x > y is true",
                "Sentences are sent from here to there.",
                "Sent by courier yesterday.",
                "The contract was\nsent by courier",
                "I heard on 2024-03-05 that bob@example.com wrote",
                "Dies ist wichtig: bitte bis 12:00 antworten.",
                "2024-03-05: done",
                "| a | b |\n| 1 | 2 |",
            })
    void ones_own_words_stay(String words) {
        assertEquals(words + "\n\nThe end.", NewestText.of(words + "\n\nThe end."));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--\nJane Doe\nExample Ltd.",
                "-- \nJane Doe",
                "—\nJane",
                "_____________\nJane Doe\n+1 555 0100",
                "—————\nJane Doe",
                "-------------\nJane Doe\n+1 555 0100",
                "Sent from my iPhone",
                "Get Outlook for iOS<https://aka.ms/o0ukef>",
                "Von meinem iPhone gesendet",
                "Envoyé de mon iPhone",
                "Enviado desde mi iPhone",
                "iPhoneから送信",
                "This e-mail and any attachments are confidential.\nIf you are not the addressee, delete it.",
                "CONFIDENTIALITY NOTICE: for the addressee only.",
                "Diese E-Mail enthält vertrauliche Informationen.",
            })
    void signatures_and_notices_are_left_out_or_kept(String signature) {
        assertEquals("Approved.", NewestText.of("Approved.\n\n" + signature));
        assertEquals(
                "Approved.\n\n" + signature.replace("-- \n", "--\n"),
                NewestText.of("Approved.\n\n" + signature, NewestText.Signature.KEPT));
    }

    @Test
    void answers_below_and_between_quotations_are_new() {
        assertEquals("Yes.\n\nNo.", NewestText.of("Bob wrote:\n> A?\nYes.\n\n> B?\n\nNo.\n"));
        assertEquals("Below.", NewestText.of("On 5 Mar 2024, at 09:15, Bob wrote:\n\n> A?\n> B?\n\nBelow.\n"));
        assertEquals("Mine.", NewestText.of("JD> theirs\nJD> theirs too\nMine.\n"));
    }

    @Test
    void a_quoted_line_broken_on_its_way_stays_quoted() {
        String quoted = "> This is a quoted line, long enough to be broken by some mail server or\n";
        assertEquals("Yes.", NewestText.of("Yes.\n\n" + quoted + "other on its way.\n> The next.\n"));
        assertEquals(
                "yes",
                NewestText.of(
                        "> Do you approve of this quite long proposal of ours, with all details?\nyes\n> Good.\n"));
    }

    @Test
    void an_attribution_glued_to_the_answer_is_cut_off() {
        assertEquals("yes", NewestText.of("yes--- On Wed, Apr 4, 2012 at 3:59 PM, bob@example.com wrote:\n> Hi"));
        assertEquals("yes", NewestText.of("yes On Wed, Apr 4, 2012 at 3:59 PM, bob@example.com wrote:\n> Hi"));
    }

    @Test
    void nothing_new_is_empty() {
        assertEquals("", NewestText.of(""));
        assertEquals("", NewestText.of("\n\n> only\n> quoted\n"));
        assertEquals("", NewestText.of("On 5 Mar 2024, at 09:15, Bob <bob@example.com> wrote:\n\nunmarked"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ">",
                "> ",
                ">\n",
                "\n",
                " ",
                "On ",
                "On 2024 ",
                "On 2024\n",
                "a@b\n",
                "<",
                "1\n",
                "-\n",
                "--- ",
                "_",
                "_____\n\n",
                "From: a@b\n",
                "From: a\n\n",
                "wrote:",
                "wrote:\n",
                ": ",
                "9:9",
                "On 1:11 a@b wrote:x ",
                "C>\n",
                "A>\nB>\n",
                "Sent from my\u00a0",
                "\u2028",
                "é",
                "————\n",
                "-----\n\n"
            })
    void a_quarter_million_of_anything_takes_linear_time(String piece) {
        String text = "Yes.\n" + piece.repeat(250_000 / piece.length());
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> NewestText.of(text));
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> NewestText.of(text, NewestText.Signature.KEPT));
    }
}
