package org.chancery.core.screening;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each mail in {@code spam/} has the score and the signals that the file beside it says. Honest mail is taken as a stranger's from a
 * server without any authentication, spam as from one with all of it: both at their worst. {@link #main} writes the expected files
 * anew, to be looked at before they are committed.
 */
class GoldenScoreTest {
    /** Well below the 5 from which an endpoint holds mail by default. */
    private static final double HONEST = 3.0;

    private static final double SPAM = 5.0;

    @ParameterizedTest
    @MethodSource("ham")
    void honest_mail_of_a_stranger_stays_well_below_the_threshold(String name) throws IOException {
        SpamScore score = score(name);
        assertTrue(score.score() < HONEST, () -> score.toString());
    }

    @ParameterizedTest
    @MethodSource("spam")
    void spam_reaches_the_threshold_even_where_it_is_signed(String name) throws IOException {
        SpamScore score = score(name);
        assertTrue(score.reaches(SPAM), () -> score.toString());
    }

    @ParameterizedTest
    @MethodSource("mails")
    void each_signal_is_as_expected(String name) throws IOException {
        assertEquals(Files.readString(expected(root().resolve(name))), render(score(name)));
    }

    static List<String> mails() throws IOException {
        Path root = root();
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".eml"))
                    .map(file -> root.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    static List<String> ham() throws IOException {
        return mails().stream().filter(name -> name.startsWith("ham")).toList();
    }

    static List<String> spam() throws IOException {
        return mails().stream().filter(name -> name.startsWith("spam")).toList();
    }

    private static SpamScore score(String name) throws IOException {
        byte[] raw = octets(root().resolve(name));
        return Scoring.of(raw, name.startsWith("ham") ? Scoring.UNPROVEN : Scoring.PROVEN);
    }

    /** The mails are kept with LF and read with CRLF, as SMTP brings them. */
    private static byte[] octets(Path mail) throws IOException {
        String latin1 = new String(Files.readAllBytes(mail), StandardCharsets.ISO_8859_1);
        return latin1.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Path root() {
        try {
            URL url = Objects.requireNonNull(GoldenScoreTest.class.getResource("/spam"));
            return Path.of(url.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path expected(Path mail) {
        return mail.resolveSibling(mail.getFileName().toString().replace(".eml", ".expected"));
    }

    private static String render(SpamScore score) {
        StringBuilder out = new StringBuilder(String.format(Locale.ROOT, "%.2f%n", score.score()));
        for (Signal signal : score.signals()) {
            out.append(String.format(Locale.ROOT, "%+.2f %s: %s%n", signal.score(), signal.name(), signal.detail()));
        }
        return out.toString();
    }

    /** Writes the expected files of the mails in the given folder anew. */
    public static void main(String[] args) throws IOException {
        Path root = Path.of(args[0]);
        for (String name : mails()) {
            Files.writeString(expected(root.resolve(name)), render(score(name)));
        }
    }
}
