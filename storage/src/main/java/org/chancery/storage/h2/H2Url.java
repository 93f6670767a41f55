package org.chancery.storage.h2;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How the embedded H2 is run. What the operator's URL sets itself, stays as it is. */
public final class H2Url {
    private static final Map<String, String> SETTINGS = new LinkedHashMap<>();

    /** What the operator cannot change, because accepted mail would be lost by it. */
    private static final Map<String, String> OURS = Map.of(
            // Milliseconds until H2 writes by itself: never. What it takes up while transactions are open is not whole
            // (H2Forcing).
            "WRITE_DELAY",
            Integer.toString(Integer.MAX_VALUE),
            // Per cent below which H2 moves chunks by itself. It looks every third of WRITE_DELAY, eight days, and
            // writes then.
            "AUTO_COMPACT_FILL_RATE",
            "0");

    static {
        // Names are written as on PostgreSQL.
        SETTINGS.put("DATABASE_TO_LOWER", "TRUE");
        // The database ends when we say so: not by a shutdown hook that races with ours, nor with the last connection.
        SETTINGS.put("DB_CLOSE_ON_EXIT", "FALSE");
        SETTINGS.put("DB_CLOSE_DELAY", "-1");
        // Milliseconds. Nothing of ours holds a lock for long; who waits so long is better off trying again later.
        SETTINGS.put("LOCK_TIMEOUT", "10000");
        // KB. Enough for the working set of 100,000 mails, and little of a heap of 512 MB.
        SETTINGS.put("CACHE_SIZE", "32768");
        SETTINGS.putAll(OURS);
        // H2 gives a result once more as long as no commit changed its tables. But rows are visible, and their locks
        // free,
        // a moment before a commit counts: what is read behind a lock would be older than the lock.
        SETTINGS.put("OPTIMIZE_REUSE_RESULTS", "0");
        // Milliseconds of work at most on closing: a server stops within ten seconds.
        SETTINGS.put("MAX_COMPACT_TIME", "500");
        // Octets of TEXT that stay in the row. H2 keeps longer ones in a map apart, at several times the cost.
        SETTINGS.put("MAX_LENGTH_INPLACE_LOB", "32768");
        // Otherwise H2 writes failed statements, with the mail in them, into a file beside the database.
        SETTINGS.put("TRACE_LEVEL_FILE", "0");
        // Statements that each connection keeps parsed; H2's own default of 8 is less than one delivery needs.
        SETTINGS.put("QUERY_CACHE_SIZE", "128");
    }

    private static final String FILE = "jdbc:h2:file:";

    /**
     * Files are read and written in order, and through channels that an interrupted thread does not close: an interrupt in
     * the midst of reading a page would close the whole database otherwise.
     */
    private static final String SAFE_FILE = "jdbc:h2:" + OrderedFilePath.SCHEME + ":async:";

    private static final String H2 = "jdbc:h2:";
    private static final String MEMORY = H2 + "mem:";
    private static final String ORDERED = H2 + OrderedFilePath.SCHEME + ':';

    /** A file named without {@code file:}. */
    private static final List<String> PATHS = List.of("./", "../", "~/", "/", ".\\", "~\\");

    private H2Url() {}

    /**
     * Whether it names a file, or memory; all other ways of H2's to keep data promise less than we do.
     *
     * @param url begins with {@code jdbc:h2:}
     */
    public static boolean isUsable(String url) {
        return url.startsWith(FILE) || url.startsWith(ORDERED) || isInMemory(url) || isPath(url);
    }

    /** The operator's URL with all that makes H2 behave. */
    public static String complete(String url) {
        OrderedFilePath.register();
        String given = url.toUpperCase(Locale.ROOT);
        if (given.contains(";CIPHER=")) {
            throw new IllegalArgumentException(
                    "database.url sets CIPHER: what H2 encrypts itself would not survive a power cut."
                            + " Leave it out, and let the system encrypt the disk");
        }
        for (String ours : OURS.keySet()) {
            if (given.contains(';' + ours + '=')) {
                throw new IllegalArgumentException("database.url sets " + ours
                        + ", which is ours to set: H2 must not write by itself. Leave it out");
            }
        }
        StringBuilder complete = new StringBuilder(ordered(url));
        SETTINGS.forEach((name, value) -> {
            if (!given.contains(';' + name + '=')) {
                complete.append(';').append(name).append('=').append(value);
            }
        });
        return complete.toString();
    }

    /** Whether it lives in memory only, as tests like it. */
    public static boolean isInMemory(String url) {
        return url.startsWith(MEMORY);
    }

    private static boolean isPath(String url) {
        return url.startsWith(H2)
                && PATHS.stream().anyMatch(path -> url.substring(H2.length()).startsWith(path));
    }

    private static String ordered(String url) {
        if (isPath(url)) {
            return SAFE_FILE + url.substring(H2.length());
        }
        return url.startsWith(FILE) ? SAFE_FILE + url.substring(FILE.length()) : url;
    }
}
