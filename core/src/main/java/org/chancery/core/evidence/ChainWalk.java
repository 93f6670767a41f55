package org.chancery.core.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chancery.core.audit.AuditChain;
import org.chancery.core.audit.CanonicalJson;
import org.chancery.core.audit.Digests;

/** Goes along a piece of a chain that somebody else wrote, and computes where it leads. */
final class ChainWalk {
    private long seq;
    private String hash;
    private final List<Map<String, Object>> entries = new ArrayList<>();

    /** @param seq of the first entry */
    ChainWalk(long seq, String previousHash) {
        this.seq = seq - 1;
        this.hash = previousHash;
    }

    /** Takes the next line; what is wrong with it. */
    Optional<String> step(String line) {
        seq++;
        if (line.startsWith(ChainRun.CONTENT)) {
            hash = AuditChain.hash(hash, line.substring(ChainRun.CONTENT.length()));
            return Optional.empty();
        }
        if (!line.startsWith(ChainRun.ENTRY)) {
            return Optional.of("line " + line.substring(0, Math.min(20, line.length())) + "… is no entry");
        }
        String json = line.substring(ChainRun.ENTRY.length());
        hash = AuditChain.hash(hash, Digests.ofText(json));
        try {
            Map<String, Object> entry = CanonicalJson.readObject(json);
            entries.add(entry);
            return entry.get("seq") instanceof Long number && number == seq
                    ? Optional.empty()
                    : Optional.of("entry " + seq + " bears another number");
        } catch (IllegalArgumentException changed) {
            return Optional.of("entry " + seq + " is no canonical JSON");
        }
    }

    boolean isAt(long wanted, String head) {
        return seq == wanted && hash.equals(head);
    }

    /** The entries that were shown as a whole. */
    List<Map<String, Object>> entries() {
        return entries;
    }
}
