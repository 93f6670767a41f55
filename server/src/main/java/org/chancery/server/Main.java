package org.chancery.server;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.chancery.core.fault.Unavailable;
import org.chancery.mailets.host.ContainerError;
import org.chancery.server.admin.AdminCommands;
import org.chancery.server.admin.AdminSocket;
import org.chancery.server.admin.EvidenceCommand;
import org.chancery.server.check.Check;
import org.chancery.server.config.Configuration;
import org.chancery.server.config.ConfigurationError;
import org.chancery.server.config.Keys;
import org.chancery.server.data.DataDirectory;
import org.chancery.server.demo.Demo;
import org.chancery.server.report.CorpusReport;
import org.chancery.smtpingest.tls.TlsTrouble;
import org.chancery.storage.UnusableDatabase;

/** The command line: reads the words and the configuration, and hands over. */
public final class Main {
    private static final String USAGE = """
            usage: chancery COMMAND [OPTIONS]

              serve [--config FILE]   runs the server in the foreground
              demo  [--keep]          shows the main job on a throw-away server
              check [--config FILE]   tries the configuration and says what to mend
              admin … [--config FILE] operator's chores; 'chancery admin' lists them
            """;

    /** EX_USAGE and EX_CONFIG of sysexits.h. */
    private static final int EXIT_USAGE = 64;

    private static final int EXIT_CONFIG = 78;

    /** What shells say of a program that was interrupted. */
    private static final int EXIT_INTERRUPTED = 130;

    private final Map<String, String> environment;
    private final Clock clock;
    private final PrintStream out;
    private final PrintStream err;

    Main(Map<String, String> environment, Clock clock, PrintStream out, PrintStream err) {
        this.environment = environment;
        this.clock = clock;
        this.out = out;
        this.err = err;
    }

    /** Runs one command and exits with its code. */
    public static void main(String[] words) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        System.exit(new Main(System.getenv(), Clock.systemUTC(), out, err).run(List.of(words)));
    }

    /** Runs one command; gives its exit code. What an operator can mend is told in one line, a defect with its stack. */
    int run(List<String> words) {
        try {
            return carryOut(new ArrayList<>(words));
        } catch (ConfigurationError mistake) {
            return broken(mistake.text(), EXIT_CONFIG);
        } catch (TlsTrouble unusable) {
            return broken("tls.certificate, tls.key: " + unusable.getMessage() + ".", EXIT_CONFIG);
        } catch (UnusableDatabase | ContainerError unusable) {
            return broken(unusable.getMessage() + ".", EXIT_CONFIG);
        } catch (Unavailable away) {
            return broken(
                    "the database or the disk does not answer (" + away.getMessage()
                            + "); see that database.url can be reached and start again.",
                    EXIT_CONFIG);
        } catch (IOException | UncheckedIOException unusable) {
            return broken(String.valueOf(unusable), 1);
        } catch (InterruptedException stopped) {
            return EXIT_INTERRUPTED;
        } catch (RuntimeException defect) {
            defect.printStackTrace(err);
            return broken("this is a defect; please report it with the lines above.", 1);
        }
    }

    private int broken(String text, int exit) {
        err.println("chancery: " + text.replaceFirst("\\.\\.$", "."));
        return exit;
    }

    private int carryOut(List<String> words) throws IOException, InterruptedException {
        if (words.isEmpty()) {
            err.print(USAGE);
            return EXIT_USAGE;
        }
        String command = words.removeFirst();
        switch (command) {
            case "serve" -> {
                ConfigurationFile file = ConfigurationFile.takeFrom(words);
                return words.isEmpty() ? serve(file) : unknown(words);
            }
            case "demo" -> {
                boolean keep = words.remove("--keep");
                // Before the first logger is made: the transcript is for people who have not met the server yet.
                System.setProperty("chancery.log", "WARN");
                return words.isEmpty() ? new Demo(out, clock).run(keep) : unknown(words);
            }
            case "check" -> {
                ConfigurationFile file = ConfigurationFile.takeFrom(words);
                return words.isEmpty()
                        ? new Check(file.read(environment), file.pipeline(), clock, out).run()
                        : unknown(words);
            }
            case "admin" -> {
                ConfigurationFile file = ConfigurationFile.takeFrom(words);
                return admin(file, words);
            }
            // Reached by bin/corpus-report; no command of operators, so the usage leaves it out.
            case "corpus-report" -> {
                return new CorpusReport(Home.path(), out, err).run(words, environment.get("CHANCERY_CORPUS"));
            }
            default -> {
                words.addFirst(command);
                return unknown(words);
            }
        }
    }

    private int unknown(List<String> words) {
        err.println("chancery: do not know what to do with '" + String.join(" ", words) + "'");
        err.print(USAGE);
        return EXIT_USAGE;
    }

    private int serve(ConfigurationFile file) throws InterruptedException {
        Server server = Server.start(file.read(environment), file.pipeline(), clock, out);
        // SIGTERM and Ctrl-C arrive here; the virtual machine ends when the hook has returned.
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "shutdown"));
        out.println("ready " + server.readyLine());
        server.awaitClose();
        return 0;
    }

    private int admin(ConfigurationFile file, List<String> words) throws IOException {
        if (words.isEmpty()) {
            out.print(AdminCommands.USAGE);
            return EXIT_USAGE;
        }
        if (words.getFirst().equals(EvidenceCommand.WORD)) {
            return EvidenceCommand.run(words.subList(1, words.size()), out);
        }
        Configuration configuration = file.read(environment);
        Path directory = configuration.get(Keys.DATA_DIRECTORY);
        if (DataDirectory.isInUse(directory)) {
            return AdminSocket.send(DataDirectory.keysIn(directory), words, out);
        }
        try (Foundation foundation = Foundation.open(configuration, clock)) {
            return foundation.adminCommands().run(words, out);
        }
    }

    /** Which file was asked for, and whether it has to be there. */
    private record ConfigurationFile(Path path, boolean required) {

        static ConfigurationFile takeFrom(List<String> words) {
            int at = words.indexOf("--config");
            if (at < 0) {
                return new ConfigurationFile(Home.conf("chancery.toml"), false);
            }
            if (at + 1 == words.size()) {
                throw new ConfigurationError("--config needs a file.");
            }
            Path path = Path.of(words.get(at + 1));
            words.subList(at, at + 2).clear();
            return new ConfigurationFile(path, true);
        }

        Configuration read(Map<String, String> environment) {
            return Configuration.read(path, required, environment);
        }

        /** The pipeline beside the configuration, else the shipped one. */
        Path pipeline() {
            Path beside = path.resolveSibling(Home.PIPELINE);
            return Files.exists(beside) ? beside : Home.conf(Home.PIPELINE);
        }
    }
}
