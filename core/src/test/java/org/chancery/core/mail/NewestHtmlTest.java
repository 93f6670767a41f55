package org.chancery.core.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.chancery.core.mail.NewestText.Signature;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Newest text of HTML, as mail programs write it. The attributions are in no language, so that only the markup helps. */
class NewestHtmlTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Gmail
                "<div dir=ltr>Approved.</div><br><div class=\"gmail_quote gmail_quote_container\"><div dir=ltr class=gmail_attr>Xyz Bob:<br></div>"
                        + "<blockquote class=gmail_quote style=\"margin:0 0 0 .8ex\">old words</blockquote></div>",
                "<div>Approved.</div><div class=gmail_extra><br><div class=gmail_quote>Xyz 2024 &lt;<a href=\"mailto:bob@example.com\">bob@example.com</a>&gt;:<br>"
                        + "<blockquote class=gmail_quote>old words</blockquote></div><br></div>",
                // Gmail, forwarded
                "<div>Approved.</div><div class=gmail_quote><div class=gmail_attr>---------- Xyz ---------<br>Xyz: Bob</div>old words</div>",
                // Outlook on the web
                "<div>Approved.</div><div id=appendonsend></div><hr style=\"display:inline-block;width:98%\"><div id=divRplyFwdMsg dir=ltr><b>Xyz:</b> Bob<br></div>"
                        + "<div>old words</div>",
                // the same, quoted in another mail
                "<div>Approved.</div><div id=x_divRplyFwdMsg><b>Xyz:</b> Bob<br></div><div>old words</div>",
                // Outlook for Windows
                "<div class=WordSection1><p class=MsoNormal>Approved.</p><div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'>"
                        + "<p class=MsoNormal><b>Von:</b> Bob &lt;bob@example.com&gt;<br><b>Xyz:</b> x</p></div></div><p class=MsoNormal>old words</p></div>",
                // Outlook for Mac
                "<div>Approved.</div><span id=OLK_SRC_BODY_SECTION><div>Xyz: Bob</div><div>old words</div></span>",
                // Outlook for phones
                "<div>Approved.</div><div id=mail-editor-reference-message-container><div>Xyz: Bob</div><div>old words</div></div>",
                // Apple Mail
                "<html><body>Approved.<div><br><blockquote type=cite><div>Xyz Bob:</div><br><div>old words</div></blockquote></div></body></html>",
                // Yahoo
                "<div class=ydp1>Approved.</div><div id=yahoo_quoted_1 class=yahoo_quoted><div>Xyz Bob:</div><div>old words</div></div>",
                // Thunderbird
                "Approved.<br><div class=moz-cite-prefix>Xyz Bob:<br></div><blockquote type=cite cite=\"mid:1@example.com\">old words</blockquote>",
                "Approved.<br><div class=moz-forward-container><br>-------- Xyz --------<table class=moz-email-headers-table><tr><th>Xyz:</th></tr></table>old words</div>",
                // Proton
                "<div>Approved.</div><div class=protonmail_quote>Xyz Bob:<br><blockquote class=protonmail_quote type=cite>old words</blockquote></div>",
                // Zimbra
                "<div>Approved.</div><hr id=zwchr data-marker=__DIVIDER__><div data-marker=__HEADERS__><b>Xyz: </b>Bob<br></div><div data-marker=__QUOTED_TEXT__>old words</div>",
                // Spark
                "<div>Approved.</div><div name=messageReplySection>Xyz Bob:<br><blockquote type=cite>old words</blockquote></div>",
                // Tutanota
                "<div>Approved.</div><blockquote class=tutanota_quote>old words</blockquote>",
                // Hotmail, old
                "<div>Approved.<hr id=stopSpelling>Xyz: Bob<br>old words</div>",
                // Zoho
                "<div>Approved.</div><div class=zmail_extra><br>Xyz Bob<br><blockquote>old words</blockquote></div>",
                // NetEase
                "<div>Approved.</div><div id=isReplyContent>Xyz Bob<br>old words</div>",
            })
    void what_the_markup_shows_to_be_quoted_is_left_out(String html) {
        assertEquals("Approved.", NewestText.ofHtml(html, Signature.LEFT_OUT));
        assertEquals("Approved.", NewestText.ofHtml(html, Signature.KEPT));
    }

    @Test
    void answers_between_and_below_quotations_are_new() {
        assertEquals(
                "Yes.\n\nNo.",
                NewestText.ofHtml(
                        "<div class=gmail_quote><div class=gmail_attr>Bob:</div><blockquote class=gmail_quote>A?</blockquote><div>Yes.</div>"
                                + "<blockquote class=gmail_quote>B?</blockquote></div><div><br></div><div>No.</div>",
                        Signature.LEFT_OUT));
        assertEquals(
                "Below.",
                NewestText.ofHtml(
                        "<div class=moz-cite-prefix>Xyz Bob:</div><blockquote type=cite>A?</blockquote><p>Below.</p>",
                        Signature.LEFT_OUT));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<div>Approved.</div><div class=gmail_signature data-smartmail=gmail_signature>Jane Doe<br>Example Ltd.</div>",
                "<div>Approved.</div><div id=Signature><p>Jane Doe</p></div>",
                "<div>Approved.</div><div id=ms-outlook-mobile-signature>Xyz Outlook</div>",
                "<div>Approved.</div><div class=\"protonmail_signature_block\">Xyz Proton</div>",
                "Approved.<br><pre class=moz-signature cols=72>-- \nJane</pre>",
            })
    void signatures_are_left_out_or_kept(String html) {
        assertEquals("Approved.", NewestText.ofHtml(html, Signature.LEFT_OUT));
        assertEquals(
                HtmlText.of(html, 1000).strip().replaceAll("\\s+", " "),
                NewestText.ofHtml(html, Signature.KEPT).replaceAll("\\s+", " "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<div style='border-top:solid #E1E1E1 1.0pt'>Totals: 3 pens</div>",
                "<blockquote>set in by hand</blockquote>",
                "<div class=quote>my own class</div>",
                "<table><tr><td>From:</td><td>London</td></tr></table>",
            })
    void ones_own_words_stay(String html) {
        assertEquals(
                HtmlText.of(html, 1000).strip() + "\n\nThe end.",
                NewestText.ofHtml(html + "<p>The end.</p>", Signature.LEFT_OUT));
    }

    @Test
    void only_a_mail_without_plain_text_is_read_by_its_html() throws IOException {
        String html = "<div>Approved.</div><div class=yahoo_quoted>old words</div>";
        assertEquals("Approved.", newest("Content-Type: text/html\r\n\r\n" + html));
        assertEquals(
                "Plain.",
                newest(
                        "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nPlain.\r\n"
                                + "--b\r\nContent-Type: text/html\r\n\r\n" + html + "\r\n--b--\r\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<div class=gmail_quote>",
                "<div class=gmail_quote></div>",
                "<blockquote class=gmail_quote>",
                "<div id=Signature>",
                "<div style='border-top:solid'>",
                "<div style='border-top:solid'><i></i>",
                "<p>",
                "<table>",
                "<div data-marker=__QUOTED_TEXT__>",
                "&nbsp;",
                "<!--",
                "<a href=x>",
                "<div class='a b c d e f g h'>"
            })
    void half_a_million_of_anything_takes_bounded_time(String piece) {
        String html = "Yes." + piece.repeat(500_000 / piece.length()) + "No.";
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> NewestText.ofHtml(html, Signature.LEFT_OUT));
    }

    private static String newest(String mail) throws IOException {
        return NewestText.of(MessageReader.content(new ByteArrayInputStream(mail.getBytes(StandardCharsets.UTF_8))));
    }
}
