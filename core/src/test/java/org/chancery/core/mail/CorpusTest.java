package org.chancery.core.mail;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Every file of the mail corpus beside the project is read without an exception, whatever it is. How well it is read is measured
 * by {@code bin/corpus-report}, and bounded by {@code CorpusReportTest} in {@code server}.
 */
class CorpusTest {
    private static final ReversePath SOMEBODY = ReversePath.of(EmailAddress.of("somebody@example.com"));

    @Test
    void every_file_is_read() throws IOException {
        Optional<Path> corpus = corpus();
        Assumptions.assumeTrue(
                corpus.isPresent(), "no corpus: neither CHANCERY_CORPUS nor ../shared/corpus leads to one");
        for (Path file : files(corpus.orElseThrow())) {
            byte[] raw = Files.readAllBytes(file);
            MailClassifier.judge(raw, SOMEBODY);
            MessageContent content = MessageReader.content(new ByteArrayInputStream(raw));
            NewestText.of(content);
            ForwardedMail.in(raw);
            DeliveryReport.read(new ByteArrayInputStream(raw));
            FeedbackReport.read(new ByteArrayInputStream(raw));
            String text = new String(raw, StandardCharsets.UTF_8);
            NewestText.of(text);
            NewestText.ofHtml(text, NewestText.Signature.LEFT_OUT);
        }
    }

    private static Optional<Path> corpus() {
        List<Path> places = new ArrayList<>();
        String variable = System.getenv("CHANCERY_CORPUS");
        if (variable != null) {
            places.add(Path.of(variable));
        }
        String home = System.getProperty("chancery.home");
        Path checkout = home == null ? Path.of("").toAbsolutePath().resolve("..") : Path.of(home);
        places.add(checkout.resolve("../shared/corpus").normalize());
        return places.stream()
                .filter(place -> Files.isDirectory(place.resolve("ground_truth")))
                .findFirst();
    }

    private static List<Path> files(Path corpus) throws IOException {
        try (Stream<Path> files = Files.walk(corpus)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
