package org.chancery.server.report;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.chancery.core.mail.MessageReader;
import org.chancery.core.mail.NewestText;

/**
 * Newest text: {@code exact} as the item says what equal means; {@code leak}, items with a line that is none of the expected
 * ones; {@code loss}, items in which an expected line is missing; {@code human}, those not taken for automatic mail.
 */
final class ReplyMeasure implements Measure {

    @Override
    public void take(Item item, Tally tally) throws IOException {
        String found = newest(item);
        Optional<String> expected = item.text("expected");
        tally.count("exact", item, isExact(item, found));
        if (expected.isPresent()) {
            tally.countBad("leak", item, !holdsLines(expected.get(), found));
            tally.countBad("loss", item, !holdsLines(found, expected.get()));
        }
        tally.count("human", item, KindMeasure.isHuman(item));
    }

    private static boolean isExact(Item item, String found) throws IOException {
        String expected = item.text("expected").orElse("");
        return switch (item.text("match").orElse("ws")) {
            case "contains_regex" -> matchesAll(item.texts("must_match"), found);
            case "nows" -> letters(found).equals(letters(expected));
            default -> words(found).equals(words(expected));
        };
    }

    private static boolean matchesAll(List<String> expressions, String found) throws IOException {
        try {
            return expressions.stream()
                    .allMatch(regex -> Pattern.compile(regex).matcher(found).find());
        } catch (PatternSyntaxException broken) {
            throw new IOException("no regular expression: " + broken.getPattern(), broken);
        }
    }

    private static String newest(Item item) throws IOException {
        byte[] octets = item.octets();
        NewestText.Signature signature = item.text("signature").orElse("").equals("kept")
                ? NewestText.Signature.KEPT
                : NewestText.Signature.LEFT_OUT;
        return switch (item.text("input_kind").orElse("text")) {
            case "eml" -> NewestText.of(MessageReader.content(new ByteArrayInputStream(octets)), signature);
            case "html" -> NewestText.ofHtml(new String(octets, StandardCharsets.UTF_8), signature);
            default -> NewestText.of(new String(octets, StandardCharsets.UTF_8), signature);
        };
    }

    /** Whether each line of the second is found in the first, white space apart. */
    static boolean holdsLines(String whole, String lines) {
        String letters = letters(whole);
        return lines.lines().allMatch(line -> letters.contains(letters(line)));
    }

    static String letters(String text) {
        return text.replaceAll("\\s", "");
    }

    static String words(String text) {
        return String.join(" ", List.of(text.strip().split("\\s+")));
    }
}
