package org.chancery.server.report;

import java.io.IOException;
import org.chancery.core.mail.NewestText;

/** Text and signature apart: {@code text} and {@code exact}, the latter for both as expected. */
final class SignatureMeasure implements Measure {

    @Override
    public void take(Item item, Tally tally) throws IOException {
        String input = item.inputText();
        String text = NewestText.of(input);
        String both = NewestText.of(input, NewestText.Signature.KEPT);
        String signature = both.startsWith(text) ? both.substring(text.length()) : "";
        boolean isText = same(text, item.text("expected_text").orElse(""));
        tally.count(
                "exact",
                item,
                isText && same(signature, item.text("expected_signature").orElse("")));
        tally.count("text", item, isText);
    }

    private static boolean same(String one, String other) {
        return ReplyMeasure.words(one).equals(ReplyMeasure.words(other));
    }
}
