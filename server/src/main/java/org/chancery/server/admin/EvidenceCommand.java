package org.chancery.server.admin;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.chancery.core.evidence.EvidenceVerifier;
import org.chancery.core.evidence.EvidenceVerifier.Report;

/** {@code chancery admin verify-evidence}: needs the file alone; no configuration, no data directory and no server. */
public final class EvidenceCommand {
    /** The word that it begins with. */
    public static final String WORD = "verify-evidence";

    private static final int EXIT_USAGE = 2;

    private EvidenceCommand() {}

    /**
     * Verifies a bundle and says what does not fit; gives the exit code.
     *
     * @param words what came behind the command: the file and perhaps the fingerprint that its key has to have
     */
    public static int run(List<String> words, PrintStream out) throws IOException {
        boolean namesKey = words.size() == 3 && words.get(1).equals("--key");
        if (words.size() != 1 && !namesKey) {
            out.println("chancery: verify-evidence needs FILE, and takes --key FINGERPRINT behind it");
            return EXIT_USAGE;
        }
        Report report;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(Path.of(words.getFirst())))) {
            report = EvidenceVerifier.verify(in);
        } catch (NoSuchFileException missing) {
            out.println("chancery: there is no file " + words.getFirst());
            return EXIT_USAGE;
        }
        report.faults().forEach(fault -> out.println("does not fit  " + fault));
        boolean isOfKey = !namesKey || report.fingerprint().equals(words.get(2));
        if (!isOfKey) {
            out.println("does not fit  the key is " + report.fingerprint() + " and not " + words.get(2));
        }
        report.missing().forEach(digest -> out.println("not in it     " + digest + ", which the server did not keep"));
        if (!report.isIntact() || !isOfKey) {
            return 1;
        }
        out.println("intact        " + report.about() + ": " + report.entries() + " entries of the record, "
                + report.mails() + " mails");
        out.println("signed by     " + report.fingerprint());
        if (!namesKey) {
            out.println(
                    "no key given  this shows that the file fits together, and not who made it: give --key FINGERPRINT");
        }
        return 0;
    }
}
