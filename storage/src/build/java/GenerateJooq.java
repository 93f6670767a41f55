import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.DriverManager;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.jooq.Constants;
import org.jooq.codegen.GenerationTool;
import org.jooq.meta.jaxb.Configuration;
import org.jooq.meta.jaxb.Database;
import org.jooq.meta.jaxb.ForcedType;
import org.jooq.meta.jaxb.Generate;
import org.jooq.meta.jaxb.Generator;
import org.jooq.meta.jaxb.Jdbc;
import org.jooq.meta.jaxb.Logging;
import org.jooq.meta.jaxb.Target;

/**
 * Writes the jOOQ classes of the schema that the migrations make, by running them on an H2 in memory. Arguments: the
 * folder of the migrations, the folder to write to, and this file. Does nothing when none of them changed. Adds a class
 * with the digest of all migrations.
 */
public final class GenerateJooq {
    private static final String PACKAGE = "org.chancery.storage.jooq";
    private static final String SCRATCH = "jdbc:h2:mem:schema;DB_CLOSE_DELAY=-1;DATABASE_TO_LOWER=TRUE";

    private GenerateJooq() {}

    public static void main(String[] args) throws Exception {
        Path migrations = Path.of(args[0]);
        Path output = Path.of(args[1]);
        Path stamp = output.resolve("stamp");
        String wanted = digest(List.of(migrations, Path.of(args[2])));
        if (Files.exists(stamp) && Files.readString(stamp).equals(wanted)) {
            return;
        }
        Files.deleteIfExists(stamp);
        try (var keptOpen = DriverManager.getConnection(SCRATCH, "sa", "")) {
            migrate(migrations);
            generate(output);
        }
        writeDigest(output, digest(List.of(migrations)));
        Files.writeString(stamp, wanted);
    }

    private static void migrate(Path migrations) {
        Flyway.configure()
                .dataSource(SCRATCH, "sa", "")
                .locations("filesystem:" + migrations.resolve("common"), "filesystem:" + migrations.resolve("h2"))
                .placeholders(Map.of("json", "JSON", "blob", "BLOB"))
                .load()
                .migrate();
    }

    private static void generate(Path output) throws Exception {
        var instants = new ForcedType()
                .withUserType("java.time.Instant")
                .withConverter("org.chancery.storage.column.Microseconds")
                .withIncludeTypes("(?i:timestamp.*time.?zone.*)");
        var texts = new ForcedType()
                .withUserType("java.lang.String")
                .withConverter("org.chancery.storage.column.SafeText")
                .withIncludeTypes("(?i:character.*)");
        var days = new ForcedType()
                .withUserType("java.time.LocalDate")
                .withBinding("org.chancery.storage.column.CalendarDay")
                .withIncludeTypes("(?i:date)");
        var json = new ForcedType().withName("JSONB").withIncludeTypes("(?i:json)");
        var database = new Database()
                .withName("org.jooq.meta.h2.H2Database")
                .withInputSchema("public")
                .withOutputSchemaToDefault(true)
                .withExcludes("flyway_schema_history|migrations_done")
                .withForcedTypes(instants, texts, days, json);
        var style = new Generate()
                .withRecords(true)
                .withGlobalObjectReferences(true)
                .withJavaTimeTypes(true)
                .withGeneratedAnnotation(false)
                .withComments(false);
        GenerationTool.generate(new Configuration()
                .withLogging(Logging.WARN)
                .withJdbc(new Jdbc()
                        .withDriver("org.h2.Driver")
                        .withUrl(SCRATCH)
                        .withUser("sa")
                        .withPassword(""))
                .withGenerator(new Generator()
                        .withDatabase(database)
                        .withGenerate(style)
                        .withTarget(new Target()
                                .withPackageName(PACKAGE)
                                .withDirectory(output.toString())
                                .withClean(true))));
    }

    /** So that the server can tell at a glance whether a database has had all of these migrations. */
    private static void writeDigest(Path output, String digest) throws IOException {
        String source = """
                package %s;

                public final class MigrationsDigest {
                    public static final String VALUE = "%s";

                    private MigrationsDigest() {}
                }
                """;
        Path file = output.resolve(PACKAGE.replace('.', '/')).resolve("MigrationsDigest.java");
        Files.writeString(file, source.formatted(PACKAGE, digest));
    }

    private static String digest(List<Path> roots) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(Constants.FULL_VERSION.getBytes(StandardCharsets.UTF_8));
        for (Path root : roots) {
            for (Path file : filesBelow(root)) {
                digest.update(root.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
                digest.update(Files.readAllBytes(file));
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static List<Path> filesBelow(Path root) throws IOException {
        try (var paths = Files.walk(root)) {
            return paths.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
