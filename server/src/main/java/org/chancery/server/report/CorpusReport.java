package org.chancery.server.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The command {@code bin/corpus-report}: measures every capability whose expected results the corpus has, and says how the
 * figures differ from the committed ones.
 */
public final class CorpusReport {
    private static final String USAGE = """
            usage: corpus-report [--json FILE] [--write]

              --json FILE  writes the figures, and the items that were not as expected, as JSON too
              --write      writes docs/corpus-report.md anew

            The corpus is the folder CHANCERY_CORPUS, else ../shared/corpus beside the checkout.
            """;

    /** As sysexits.h numbers them: EX_USAGE, EX_DATAERR, EX_NOINPUT, EX_CANTCREAT. */
    private static final int EXIT_USAGE = 64;

    private static final int EXIT_DATA = 65;
    private static final int EXIT_NO_CORPUS = 66;
    private static final int EXIT_CANNOT_WRITE = 73;

    /** In the order of the report. */
    private static final Map<String, Measure> MEASURES = measures();

    private final Path home;
    private final PrintStream out;
    private final PrintStream err;

    /** @param home the checkout, whose committed figures are compared with */
    public CorpusReport(Path home, PrintStream out, PrintStream err) {
        this.home = home;
        this.out = out;
        this.err = err;
    }

    private static Map<String, Measure> measures() {
        Map<String, Measure> measures = new LinkedHashMap<>();
        measures.put("reply_extraction", new ReplyMeasure());
        measures.put("signature", new SignatureMeasure());
        measures.put("forward", new ForwardMeasure());
        measures.put("auto_reply", new KindMeasure());
        measures.put("bounce", new BounceMeasure());
        measures.put("mime_parse", new MimeMeasure());
        measures.put("spf", new SpfMeasure());
        measures.put("dkim", new DkimMeasure());
        measures.put("arc", new ArcMeasure());
        return measures;
    }

    /** @param place where the corpus lies; null for the usual place */
    public int run(List<String> words, @Nullable String place) throws IOException {
        Path json = null;
        boolean write = false;
        for (int i = 0; i < words.size(); i++) {
            if (words.get(i).equals("--json") && i + 1 < words.size()) {
                json = Path.of(words.get(++i));
            } else if (words.get(i).equals("--write")) {
                write = true;
            } else {
                err.println("corpus-report: do not know what to do with '" + words.get(i) + "'");
                err.print(USAGE);
                return EXIT_USAGE;
            }
        }
        Corpus corpus = new Corpus(
                place == null || place.isBlank()
                        ? home.resolve("../shared/corpus").normalize()
                        : Path.of(place));
        if (!corpus.exists()) {
            err.println("corpus-report: there is no mail corpus: " + corpus.groundTruth()
                    + " is no folder. Set CHANCERY_CORPUS to the folder that holds ground_truth.");
            return EXIT_NO_CORPUS;
        }
        Measured measured = measure(corpus);
        print(measured);
        try {
            if (json != null) {
                Files.writeString(json, json(measured));
            }
            if (write) {
                Files.writeString(committed(), markdown(measured));
            }
        } catch (IOException unwritable) {
            err.println("corpus-report: cannot write " + unwritable.getMessage() + ".");
            return EXIT_CANNOT_WRITE;
        }
        measured.unreadable().forEach(line -> err.println("corpus-report: " + line));
        return measured.unreadable().isEmpty() ? 0 : EXIT_DATA;
    }

    private Path committed() {
        return home.resolve("docs/corpus-report.md");
    }

    /**
     * All that was found out.
     *
     * @param notMeasured files of expected results that nothing here measures
     * @param unreadable what should have been measured and could not be read
     */
    record Measured(List<Section> sections, List<String> notMeasured, List<String> unreadable) {}

    private static Measured measure(Corpus corpus) throws IOException {
        Measured measured = new Measured(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        List<Corpus.Truth> truths = corpus.truths();
        for (Map.Entry<String, Measure> one : MEASURES.entrySet()) {
            for (Corpus.Truth truth : truths) {
                if (truth.capability().equals(one.getKey())) {
                    Corpus.Records records = corpus.read(truth);
                    measured.unreadable().addAll(records.unreadable());
                    measured.sections().add(section(truth, records.items(), one.getValue(), measured.unreadable()));
                }
            }
        }
        for (Corpus.Truth truth : truths) {
            if (!MEASURES.containsKey(truth.capability())) {
                measured.notMeasured().add(truth.file().getFileName().toString());
            }
        }
        return measured;
    }

    private static Section section(Corpus.Truth truth, List<Item> items, Measure measure, List<String> unreadable) {
        Tally tally = new Tally();
        int taken = 0;
        for (Item item : items) {
            boolean crashed = false;
            try {
                measure.take(item, tally);
            } catch (IOException unusable) {
                // Of the record or its file: readers of mail throw it only where their stream does.
                unreadable.add(item.place() + ": " + unusable);
                continue;
            } catch (RuntimeException | StackOverflowError defect) {
                crashed = true;
            }
            taken++;
            tally.countBad("crashes", item, crashed);
        }
        return new Section(truth.capability(), truth.split(), taken, tally);
    }

    private void print(Measured measured) throws IOException {
        CommittedReport before = CommittedReport.read(committed());
        measured.sections().forEach(section -> out.println(section.table(before)));
        if (!measured.notMeasured().isEmpty()) {
            out.println("not measured: " + String.join(", ", measured.notMeasured()));
        }
    }

    private static String markdown(Measured measured) {
        StringBuilder report = new StringBuilder("""
                # Figures on the mail corpus

                Written by `bin/corpus-report --write`; `bin/corpus-report` compares with what stands here. Shares are of items unless a
                figure is named otherwise; of `leak`, `loss`, `wrong passes` and `crashes` less is better.

                Nothing is fitted to the corpus by a program: there are no weights and no trained parts in what is measured here, only
                rules and lists of words written by hand. Their authors have seen these items, which flatters the figures; a rule was
                taken up only where a standard or the habit of a mail program stands behind it. The lines "by source" show how the
                first figure differs between the projects that the items come from.

                """);
        measured.sections().forEach(section -> report.append(section.markdown()));
        if (!measured.notMeasured().isEmpty()) {
            report.append("Not measured: ")
                    .append(String.join(", ", measured.notMeasured()))
                    .append(".\n");
        }
        return report.toString();
    }

    private static String json(Measured measured) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode root = mapper.createObjectNode();
        ArrayNode sections = root.putArray("measured");
        measured.sections().forEach(section -> section.addTo(sections.addObject()));
        ArrayNode notMeasured = root.putArray("not_measured");
        measured.notMeasured().forEach(notMeasured::add);
        ArrayNode unreadable = root.putArray("unreadable");
        measured.unreadable().forEach(unreadable::add);
        return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }
}
