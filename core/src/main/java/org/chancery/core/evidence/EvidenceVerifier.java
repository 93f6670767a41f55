package org.chancery.core.evidence;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chancery.core.audit.CanonicalJson;
import org.chancery.core.evidence.BundleReader.Entry;
import org.chancery.core.evidence.BundleReader.Malformed;

/**
 * Verifies a bundle with nothing but the bundle. It shows that what is in it fits together and was signed as it is with the key in it;
 * whose key that is, its fingerprint tells whoever knows that from elsewhere. One verifier for one bundle.
 */
public final class EvidenceVerifier {
    /** All documents together, which are kept until the end; ours are far smaller. */
    private static final int MAX_DOCUMENTS = 64 << 20;

    /** Files that are named by the digest of what they hold. */
    private static final Pattern NAMED = Pattern.compile("(raw|attempts|envelopes|texts)/([0-9a-f]{64})\\.[a-z]+");

    /** What may be gone: mails are deleted some day. */
    private static final Set<String> MAILS = Set.of("raw_digest", "draft_digest", "edited_digest", "report_digest");

    /** Entries whose notes are kept nowhere but by digest. */
    private static final Set<String> UNKEPT_NOTES =
            Set.of("message.escalated", "message.discarded", "suppression.added");

    private final List<String> faults = new ArrayList<>();
    private final Map<String, Map<String, Object>> files = new LinkedHashMap<>();
    private final Map<String, String> documents = new HashMap<>();
    private final Set<String> present = new HashSet<>();
    /** Files that are there because the record names them, by their digest; mails belong to their documents, too. */
    private final Map<String, String> byDigest = new LinkedHashMap<>();
    /** What the record tells of each subject. */
    private final Map<String, List<Map<String, Object>>> told = new HashMap<>();

    private String signed = "";
    private String signature = "";
    private int mails;
    private long room = MAX_DOCUMENTS;

    private EvidenceVerifier() {}

    /**
     * What was found.
     *
     * @param about the public id of what the bundle says to be about; empty where it does not say
     * @param fingerprint of the key that the bundle says to be signed with
     * @param entries of the record that are in it as a whole
     * @param missing what the record names and the server did not have any more
     * @param faults what does not fit; none where all does
     */
    public record Report(
            String about, String fingerprint, int entries, int mails, List<String> missing, List<String> faults) {
        public boolean isIntact() {
            return faults.isEmpty();
        }
    }

    /** Reads a bundle to its end and says what does not fit. */
    public static Report verify(InputStream in) throws IOException {
        return new EvidenceVerifier().report(in);
    }

    private Report report(InputStream in) throws IOException {
        try {
            read(new BundleReader(in));
        } catch (Malformed broken) {
            faults.add(broken.getMessage());
        }
        Map<String, Object> manifest = tree(BundleFormat.MANIFEST);
        Map<String, Object> contents = tree(BundleFormat.CONTENTS);
        checkSignature(manifest);
        List<String> missing = checkContents(contents);
        int entries = checkChain(manifest, missing);
        byDigest.values().forEach(name -> faults.add(name + ": is named by no entry of the record"));
        checkApprovals();
        return new Report(
                Trees.text(manifest, "about"),
                Trees.text(manifest, "key_fingerprint"),
                entries,
                mails,
                List.copyOf(missing),
                List.copyOf(faults));
    }

    private void read(BundleReader bundle) throws IOException, Malformed {
        for (Optional<Entry> next = bundle.next(); next.isPresent(); next = bundle.next()) {
            Entry entry = next.get();
            if (!signature.isEmpty()) {
                faults.add(entry.name() + ": stands behind the signature");
            }
            boolean isMail = entry.name().startsWith("raw/");
            ByteArrayOutputStream kept = new ByteArrayOutputStream();
            room -= isMail ? 0 : entry.size();
            if (room < 0) {
                throw new Malformed(entry.name() + ": is bigger than what any bundle has beside mails");
            }
            String digest = bundle.content(entry, (buffer, length) -> kept.write(buffer, 0, isMail ? 0 : length));
            mails += isMail ? 1 : 0;
            checkName(entry.name(), digest);
            if (entry.name().equals(BundleFormat.SIGNATURE)) {
                signed = entry.before();
                signature = kept.toString(StandardCharsets.UTF_8);
                continue;
            }
            if (!isMail) {
                documents.put(entry.name(), kept.toString(StandardCharsets.UTF_8));
            }
            Map<String, Object> file = Map.of("name", entry.name(), "size", entry.size(), "sha256", digest);
            if (files.put(entry.name(), file) != null) {
                faults.add(entry.name() + ": is there twice");
            }
        }
    }

    private void checkName(String name, String digest) {
        Matcher named = NAMED.matcher(name);
        if (named.matches()) {
            present.add(named.group(2));
            if (!named.group(1).equals("raw")) {
                byDigest.put(named.group(2), name);
            }
            if (!named.group(2).equals(digest)) {
                faults.add(name + ": holds something else than its name says");
            }
        }
    }

