package org.chancery.core.audit;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An entry in its place, as it is kept: in texts, so that whatever stands there can be hashed, and shown to be wrong.
 *
 * @param seq its number in the workspace's record, from 1 on and without gaps
 * @param at in whole milliseconds
 * @param details in canonical JSON
 * @param previousHash of the entry before it, or {@link AuditChain#origin}
 * @param hash of this one
 */
public record ChainedEntry(
        long seq,
        Instant at,
        String kind,
        Actor actor,
        String subject,
        String details,
        String previousHash,
        String hash) {

    /** Who did it, as {@link Author}. */
    public record Actor(
            String kind,
            String id,
            String label,
            String channel,
            @Nullable String token) {}

    /** The details as a tree. */
    public Map<String, Object> detailsTree() {
        return CanonicalJson.readObject(details);
    }

    /** The digest of all that it tells. */
    public String content() {
        return AuditChain.content(this);
    }

    /** Whether its hash is the one of what it tells after what its predecessor told. */
    public boolean isIntact() {
        return hash.equals(AuditChain.hash(previousHash, content()));
    }
}
