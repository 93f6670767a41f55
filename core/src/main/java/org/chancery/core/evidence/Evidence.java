package org.chancery.core.evidence;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.chancery.core.audit.AuditLog.Head;
import org.chancery.core.audit.CanonicalJson;
import org.chancery.core.mailbox.MissingMail;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.mailbox.RawMailStore;

/**
 * All about one thing, gathered and not yet written. Small but for the raw mails, which are read when they are written.
 *
 * @param about the public id of what it is about
 * @param manifest what it says of itself beside the chain and the key
 * @param head where the record ended when it was gathered
 * @param runs pieces of the chain
 * @param documents what is told of mails and decisions, in canonical JSON, by the name of the file
 * @param mails raw mails by their digest, with their size or {@link Gathering#UNKNOWN}
 * @param missing by the digest, under which name the record has what is not kept any more
 */
public record Evidence(
        String about,
        Map<String, Object> manifest,
        Head head,
        List<ChainRun> runs,
        Map<String, String> documents,
        Map<String, Long> mails,
        Map<String, String> missing) {

    /** Writes the bundle; where it breaks off, it has no signature. */
    void write(OutputStream out, RawMailStore raw, EvidenceKey key) throws IOException {
        BundleWriter bundle = new BundleWriter(out);
        bundle.add(BundleFormat.MANIFEST, CanonicalJson.write(manifest(key)));
        for (ChainRun run : runs) {
            bundle.add(run.file(), run.lines());
        }
        for (Map.Entry<String, String> document : documents.entrySet()) {
            bundle.add(document.getKey(), document.getValue());
        }
        Map<String, String> lost = new TreeMap<>(missing);
        for (Map.Entry<String, Long> mail : mails.entrySet()) {
            String digest = mail.getKey();
            try (InputStream in = raw.open(new RawDigest(digest))) {
                long size = mail.getValue() == Gathering.UNKNOWN ? sizeOf(raw, digest) : mail.getValue();
                bundle.add("raw/" + digest + ".eml", size, in);
            } catch (MissingMail gone) {
                lost.put(digest, "raw_digest");
            }
        }
        List<Map<String, Object>> listed = new ArrayList<>();
        lost.forEach((digest, name) -> listed.add(Map.of("digest", digest, "named", name)));
        bundle.sign(key, listed);
    }

    private static long sizeOf(RawMailStore raw, String digest) throws IOException {
        try (InputStream in = raw.open(new RawDigest(digest))) {
            return in.transferTo(OutputStream.nullOutputStream());
        }
    }

    private Map<String, Object> manifest(EvidenceKey key) {
        Map<String, Object> all = new LinkedHashMap<>(manifest);
        all.put("format", BundleFormat.FORMAT);
        all.put("about", about);
        all.put("record_head", Map.of("seq", head.seq(), "hash", head.hash()));
        all.put("chain", runs.stream().map(ChainRun::tree).toList());
        all.put("public_key", Base64.getEncoder().encodeToString(key.publicKey()));
        all.put("key_fingerprint", key.fingerprint());
        return all;
    }
}