    private void checkSignature(Map<String, Object> manifest) {
        if (!Trees.text(manifest, "format").equals(BundleFormat.FORMAT)) {
            faults.add(BundleFormat.MANIFEST + ": is of no format that is known here");
        }
        byte[] key = base64(Trees.text(manifest, "public_key"));
        if (!EvidenceKey.fingerprint(key).equals(Trees.text(manifest, "key_fingerprint"))) {
            faults.add(BundleFormat.MANIFEST + ": the fingerprint is not of the key beside it");
        }
        byte[] octets = base64(signature.strip());
        boolean isOnlySpelling = signature.equals(Base64.getEncoder().encodeToString(octets) + "\n");
        if (!isOnlySpelling || !EvidenceKey.isSigned(key, BundleFormat.signed(signed), octets)) {
            faults.add(BundleFormat.SIGNATURE + ": is no signature of this file by the key in it");
        }
    }

    /** What is listed is there, as it is listed, in that order, and nothing else is. */
    private List<String> checkContents(Map<String, Object> contents) {
        List<Object> listed = Trees.list(contents, "files");
        Map<String, Map<String, Object>> there = new LinkedHashMap<>(files);
        there.remove(BundleFormat.CONTENTS);
        for (Object one : listed) {
            Map<String, Object> file = Trees.map(one);
            String name = Trees.text(file, "name");
            Map<String, Object> found = there.remove(name);
            if (found == null) {
                faults.add(name + ": is listed and not there");
            } else if (!found.equals(file)) {
                faults.add(name + ": is not as it is listed");
            }
        }
        there.keySet().forEach(name -> faults.add(name + ": is not listed"));
        List<String> missing = new ArrayList<>();
        Trees.list(contents, "missing").forEach(one -> missing.add(Trees.text(Trees.map(one), "digest")));
        return missing;
    }

    /** What is told of approvals is what the record tells of them. */
    private void checkApprovals() {
        documents.keySet().stream()
                .filter(name -> name.startsWith("approvals/"))
                .sorted()
                .forEach(name -> {
                    Map<String, Object> approval = tree(name);
                    List<Map<String, Object>> entries =
                            told.getOrDefault(Trees.text(approval, "approval_id"), List.of());
                    DecisionCheck.faults(approval, entries).forEach(fault -> faults.add(name + ": " + fault));
                });
    }

    /** Each piece of the chain leads from the hash before it to its head; what its entries name is there. */
    private int checkChain(Map<String, Object> manifest, List<String> missing) {
        String about = Trees.text(manifest, "about");
        List<Object> subjects = Trees.list(manifest, "subjects");
        if (!subjects.contains(about)) {
            faults.add(BundleFormat.MANIFEST + ": " + about + " is not among its subjects");
        }
        Map<String, Object> recordHead = Trees.map(manifest.get("record_head"));
        int entries = 0;
        for (Object one : Trees.list(manifest, "chain")) {
            Map<String, Object> run = Trees.map(one);
            String file = Trees.text(run, "file");
            ChainWalk walk = new ChainWalk(Trees.number(run, "seq"), Trees.text(run, "previous_hash"));
            for (String line :
                    Objects.requireNonNullElse(documents.get(file), "").lines().toList()) {
                walk.step(line).ifPresent(fault -> faults.add(file + ": " + fault));
            }
            Map<String, Object> head = Trees.map(run.get("head"));
            if (!walk.isAt(Trees.number(head, "seq"), Trees.text(head, "hash"))) {
                faults.add(file + ": does not lead to the head that was signed");
            }
            if (Trees.number(head, "seq") == Trees.number(recordHead, "seq") && !head.equals(recordHead)) {
                faults.add(file + ": does not lead to the head of the record");
            }
            for (Map<String, Object> entry : walk.entries()) {
                entries++;
                told.computeIfAbsent(Trees.text(entry, "subject"), ignored -> new ArrayList<>())
                        .add(entry);
                if (!subjects.contains(Trees.text(entry, "subject"))) {
                    faults.add(file + ": entry " + Trees.number(entry, "seq") + " is about something else");
                }
                checkNamed(file, entry, missing);
            }
        }
        return entries;
    }

    /** What an entry names is there, or may be gone and is said to be. */
    private void checkNamed(String file, Map<String, Object> entry, List<String> missing) {
        boolean mayLackNote = UNKEPT_NOTES.contains(Trees.text(entry, "kind"));
        Gathering.digests(Trees.map(entry.get("details"))).forEach((digest, name) -> {
            byDigest.remove(digest);
            boolean mayBeGone = missing.contains(digest) && (MAILS.contains(name) || mayLackNote);
            if (!present.contains(digest) && !mayBeGone) {
                faults.add(file + ": entry " + Trees.number(entry, "seq") + " names a " + name + " that is not there");
            }
        });
    }

    private Map<String, Object> tree(String name) {
        String json = documents.get(name);
        if (json == null) {
            faults.add(name + ": is not there");
            return Map.of();
        }
        try {
            return CanonicalJson.readObject(json);
        } catch (IllegalArgumentException changed) {
            faults.add(name + ": is no canonical JSON");
            return Map.of();
        }
    }

    private static byte[] base64(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException changed) {
            return new byte[0];
        }
    }
}
