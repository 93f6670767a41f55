package org.chancery.core.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HtmlTextTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a<br>b | a/b",
                "<p>a</p><p>b</p> | a//b",
                "<div>a</div><div>b</div> | a/b",
                "<div><div>a</div></div><div><br></div><div>b</div> | a//b",
                "  a ~ b  | a b",
                "a&nbsp;&amp;&lt;b | a &<b",
                "<ul><li>a<li>b</ul> | - a/- b",
                "<ol><li>a<li>b</ol>c | 1. a/2. b//c",
                "<table><tr><td>a<td>b<tr><td>c | a\tb/c",
                "<a href='https://e.example/x'>here</a> | here <https://e.example/x>",
                "<a href='https://e.example/'>e.example</a> | e.example",
                "<a href='javascript:alert(1)'>x</a> | x",
                "<a href='https://e.example'><img src=x></a> | ^",
                "a<blockquote type=cite>b<br>c</blockquote>d | a//> b/> c//d",
                "a<blockquote>b</blockquote>c | a//b//c",
                "<style>a</style><script>b</script><p style='DISPLAY : none'>c</p>d | d",
                "<div style='font-size:0'><p style='font-size:12px'>shown</p></div> | shown",
                "<div style='mso-line-height:0;opacity:0.5'>shown</div> | shown",
                "<div style='opacity:0'>not</div>shown | shown",
                "<!-- a --><![if x]>b<![endif]> | b",
                "<pre>a~  b</pre> | a/  b",
                "a<hr>b | a/________________________________/b",
            })
    void html_reads_like_text(String html, String text) {
        assertEquals(
                "^".equals(text) ? "" : text,
                HtmlText.of(html.replace('~', '\n'), 1_000).replace('\n', '/'));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<b>",
                "<div>",
                "<a href=http://x>y",
                "<blockquote class=x>y",
                "<ul><li>",
                "<table><tr><td>",
                "<p><b><i>",
                "&",
                "<"
            })
    void deep_and_broken_html_takes_bounded_time(String piece) {
        String html = piece.repeat((1 << 19) / piece.length());
        String text = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> HtmlText.of(html, 10_000));
        assertEquals(Math.min(text.length(), 10_000), text.length());
    }
}
