package org.chancery.core.evidence;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.chancery.core.audit.AuditLog;
import org.chancery.core.audit.AuditLog.Head;
import org.chancery.core.audit.ChainedEntry;
import org.chancery.core.audit.Digests;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mailbox.MessageFacts;
import org.chancery.core.tx.Tx;

/** What goes into one bundle, as it is found. */
final class Gathering {
    /** More entries about one thing than these are not looked at; no mail comes near. */
    private static final int MAX_ENTRIES = 1_000;

    /** How the names of all digests in an entry's details end. */
    static final String DIGEST = "_digest";

    /** Of a mail whose size nobody noted: it is counted when it is written. */
    static final long UNKNOWN = -1;

    /** Files that are there because the record names them. */
    private static final Set<String> BY_DIGEST = Set.of("texts", "envelopes", "attempts");

    private final WorkspaceId workspace;
    private final Head head;
    private final Set<String> subjects = new LinkedHashSet<>();
    private final Map<String, String> documents = new TreeMap<>();
    private final Map<String, Long> mails = new TreeMap<>();
    /** Of what is among the documents under the digest of its own. */
    private final Set<String> found = new LinkedHashSet<>();

    /** @param head where the record ended before anything was gathered */
    Gathering(WorkspaceId workspace, Head head) {
        this.workspace = workspace;
        this.head = head;
    }

    /** Entries about this are part of it. */
    void about(String subject) {
        subjects.add(subject);
    }

    void document(String name, String json) {
        documents.put(name, json);
    }

    /** Something that the record names by its digest. */
    void named(String directory, String suffix, String text) {
        String digest = Digests.ofText(text);
        if (found.add(digest)) {
            documents.put(directory + "/" + digest + suffix, text);
        }
    }

    void mail(MessageFacts facts) {
        mails.put(facts.raw().hex(), facts.size());
    }

    void mail(String digest, long size) {
        mails.put(digest, size);
    }

    /** A version of a mail whose size is not known. */
    void mail(String digest) {
        mails.putIfAbsent(digest, UNKNOWN);
    }

    /** All entries about what was found so far, in the order of the record. */
    List<ChainedEntry> entries(Tx tx, AuditLog log) {
        List<ChainedEntry> entries = new ArrayList<>();
        for (String subject : subjects) {
            entries.addAll(log.about(tx, workspace, subject, MAX_ENTRIES));
        }
        entries.sort(Comparator.comparingLong(ChainedEntry::seq));
        return entries;
    }

    /** The evidence; empty where something happened meanwhile, so that documents and record may tell of different moments. */
    Optional<Evidence> finish(Tx tx, AuditLog log, String about, Map<String, Object> manifest) {
        List<ChainedEntry> entries = entries(tx, log);
        if (!entries.isEmpty() && entries.getLast().seq() > head.seq()) {
            return Optional.empty();
        }
        Map<String, String> missing = new TreeMap<>();
        for (ChainedEntry entry : entries) {
            Map<String, Object> details = entry.detailsTree();
            mail(details, "raw_digest", "size");
            mail(details, "report_digest", "report_size");
        }
        Set<String> named = new HashSet<>();
        for (ChainedEntry entry : entries) {
            digests(entry.detailsTree()).forEach((digest, name) -> {
                named.add(digest);
                if (!found.contains(digest) && !mails.containsKey(digest)) {
                    missing.put(digest, name);
                }
            });
        }
        // What no entry names, such as the envelope of a mail that has not left, shows nothing.
        found.removeAll(named);
        documents.keySet().removeIf(name -> isOf(found, name));
        Map<String, Object> told = new LinkedHashMap<>(manifest);
        told.put("subjects", List.copyOf(subjects));
        return Optional.of(new Evidence(
                about, told, head, ChainRun.of(tx, log, workspace, entries, head), documents, mails, missing));
    }

    private static boolean isOf(Set<String> digests, String file) {
        int slash = file.indexOf('/');
        int dot = file.lastIndexOf('.');
        return slash > 0
                && BY_DIGEST.contains(file.substring(0, slash))
                && digests.contains(file.substring(slash + 1, dot));
    }

    /** A mail of which an entry tells. */
    private void mail(Map<String, Object> details, String digest, String size) {
        if (details.get(digest) instanceof String raw && details.get(size) instanceof Long octets) {
            mails.put(raw, octets);
        }
    }

    /** The digests that a tree of details names, each with its name. */
    static Map<String, String> digests(Map<String, Object> details) {
        Map<String, String> digests = new LinkedHashMap<>();
        details.forEach((name, value) -> {
            if (value instanceof Map<?, ?> tree) {
                Map<String, Object> deeper = new LinkedHashMap<>();
                tree.forEach((key, inner) -> deeper.put((String) key, inner));
                digests.putAll(digests(deeper));
            } else if (name.endsWith(DIGEST) && value instanceof String digest) {
                digests.put(digest, name);
            }
        });
        return digests;
    }
}
