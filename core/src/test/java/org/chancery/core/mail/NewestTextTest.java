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
                "On Tue, 5 Mar 2024 at 09:15, Bob <bob@example.com> wrote:",
                "Bob <bob@example.com> escreveu (terça, 5/03/2024 à(s) 09:15):",
                "Bob <bob@example.com> escreveu no dia terça, 5/03/2024 à(s) 09:15:",
                "Den tirs. 5. mar. 2024 kl. 09.15 skrev Bob <bob@example.com>:",
                "ut 5. 3. 2024 o 9:15 Bob <bob@example.com> napísal(a):",
                "mar., 5 mar. 2024 la 09:15, Bob <bob@example.com> a scris:",
                "În mar., 5 mar. 2024 la 09:15, Bob <bob@example.com> a scris:",
                "На вт, 5.03.2024 г. в 9:15 Bob <bob@example.com> написа:",
                "вт, 5 бер. 2024 р. о 09:15 Bob <bob@example.com> пише:",
                "Bob <bob@example.com>, 5 Mar 2024 Sal, 09:15 tarihinde şunu yazdı:",
                "uto, 5. ožu 2024. u 09:15 Bob <bob@example.com> napisao je:",
                "уто, 5. мар 2024. у 09:15 Bob <bob@example.com> је написао/ла:",
                "V V tor., 5. mar. 2024 ob 09:15 je oseba Bob <bob@example.com> napisala:",
                "2024-03-05, an, 09:15 Bob <bob@example.com> rašė:",
                "otrd., 2024. g. 5. marts, plkst. 09:15 — lietotājs Bob (<bob@example.com>) rakstīja:",
                "Kuupäev T, 5. märts 2024 kell 09:15 kirjutas Bob <bob@example.com>:",
                "\u202bבתאריך יום ג׳, 5 במרץ 2024 ב-9:15 מאת \u202aBob\u202c\u200f <\u202abob@example.com\u202c\u200f>:\u202c",
                "في ثلاثاء، 5 مارس، 2024 في 9:15 ص، كتب \u202aBob\u202c\u200f <\u202abob@example.com\u202c\u200f>:",
                "در تاریخ سه‌شنبه ۵ مارس ۲۰۲۴،\u200f ۹:۱۵ Bob <bob@example.com> نوشت:",
                "Bob <bob@example.com> 于2024年3月5日周二 09:15写道：",
                "Bob <bob@example.com> 於 2024年3月5日 週二 上午9:15寫道：",
                "ในวันที่ อ. 5 มี.ค. 2024 เวลา 09:15 Bob <bob@example.com> เขียนว่า:",
                "Pada tanggal Sel, 5 Mar 2024 pukul 09.15 Bob <bob@example.com> menulis:",
                "Missatge de Bob <bob@example.com> del dia dt., 5 de març 2024 a les 9:15:",
                "मंगल, 5 मार्च 2024 को 9:15 am बजे को Bob <bob@example.com> ने लिखा:",
                "On Mar 5, 2024, at 9:15 AM, Bob <bob@example.com> wrote:",
                "El 5 mar 2024, a las 9:15, Bob <bob@example.com> escribió:",
                "5 mars 2024 kl. 09:15 skrev Bob <bob@example.com>:",
                "Bob <bob@example.com> kirjoitti 5.3.2024 kello 9.15:",
                "5. 3. 2024 v 9:15, Bob <bob@example.com>:",
                "2024. márc. 5. dátummal, 9:15 időpontban Bob <bob@example.com> írta:",
                "Bob <bob@example.com> escreveu no dia 05/03/2024, às 09:15:",
                "Em 5 de mar. de 2024, à(s) 09:15, Bob <bob@example.com> escreveu:",
                "Pe 5 mar. 2024, la 09:15, Bob <bob@example.com> a scris:",
                "5 бер. 2024 р. о 09:15 Bob <bob@example.com> написав(-ла):",
                "Bob <bob@example.com> şunları yazdı (5 Mar 2024 09:15):",
                "Dana 5. ožu 2024., u 09:15, Bob <bob@example.com> je napisao/la:",
                "Στις 5 Μαρ 2024, 09:15, ο/η Bob <bob@example.com> έγραψε:",
                "2024. 3. 5. 오전 9:15, Bob <bob@example.com> 작성:",
                "2024年3月5日 09:15，Bob <bob@example.com> 写道：",
                "\u200fב-5 במרץ 2024, בשעה 9:15, \u200fBob <bob@example.com> כתב/ה:",
                "El 5 de març 2024, a les 9:15, Bob <bob@example.com> va escriure:",
                "Vào 5 thg 3, 2024, lúc 09:15, Bob <bob@example.com> đã viết:",
                "On 3/5/24 09:15, Bob wrote:",
                "On 2024-03-05 09:15, Bob wrote:",
                "Am 05.03.24 um 09:15 schrieb Bob:",
                "Am 05.03.2024 09:15, schrieb Bob:",
                "El 5/3/24 a las 9:15, Bob escribió:",
                "Il 05/03/24 09:15, Bob ha scritto:",
                "Op 05-03-2024 om 09:15 schreef Bob:",
                "Den 2024-03-05 kl. 09:15, skrev Bob:",
                "Den 05.03.2024 09:15, skrev Bob:",
                "Bob kirjoitti 5.3.2024 klo 9.15:",
                "Dne 05. 03. 24 v 9:15 Bob napsal(a):",
                "2024. 03. 05. 9:15 keltezéssel, Bob írta:",
                "Às 09:15 de 05/03/2024, Bob escreveu:",
                "Em 05/03/2024 09:15, Bob escreveu:",
                "05.03.2024 09:15, Bob пишет:",
                "05.03.24 09:15, Bob пише:",
                "5.03.2024 09:15 tarihinde Bob yazdı:",
                "在 2024/3/5 9:15, Bob 写道:",
                "2024-03-05 오전 9:15에 Bob 이(가) 쓴 글:",
                "Στις 5/3/24 09:15, ο/η Bob έγραψε:",
                "Pe 05.03.2024 09:15, Bob a scris:",
                "Dňa 5. 3. 2024 o 9:15 Bob napísal(a):",
                "Dne 5. 03. 2024 ob 9:15 je Bob napisal(a):",
                "Am Dienstag, 5. März 2024 um 09:15:00 MEZ hat Bob <bob@example.com> Folgendes geschrieben:",
                "Le mardi 5 mars 2024 à 09:15:00 UTC+1, Bob <bob@example.com> a écrit :",
                "En martes, 5 de marzo de 2024, 09:15:00 CET, Bob <bob@example.com> escribió:",
                "Il martedì 5 marzo 2024 alle ore 09:15:00 CET, Bob <bob@example.com> ha scritto:",
                "On Tuesday, March 5th, 2024 at 9:15 AM, Bob <bob@example.com> wrote:",
                "Вторник, 5 марта 2024, 9:15 +03:00 от Bob <bob@example.com>:",
                "05.03.2024, 09:15, \"Bob\" <bob@example.com>:",
                "---- On Tue, 05 Mar 2024 09:15:00 +0100 Bob <bob@example.com> wrote ---",
                "On Mar 5, 2024 at 9:15 AM +0100, Bob <bob@example.com>, wrote:",
                "5. Mar 2024, 09:15 by bob@example.com:",
                "Mar 5, 2024, 09:15 by bob@example.com:",
                "On Tue, Mar 5, 2024, at 9:15 AM, Bob wrote:",
                "On Tue, Mar 05, 2024 at 09:15:00AM +0100, Bob wrote:",
                "---- Bob wrote ----",
                "---- Bob Builder <bob@example.com> schrieb ----",
                "‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐",
                "------- Original Message -------",
                "-------- Messaggio Originale --------",
                "----- Mensagem original -----",
                "-------- Oprindelig besked --------",
                "-------- Alkuperäinen viesti --------",
                "-------- Původní zpráva --------",
                "-------- Исходное сообщение --------",
                "--------- Mensaje original --------",
                "-----Messaggio originale-----",
                "-----Oorspronkelijk bericht-----",
                "-----Ursprüngliche Nachricht-----",
                "-----Original Message-----",
                "-----原始邮件-----",
                "------------------ 原始邮件 ------------------",
                "------------------ Original ------------------",
                "El 5 de marzo de 2024, 9:15, Bob <bob@example.com> escribió:",
                "El martes, 5 de marzo de 2024, Bob <bob@example.com> escribió:",
                "2024-03-05 9:15 GMT+01:00 Bob <bob@example.com>:",
                "2024-03-05 9:15 GMT-05:00, Bob <bob@example.com>:",
                "On 5 March 2024 at 09:15, Bob <bob@example.com> wrote:",
                "On March 5, 2024 9:15:00 AM GMT+01:00, Bob <bob@example.com> wrote:",
                "Am 5. März 2024 09:15:00 MEZ schrieb Bob <bob@example.com>:",
                "Le 5 mars 2024 09:15:00 GMT+01:00, Bob <bob@example.com> a écrit :",
                "Bob <bob@example.com> hat am 05.03.2024 09:15 CET geschrieben:",
                "Bob <bob@example.com> hat am 5. März 2024 um 09:15 geschrieben:",
                "On 05/03/2024 09:15 CET Bob <bob@example.com> wrote:",
                "Il 05/03/2024 09:15 Bob <bob@example.com> ha scritto:",
                "Op 05/03/2024 09:15 CET schreef Bob <bob@example.com>:",
                "Bob <bob@example.com> a écrit le 05/03/2024 09:15:",
                "-------- Message original --------",
                "-------- Původní e-mail --------",
                ">>> Bob <bob@example.com> 05/03/2024 09:15 >>>",
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
                "My answer:\n\n- Approved",
                "-5 degrees",
                "He wrote on 5.3.2024 that he agrees.",
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
                "-Jane",
                "— Jane Doe",
                "--Jane",
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
