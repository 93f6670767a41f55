package org.chancery.server;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.chancery.server.admin.AdminCommands;
import org.chancery.server.admin.AdminSocket;
import org.chancery.server.check.Check;
import org.chancery.server.config.Configuration;
import org.chancery.server.config.ConfigurationError;
import org.chancery.server.config.Keys;
import org.chancery.server.data.DataDirectory;
import org.chancery.server.demo.Demo;

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

    private Main() {}

    /** Runs one command and exits with its code. */
    public static void main(String[] words) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        int exit;
        try {
            exit = run(new ArrayList<>(List.of(words)), out);
        } catch (ConfigurationError mistake) {
            System.err.println("chancery: " + mistake.text());
            exit = EXIT_CONFIG;
        } catch (IOException broken) {
            System.err.println("chancery: " + broken.getMessage());
            exit = 1;
        } catch (InterruptedException stopped) {
            exit = 130;
        }
        System.exit(exit);
    }

    private static int run(List<String> words, PrintStream out) throws IOException, InterruptedException {
        if (words.isEmpty()) {
            System.err.print(USAGE);
            return EXIT_USAGE;
        }
        String command = words.removeFirst();
        Clock clock = Clock.systemUTC();
        switch (command) {
            case "serve" -> {
                ConfigurationFile file = ConfigurationFile.takeFrom(words);
                return words.isEmpty() ? serve(file, clock, out) : unknown(words);
            }
            case "demo" -> {
                boolean keep = words.remove("--keep");
                // Before the first logger is made: the transcript is for people who have not met the server yet.
                System.setProperty("chancery.log", "WARN");
                return words.isEmpty() ? new Demo(out, clock).run(keep) : unknown(words);
            }
            case "check" -> {
                ConfigurationFile file = ConfigurationFile.takeFrom(words);
                return words.isEmpty() ? new Check(file.read(), clock, out).run() : unknown(words);
            }
            case "admin" -> {
                ConfigurationFile file = ConfigurationFile.takeFrom(words);
                return admin(file, words, clock, out);
            }
            default -> {
                words.addFirst(command);
                return unknown(words);
            }
        }
    }

    private static int unknown(List<String> words) {
        System.err.println("chancery: do not know what to do with '" + String.join(" ", words) + "'");
        System.err.print(USAGE);
        return EXIT_USAGE;
    }

    private static int serve(ConfigurationFile file, Clock clock, PrintStream out) throws InterruptedException {
        Server server = Server.start(file.read(), file.pipeline(), clock, out);
        // SIGTERM and Ctrl-C arrive here; the virtual machine ends when the hook has returned.
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "shutdown"));
        out.println("ready " + server.readyLine());
        server.awaitClose();
        return 0;
    }

    private static int admin(ConfigurationFile file, List<String> words, Clock clock, PrintStream out)
            throws IOException {
        if (words.isEmpty()) {
            out.print(AdminCommands.USAGE);
            return EXIT_USAGE;
        }
        Configuration configuration = file.read();
        Path directory = configuration.get(Keys.DATA_DIRECTORY);
        if (DataDirectory.isInUse(directory)) {
            return AdminSocket.send(DataDirectory.adminSocket(directory), words, out);
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

        Configuration read() {
            return Configuration.read(path, required, System.getenv());
        }

        /** The pipeline beside the configuration, else the shipped one. */
        Path pipeline() {
            Path beside = path.resolveSibling(Home.PIPELINE);
            return Files.exists(beside) ? beside : Home.conf(Home.PIPELINE);
        }
    }
}
