package org.chancery.api.html;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Puts pieces of attacks together at random, the same way in each run. */
class SafeHtmlFuzzTest {
    private static final int CASES = 4_000;

    private static final List<String> PIECES = List.of(
            "<script>",
            "</script>",
            "<style>",
            "</style>",
            "<svg>",
            "</svg>",
            "<math>",
            "<mtext>",
            "<mglyph>",
            "</math>",
            "<table>",
            "<tr>",
            "<td>",
            "</td>",
            "</table>",
            "<p>",
            "</p>",
            "<div style=\"",
            "<a href='",
            "<img src=",
            "<img alt=\"",
            "<form action=",
            "<noscript>",
            "</noscript>",
            "<template>",
            "<select>",
            "<textarea>",
            "</textarea>",
            "<title>",
            "</title>",
            "<iframe srcdoc='",
            "<!--",
            "-->",
            "--!>",
            "<![CDATA[",
            "]]>",
            "<?",
            "?>",
            "<",
            ">",
            "/",
            "\"",
            "'",
            "`",
            "=",
            " ",
            "\n",
            "\t",
            "\u0000",
            "&",
            "&lt;",
            "&gt;",
            "&quot;",
            "&#39;",
            "&#x3c;",
            "&colon;",
            "javascript:",
            "data:text/html,",
            "https://x.example/",
            "//x.example/",
            "cid:1",
            "mailto:a@x.example",
            "onerror=alert(1)",
            " onload=alert(1) ",
            "srcset=",
            "background=",
            "url(",
            ")",
            "expression(",
            "@import ",
            "position:fixed;",
            "color:red;",
            "background:",
            "\\75rl(",
            "/**/",
            "}",
            "{",
            "{{",
            "}}",
            "xlink:href=",
            "id=x ",
            "class=x ",
            "name=x ",
            "text",
            "\u2028",
            "\ud83d",
            "é",
            "<a title=\"",
            "</a>",
            "<plaintext>",
            "<xmp>",
            "<base href=");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8, 13})
    void no_mixture_of_attacks_leaves_anything_that_acts(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < CASES; i++) {
            StringBuilder input = new StringBuilder();
            int pieces = 1 + random.nextInt(24);
            for (int j = 0; j < pieces; j++) {
                input.append(PIECES.get(random.nextInt(PIECES.size())));
            }
            String once = SafeHtml.of(input.toString()).markup();
            Fragment.assertHarmless(input.toString(), once);
            // What a browser made of it and gave back would be no more than it was.
            Fragment.assertHarmless(once, SafeHtml.of(once).markup());
        }
    }
}
