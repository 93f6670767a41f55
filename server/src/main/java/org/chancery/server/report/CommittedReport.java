package org.chancery.server.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The figures that stand in {@code docs/corpus-report.md}; what is no figure there is passed over. */
final class CommittedReport {
    private static final Pattern TITLE = Pattern.compile("## (\\S+) \\(\\d+ items\\)");
    private static final Pattern ROW = Pattern.compile("\\| ([^|]+) \\| [0-9.-]+ \\| (\\d+)/(\\d+) \\|");

    private final Map<String, Figure> figures = new HashMap<>();

    private CommittedReport() {}

    /** Reads the file; where it is absent there is nothing to compare with. */
    static CommittedReport read(Path file) throws IOException {
        CommittedReport report = new CommittedReport();
        if (Files.exists(file)) {
            String title = "";
            for (String line : Files.readAllLines(file)) {
                Matcher heading = TITLE.matcher(line);
                Matcher row = ROW.matcher(line);
                if (heading.matches()) {
                    title = heading.group(1);
                } else if (row.matches()) {
                    Figure figure = new Figure(Long.parseLong(row.group(2)), Long.parseLong(row.group(3)));
                    report.figures.put(title + " " + row.group(1), figure);
                }
            }
        }
        return report;
    }

    /** How the figure changed, in words for the table. */
    String change(String section, String name, Figure now) {
        @Nullable Figure before = figures.get(section + " " + name);
        if (before == null) {
            return "new";
        }
        if (before.equals(now)) {
            return "=";
        }
        String change = String.format(Locale.ROOT, "%+.3f", now.value() - before.value());
        return change + " (was " + before.passed() + "/" + before.of() + ")";
    }
}
