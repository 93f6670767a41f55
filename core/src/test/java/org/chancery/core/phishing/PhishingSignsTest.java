package org.chancery.core.phishing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.chancery.core.mail.MessageReader;
import org.chancery.core.screening.ContentFindings;
import org.chancery.core.screening.Signal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PhishingSignsTest {
    private static final OwnNames OURS = new OwnNames(
            Set.of("northwind-traders.example", "acme.example"),
            List.of(new OwnNames.Person(
                    "Grace Hopper", Set.of("grace@northwind-traders.example", "grace@home.example"))));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "link_text_differs | https://www.bank.example | https://evil.example/x",
                "link_text_differs | www.bank.example/login   | http://evil.example/x",
                "user_info_link    | here | https://www.bank.example@evil.example/",
                "address_link      | here | http://203.0.113.7/login",
                "address_link      | here | http://3405803783/login",
                "address_link      | here | http://0xcb.0x00.0x71.0x07/",
                "address_link      | here | http://[2001:db8::1]/",
                "homograph_host    | here | https://xn--80ak6aa92e.com/",
                "homograph_host    | here | https://pаypal.example/",
                "shortened_link    | here | https://bit.ly/3abc",
                "script_link       | here | javascript:alert(1)",
                "script_link       | here | java&#10;script:alert(1)",
                "script_link       | here | data:text/html;base64,PGI+",
                "domain_in_subdomain | here | https://acme.example.evil.example/",
                "domain_in_subdomain | here | https://paypal.com.account.evil.example/",
                "lookalike_domain  | here | https://northwlnd-traders.example/",
                "lookalike_domain  | here | https://paypa1.example/",
                "own_name_elsewhere | here | https://northwind-traders.test/"
            })
    void what_a_link_gives_away_is_named(String sign, String shown, String href) {
        List<String> names = names(of(page("From: a@other.example\r\n", "<a href=\"" + href + "\">" + shown + "</a>")));
        assertTrue(names.contains(sign), () -> sign + " not in " + names);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "brand_name           | From: PayPal Service <a@evil.example>",
                "brand_name           | From: \"Microsoft 365 Team\" <a@evil.example>",
                "own_person           | From: Grace Hopper <ceo@evil.example>",
                "own_person           | From: \"HOPPER, Grace (CEO)\" <ceo@evil.example>",
                "own_address_in_name  | From: \"grace@northwind-traders.example\" <a@evil.example>",
                "address_in_name      | From: \"service@bank.example\" <a@evil.example>",
                "lookalike_domain     | From: Ada <ada@northwind-trader.example>",
                "lookalike_domain     | From: Ada <ada@nortwhind-traders.example>",
                "lookalike_domain     | From: Ada <ada@acrne.test>",
                "homograph_host       | From: Ada <ada@xn--80ak6aa92e.com>"
            })
    void what_a_sender_gives_away_is_named(String sign, String header) {
        List<String> names = names(of(header + "\r\n\r\nHello\r\n"));
        if (sign.equals("lookalike_domain") && header.contains("acrne")) {
            assertEquals(List.of(), names, "a domain of four letters is one off from many");
        } else {
            assertTrue(names.contains(sign), () -> sign + " not in " + names);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "From: Grace Hopper <grace@home.example>",
                "From: Grace Hopper <grace@northwind-traders.example>",
                "From: Grace <grace@evil.example>",
                "From: PayPal <service@mail.paypal.com>",
                "From: \"ada@partner.example via Forum\" <forum@lists.example>\r\nList-Id: <forum.lists.example>",
                "From: Ada <ada@münchen.example>",
                "From: Ada <ada@例え.example>"
            })
    void a_sender_with_an_honest_name_gives_nothing_away(String header) {
        assertEquals(List.of(), names(of(header + "\r\n\r\nHello\r\n")));
    }

    @Test
    void a_form_for_a_password_is_named() {
        String form = "<form action='https://x.example'><input name=u><input type='PassWord'></form>";
        assertTrue(names(of(page("From: a@other.example\r\n", form))).contains("password_form"));
    }

    @Test
    void answers_elsewhere_count_beside_something_else_only() {
        String header = "From: Ada <ada@customer.example>\r\nReply-To: ada@gmail.com\r\n";
        assertEquals(List.of(), names(of(header + "\r\nHello\r\n")));
        assertEquals(
                List.of("reply_elsewhere", "credential_wording"),
                names(of(header + "\r\nPlease buy gift cards for me.\r\n")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Please verify your account now",
                "Bitte bestätigen Sie Ihr Konto!",
                "Votre compte a été suspendu.",
                "Ver\u200bify y\u00adour acc\u200bount",
                "Ｖｅｒｉｆｙ ｙｏｕｒ ａｃｃｏｕｎｔ",
                "アカウントを確認"
            })
    void urgent_words_are_found_in_several_languages(String text) {
        assertTrue(Wording.isUrgent("Subject\n" + text + "\n"), text);
    }

    @ParameterizedTest
    @EnumSource(PhishingSign.class)
    void no_sign_alone_is_phishing(PhishingSign sign) {
        assertFalse(new ContentFindings(List.of(), List.of(sign.signal(""))).isPhishing());
    }

    // Mails as they are met, and on which side they end.

    @Test
    void a_bank_that_is_none_is_phishing() {
        assertPhishing(page(
                "From: \"PayPal\" <no-reply@secure-mail.example>\r\nSubject: Action needed\r\n",
                "<p>Unusual sign-in activity. Verify your account within 24 hours:</p>"
                        + "<a href='https://login.evil.example/pp'>https://www.paypal.com/signin</a>"));
    }

    @Test
    void the_boss_who_wants_gift_cards_is_phishing() {
        assertPhishing(
                "From: Grace Hopper <office.ceo@gmail.example>\r\nReply-To: boss9@gmail.com\r\nSubject: Quick task\r\n\r\n"
                        + "Are you at your desk? I need you to buy gift cards for a client.\r\n");
    }

    @Test
    void a_colleague_from_a_domain_one_letter_off_is_phishing() {
        assertPhishing("From: Accounts <accounts@northwind-tradres.example>\r\nSubject: Invoice\r\n\r\n"
                + "Please use our new bank details from now on.\r\n");
    }

    @Test
    void a_mailbox_that_is_full_is_phishing() {
        assertPhishing(page(
                "From: \"helpdesk@acme.example\" <x@evil.example>\r\nSubject: Mailbox\r\n",
                "<p>Your mailbox is full.</p><a href='http://203.0.113.9/owa'>Validate your mailbox</a>"));
    }

    @Test
    void a_login_form_in_the_mail_with_urgent_words_is_phishing() {
        assertPhishing(page(
                "From: Support <support@evil.example>\r\nSubject: x\r\n",
                "Confirm your password<form action='https://evil.example'><input type=password></form>"));
    }

    @Test
    void a_newsletter_that_counts_clicks_is_not() {
        StringBuilder body =
                new StringBuilder("<div style='display:none'>This week: new arrivals&zwnj;&nbsp;&zwnj;&nbsp;</div>");
        for (String shown : List.of(
                "www.shop.example", "shop.example/sale", "Read more", "Unsubscribe", "https://shop.example/blog")) {
            body.append("<a href='https://click.mailer.example/t?u=1'>")
                    .append(shown)
                    .append("</a>");
        }
        assertHonest(page(
                "From: Shop <news@shop.example>\r\nReply-To: hello@shop-support.example\r\nList-Unsubscribe: <https://click.mailer.example/u>\r\n",
                body.toString()));
    }

    @Test
    void a_receipt_with_a_tracking_link_is_not() {
        assertHonest(
                page(
                        "From: \"Stripe\" <receipts@stripe.example>\r\nReply-To: billing@vendor.example\r\nSubject: Your receipt\r\n",
                        "<p>You paid 12.00 EUR. Update your payment method any time.</p>"
                                + "<a href='https://58.email.stripe.example/CL0/https:%2F%2Fvendor.example'>vendor.example</a>"));
    }

    @Test
    void a_note_from_a_forge_is_not() {
        assertHonest(page(
                "From: Ada Lovelace <notifications@github.com>\r\nReply-To: engine <reply+ABC@reply.github.com>\r\n"
                        + "List-ID: <engine.github.com>\r\nSubject: Re: [ada/engine] Crash (#12)\r\n",
                "<p>See <a href='https://github.com/ada/engine/pull/12'>#12</a>, and <a href='http://127.0.0.1:8080/'>http://127.0.0.1:8080/</a>"
                        + "</p><a href='https://github.com/notifications/unsubscribe'>unsubscribe</a>"));
    }

    @Test
    void a_calendar_invitation_is_not() {
        assertHonest(page(
                "From: \"Ada Lovelace\" <ada@customer.example>\r\nReply-To: ada@customer.example\r\nSubject: Invitation\r\n",
                "<a href='https://calendar.google.com/calendar/event?eid=1'>Yes</a>"
                        + "<a href='https://meet.google.com/abc-defg-hij'>meet.google.com/abc-defg-hij</a>"
                        + "<form action='https://calendar.google.com/calendar/rsvp'><input type=submit></form>"));
    }

    @Test
    void a_reset_of_a_password_that_was_asked_for_is_not() {
        assertHonest(page(
                "From: \"Netflix\" <info@account.netflix.com>\r\nSubject: Verify your account\r\n",
                "<a href='https://www.netflix.com/password?g=1'>Verify your account</a>"));
    }

    @Test
    void a_colleague_who_writes_from_home_is_not() {
        assertHonest("From: Grace Hopper <grace.hopper.private@mail.example>\r\nSubject: Monday\r\n\r\n"
                + "I am ill, see you on Tuesday. https://bit.ly/3abc\r\n");
    }

    @Test
    void a_gateway_that_writes_links_anew_is_not() {
        assertHonest(
                page(
                        "From: Ada <ada@customer.example>\r\n",
                        "<a href='https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.org'>https://example.org</a>"));
    }

    @Test
    void any_octets_give_an_answer_in_bounded_time() {
        Random random = new Random(20240307);
        List<String> pieces = List.of(
                "<a href=",
                "'",
                "\"",
                "http://",
                "https:\\\\",
                "@",
                "xn--",
                "[",
                "]",
                ":",
                "%",
                "%41",
                "<form>",
                "</a>",
                "data:",
                "<div style='display:none'>",
                "\u0430",
                "paypal",
                ".com.",
                "\u200b",
                " ",
                ">",
                "//",
                "?",
                "0x",
                ".",
                "northwind-traders");
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            for (int round = 0; round < 2_000; round++) {
                StringBuilder body = new StringBuilder();
                for (int i = random.nextInt(60); i > 0; i--) {
                    body.append(pieces.get(random.nextInt(pieces.size())));
                }
                of(page("From: " + body.toString().replace("\n", "") + "\r\n", body.toString()));
            }
            of(page("From: a@b.example\r\n", "<a href='https://a.example/'>b.example</a>".repeat(50_000)));
            of("From: a@b.example\r\n\r\n" + "https://a.example/ ".repeat(100_000) + "\r\n");
            of(page("From: a@b.example\r\n", "<a href='https://" + "a.".repeat(100_000) + "'>x</a>"));
            char[] long_ = new char[200_000];
            Arrays.fill(long_, 'a');
            of("From: \"" + new String(long_, 0, 60_000) + "\" <a@b.example>\r\n\r\n" + new String(long_) + "\r\n");
        });
    }

    private static void assertPhishing(String mail) {
        List<Signal> signals = of(mail);
        assertTrue(new ContentFindings(List.of(), signals).isPhishing(), signals::toString);
    }

    private static void assertHonest(String mail) {
        List<Signal> signals = of(mail);
        assertFalse(new ContentFindings(List.of(), signals).isPhishing(), signals::toString);
        assertTrue(Signal.sum(signals) < 5, signals::toString);
    }

    private static String page(String header, String body) {
        return header + "Content-Type: text/html; charset=utf-8\r\n\r\n<html><body>" + body + "</body></html>\r\n";
    }

    private static List<Signal> of(String mail) {
        byte[] raw = mail.getBytes(StandardCharsets.UTF_8);
        try {
            return PhishingSigns.in(
                            MessageReader.header(new ByteArrayInputStream(raw)),
                            MessageReader.content(new ByteArrayInputStream(raw)),
                            PhishingSignsTest::organisation)
                    .against(OURS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As much of the list of public suffixes as these mails need. */
    private static String organisation(String domain) {
        String[] labels = domain.split("\\.", -1);
        int kept = domain.endsWith(".co.uk") || domain.endsWith(".com.au") ? 3 : 2;
        return String.join(".", Arrays.asList(labels).subList(Math.max(0, labels.length - kept), labels.length));
    }

    private static List<String> names(List<Signal> signals) {
        return signals.stream().map(Signal::name).toList();
    }
}
