package org.chancery.bench.harness;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The outcome of one run: tables for people, and the figures behind them as JSON. */
public final class Report {
    private final String name;
    private final LocalDate day;
    private final List<String> parts = new ArrayList<>();
    private final Map<String, Object> figures = new LinkedHashMap<>();

    private Report(String name, LocalDate day) {
        this.name = name;
        this.day = day;
    }

    public static Report begin(Benchmark benchmark, Options options, Surroundings surroundings) throws IOException {
        Report report = new Report(benchmark.name(), surroundings.day());
        String machine = Machine.describe(surroundings.home(), surroundings.scratch());
        report.note("Measured %s on %s.".formatted(report.day, machine));
        report.note("`bin/bench %s %s`".formatted(benchmark.name(), options));
        report.figures("machine", machine);
        report.figures("options", options.all());
        return report;
    }

    public void note(String paragraph) {
        parts.add(paragraph + "\n");
    }

    public void table(Table table) {
        parts.add(table.markdown());
    }

    public void figures(String key, Object value) {
        figures.put(key, value);
    }

    public String markdown() {
        return "# " + name + "\n\n" + String.join("\n", parts);
    }

    /** Writes {@code NAME-DAY.md} and {@code .json}, with a number where the day already has one. */
    public Path writeInto(Path folder) throws IOException {
        Files.createDirectories(folder);
        String base = name + "-" + day;
        Path text = folder.resolve(base + ".md");
        for (int i = 2; Files.exists(text); i++) {
            text = folder.resolve(base + "-" + i + ".md");
        }
        Files.writeString(text, markdown());
        String json = text.getFileName().toString().replaceFirst("\\.md$", ".json");
        new ObjectMapper()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .writeValue(folder.resolve(json).toFile(), figures);
        return text;
    }
}
