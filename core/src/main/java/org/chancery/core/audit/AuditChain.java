package org.chancery.core.audit;

import java.util.HexFormat;
import java.util.Locale;
import org.chancery.core.id.WorkspaceId;

/**
 * How entries are hashed; exactly this is what somebody else has to compute to verify them (docs/api/audit.md, ADR 24).
 *
 * <p>An entry's content is the SHA-256 of the canonical JSON (RFC 8785) of the object with {@code seq, at, kind, actor,
 * subject} and {@code details} as the API shows them. Its hash is the SHA-256 of the 32 octets of the previous hash and the 32
 * octets of the content; so a proof need not show what others' entries tell. Hashes are in lower-case hexadecimal digits.
 */
public final class AuditChain {
    private static final HexFormat HEX = HexFormat.of();

    private AuditChain() {}

    /** What the first entry of a workspace names as the hash before it: no record can be passed off as another workspace's. */
    public static String origin(WorkspaceId workspace) {
        return Digests.ofText("chancery-audit:" + workspace.text());
    }

    /** The hash of an entry with that content after that previous hash. */
    public static String hash(String previousHash, String content) {
        byte[] both = new byte[64];
        System.arraycopy(octets(previousHash), 0, both, 0, 32);
        System.arraycopy(octets(content), 0, both, 32, 32);
        return Digests.of(both);
    }

    /** The digest of what an entry tells. */
    public static String content(ChainedEntry entry) {
        return Digests.ofText(canonical(entry));
    }

    /** What an entry tells, in canonical JSON. The details stand there as they are kept, canonical or not. */
    public static String canonical(ChainedEntry entry) {
        ChainedEntry.Actor by = entry.actor();
        StringBuilder json = new StringBuilder(256 + entry.details().length());
        json.append("{\"actor\":{\"channel\":").append(CanonicalJson.text(by.channel()));
        json.append(",\"id\":").append(CanonicalJson.text(by.id()));
        json.append(",\"kind\":").append(CanonicalJson.text(by.kind()));
        json.append(",\"label\":").append(CanonicalJson.text(by.label()));
        if (by.token() != null) {
            json.append(",\"token_id\":").append(CanonicalJson.text(by.token()));
        }
        json.append("},\"at\":").append(CanonicalJson.text(entry.at().toString()));
        json.append(",\"details\":").append(entry.details());
        json.append(",\"kind\":").append(CanonicalJson.text(entry.kind()));
        json.append(",\"seq\":").append(entry.seq());
        json.append(",\"subject\":").append(CanonicalJson.text(entry.subject()));
        return json.append('}').toString();
    }

    /** What is no hash counts as one of zeros, which no entry has. */
    private static byte[] octets(String hex) {
        boolean isHash = hex.length() == 64 && hex.equals(hex.toLowerCase(Locale.ROOT));
        try {
            return isHash ? HEX.parseHex(hex) : new byte[32];
        } catch (IllegalArgumentException noHash) {
            return new byte[32];
        }
    }
}
