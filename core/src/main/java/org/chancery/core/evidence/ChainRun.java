package org.chancery.core.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.chancery.core.audit.AuditChain;
import org.chancery.core.audit.AuditLog;
import org.chancery.core.audit.AuditLog.Head;
import org.chancery.core.audit.ChainedEntry;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.tx.Tx;

/**
 * A piece of the record: entries that belong to the evidence as a whole, those between them by the digest of their content alone.
 * From the hash before it, whoever has it computes the hash after it.
 *
 * @param seq of its first entry
 * @param lines one for each entry: {@link #ENTRY} and its canonical JSON, or {@link #CONTENT} and the digest
 * @param head its last entry
 */
record ChainRun(long seq, String previousHash, String lines, Head head) {
    static final String ENTRY = "entry ";
    static final String CONTENT = "content ";

    /**
     * More of others' entries in a row are left out: there a piece ends, and another one begins. So many are a busy day of a
     * workspace, and less than a megabyte.
     */
    static final int MAX_BETWEEN = 10_000;

    /** Entries in memory at once. */
    private static final int AT_ONCE = 500;

    String file() {
        return "chain/" + seq + ".txt";
    }

    Map<String, Object> tree() {
        return Map.of(
                "file",
                file(),
                "seq",
                seq,
                "previous_hash",
                previousHash,
                "head",
                Map.of("seq", head.seq(), "hash", head.hash()));
    }

    /**
     * The pieces of a record that hold these entries, which are in its order. The last one goes on to the record's head, unless that
     * is too far: somebody may have noted it.
     */
    static List<ChainRun> of(Tx tx, AuditLog log, WorkspaceId workspace, List<ChainedEntry> entries, Head head) {
        List<ChainRun> runs = new ArrayList<>();
        int from = 0;
        for (int i = 1; i <= entries.size(); i++) {
            if (i == entries.size() || entries.get(i).seq() - entries.get(i - 1).seq() > MAX_BETWEEN) {
                long last = entries.get(i - 1).seq();
                boolean isAtHead = i == entries.size() && head.seq() - last <= MAX_BETWEEN;
                runs.add(run(tx, log, workspace, entries.subList(from, i), isAtHead ? head.seq() : last));
                from = i;
            }
        }
        return runs;
    }

    private static ChainRun run(Tx tx, AuditLog log, WorkspaceId workspace, List<ChainedEntry> wanted, long end) {
        Set<Long> shown = Set.copyOf(wanted.stream().map(ChainedEntry::seq).toList());
        StringBuilder lines = new StringBuilder();
        long at = wanted.getFirst().seq() - 1;
        String hash = "";
        while (at < end) {
            int count = (int) Math.min(AT_ONCE, end - at);
            List<ChainedEntry> piece = log.after(tx, workspace, at, count);
            for (ChainedEntry entry : piece) {
                lines.append(
                                shown.contains(entry.seq())
                                        ? ENTRY + AuditChain.canonical(entry)
                                        : CONTENT + entry.content())
                        .append('\n');
                hash = entry.hash();
            }
            at += count;
        }
        return new ChainRun(
                wanted.getFirst().seq(), wanted.getFirst().previousHash(), lines.toString(), new Head(end, hash));
    }
}
