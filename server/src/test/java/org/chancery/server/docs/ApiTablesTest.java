package org.chancery.server.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.chancery.core.audit.AuditKind;
import org.chancery.core.event.EventType;
import org.junit.jupiter.api.Test;

/**
 * The tables of {@code docs/api} say which test shows which row: each row has one, each test that is named exists, and knows the fields
 * that the row names.
 */
class ApiTablesTest {
    private static final Path ROOT = Path.of("..");
    private static final String COLUMN = "end-to-end test";

    /** Where tests stand in which a server runs; in those of the latter two as a process of its own. */
    private static final List<String> RUNNING = Stream.of("endtoend", "crash", "packaged")
            .map(tests -> "package org.chancery.server." + tests + ";")
            .toList();

    /** {@code SomeTest}, {@code SomeTest.method}, or {@code .method} of the class before it. */
    private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w*(?:Test|Contract|IT))?(?:\\.([a-z]\\w*))?`");

    /** Where a code of an error stands in the sources; of several patterns each has a group for it. */
    private static final List<Pattern> CODES = List.of(
            Pattern.compile("(?:forbidden|conflict|badRequest|tooMany|Denied)\\(\\s*\"([a-z_]+)\""),
            Pattern.compile("invalid\\(\\s*[^,()]+,\\s*\"([a-z_]+)\","),
            Pattern.compile("(?:new HttpFault|Problems\\.of|FailureJson\\.answer)\\(\\s*\\w+,\\s*\"([a-z_]+)\""),
            Pattern.compile("[?:] \"((?:missing|invalid)_token)\""));

    private static final Pattern CODE = Pattern.compile("`([^`]*)`");

    /** A field, a code or a value: what has an underscore is no word of a sentence, and no path. */
    private static final Pattern NAME = Pattern.compile("(?<![\\w/{.-])[a-z][a-z0-9]*(?:_[a-z0-9]+)+(?![\\w/}-])");

    /** A test by its class, and where one is named its method. */
    private record Named(String type, String method) {
        @Override
        public String toString() {
            return type + (method.isEmpty() ? "" : "." + method);
        }
    }

    @Test
    void every_test_that_a_table_names_exists() throws IOException {
        Map<String, List<String>> tests = sources();
        List<String> missing = new ArrayList<>();
        for (Path page : pages()) {
            List<Named> named = named(Files.readString(page));
            assertFalse(named.isEmpty(), page.toString());
            for (Named test : named) {
                if (sources(tests, test).isEmpty()) {
                    missing.add(page.getFileName() + ": " + test);
                }
            }
        }
        assertEquals(List.of(), missing);
    }

    @Test
    void every_row_has_a_test_in_which_the_server_runs() throws IOException {
        Map<String, List<String>> tests = sources();
        Predicate<Named> runs = test -> !test.method().isEmpty()
                && sources(tests, test).stream()
                        .anyMatch(source -> RUNNING.stream().anyMatch(source::startsWith));
        List<Row> rows = rows();
        assertFalse(rows.size() < 100, () -> "the tables are not read any more");
        assertEquals(
                List.of(),
                rows.stream()
                        .filter(row -> named(row.shown()).stream().noneMatch(runs) && !isProgram(row.shown()))
                        .map(Row::toString)
                        .toList());
    }

    /** A row whose test knows nothing of the field that it tells of shows less than it says. */
    @Test
    void every_name_in_a_row_stands_in_one_of_its_tests() throws IOException {
        Map<String, List<String>> tests = sources();
        List<String> hollow = new ArrayList<>();
        for (Row row : rows()) {
            String text = named(row.shown() + ' ' + row.detail()).stream()
                    .flatMap(test -> tests.getOrDefault(test.type(), List.of()).stream())
                    .collect(Collectors.joining());
            names(row.says())
                    .filter(name ->
                            !Pattern.compile("\\b" + name + "\\b").matcher(text).find())
                    .forEach(name -> hollow.add(row + ": " + name));
        }
        assertEquals(List.of(), hollow);
    }

    @Test
    void every_code_of_an_error_is_told() throws IOException {
        Set<String> codes = new TreeSet<>();
        for (String module : List.of("api", "core")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
                files.filter(file -> file.toString().endsWith(".java"))
                        .map(ApiTablesTest::read)
                        .forEach(source -> CODES.forEach(
                                code -> code.matcher(source).results().forEach(found -> codes.add(found.group(1)))));
            }
        }
        assertTrue(codes.size() > 60, () -> "the sources are not read any more: " + codes);
        assertEquals(List.of(), untold(codes.stream(), Files.readString(ROOT.resolve("docs/api/errors.md"))));
    }

    @Test
    void every_kind_of_entry_and_of_event_is_told() throws IOException {
        String record = Files.readString(ROOT.resolve("docs/api/audit.md"));
        assertEquals(List.of(), untold(Arrays.stream(AuditKind.values()).map(AuditKind::text), record));
        String all = pages().stream().map(ApiTablesTest::read).collect(Collectors.joining());
        assertEquals(List.of(), untold(Arrays.stream(EventType.values()).map(EventType::text), all));
    }

    private static List<String> untold(Stream<String> words, String text) {
        return words.filter(word -> !text.contains("`" + word + "`")).toList();
    }

    private static Stream<String> names(String says) {
        return CODE.matcher(says)
                .results()
                .flatMap(code -> NAME.matcher(code.group(1)).results())
                .map(MatchResult::group)
                .distinct();
    }

    /** What a row says, and where that is shown. */
    private record Row(String page, String says, String shown, String detail) {
        @Override
        public String toString() {
            return page + ": " + says;
        }
    }

    private static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (Path page : pages()) {
            int column = -1;
            for (String line : Files.readAllLines(page)) {
                List<String> cells = line.startsWith("|") ? cells(line) : List.of();
                if (cells.isEmpty()) {
                    column = -1;
                } else if (cells.contains(COLUMN)) {
                    column = cells.indexOf(COLUMN);
                } else if (column >= 0 && !cells.getFirst().startsWith("---")) {
                    rows.add(new Row(
                            String.valueOf(page.getFileName()),
                            String.join(" | ", cells.subList(0, column)),
                            cells.get(column),
                            String.join(" ", cells.subList(column + 1, cells.size()))));
                }
            }
        }
        return rows;
    }

    /** Where it is; modules may have classes of the same name. */
    private static List<String> sources(Map<String, List<String>> tests, Named test) {
        String wanted = test.method().isEmpty() ? test.type() : "void " + test.method() + "(";
        return tests.getOrDefault(test.type(), List.of()).stream()
                .filter(source -> source.contains(wanted))
                .toList();
    }

    /** What is measured rather than tested. */
    private static boolean isProgram(String cell) {
        return cell.startsWith("`bin/")
                && Files.exists(ROOT.resolve(cell.substring(1).split("[ `]")[0]));
    }

    /** A bar within a cell stands there as {@code \|}. */
    private static List<String> cells(String row) {
        return Arrays.stream(row.strip().substring(1).split("(?<!\\\\)\\|"))
                .map(String::strip)
                .toList();
    }

    private static List<Named> named(String text) {
        List<Named> named = new ArrayList<>();
        String type = "";
        Matcher test = NAMED.matcher(text);
        while (test.find()) {
            String itsType = test.group(1);
            String method = test.group(2);
            if (itsType != null) {
                type = itsType;
            }
            if (itsType != null || method != null) {
                named.add(new Named(type, method == null ? "" : method));
            }
        }
        return named;
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> pages = Files.list(ROOT.resolve("docs/api"))) {
            return pages.filter(page -> page.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    /** The text of each test class and contract, by its name. */
    private static Map<String, List<String>> sources() throws IOException {
        Map<String, List<String>> sources = new HashMap<>();
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path module : modules.filter(Files::isDirectory).toList()) {
                for (String folder : List.of("src/test/java", "src/main/java")) {
                    if (Files.isDirectory(module.resolve(folder))) {
                        collect(module.resolve(folder), sources);
                    }
                }
            }
        }
        return sources;
    }

    private static void collect(Path folder, Map<String, List<String>> sources) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(file -> file.toString().matches(".*(Test|Contract|IT)\\.java"))
                    .forEach(file -> sources.computeIfAbsent(
                                    file.getFileName().toString().replace(".java", ""), name -> new ArrayList<>())
                            .add(read(file)));
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
