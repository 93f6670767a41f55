package org.chancery.core.queue;

import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.chancery.core.audit.Digests;
import org.chancery.core.queue.Attempt.Result;
import org.jspecify.annotations.Nullable;

/**
 * An attempt as the record knows it: by the digest of this tree, which is the same whether the attempt was just made or is read
 * from the queue's tables. So texts end well before a column would cut them, and times are those that a database keeps.
 */
public final class AttemptRecord {
    private static final int MAX_REPLY = 500;
    private static final int MAX_PEER = 100;
    private static final int MAX_DETAIL = 400;

    private AttemptRecord() {}

    /** The digest that entries name. */
    public static String digest(Attempt attempt) {
        return Digests.ofTree(tree(attempt));
    }

    public static Map<String, Object> tree(Attempt attempt) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put(
                "started_at", attempt.startedAt().truncatedTo(ChronoUnit.MICROS).toString());
        tree.put("ended_at", attempt.endedAt().truncatedTo(ChronoUnit.MICROS).toString());
        if (attempt.remote() != null) {
            tree.put("remote", text(attempt.remote(), MAX_PEER));
        }
        if (attempt.tls() != null) {
            tree.put("tls", text(attempt.tls(), MAX_PEER));
        }
        put(tree, "certificate", attempt.way().security().certificate());
        put(tree, "mta_sts", attempt.way().security().sts());
        put(tree, "signed_with", attempt.way().signedWith());
        tree.put(
                "results",
                attempt.results().stream().map(result -> tree(attempt, result)).toList());
        return tree;
    }

    /** What is not there leaves the tree as it was before anybody knew of it. */
    private static void put(Map<String, Object> tree, String name, @Nullable String value) {
        if (value != null) {
            tree.put(name, text(value, MAX_DETAIL));
        }
    }

    private static Map<String, Object> tree(Attempt attempt, Result result) {
        Attempt.Session session = attempt.sessions().get(result.recipient());
        if (session == null) {
            return tree(result);
        }
        Map<String, Object> tree = new LinkedHashMap<>(tree(result));
        Map<String, Object> own = new LinkedHashMap<>();
        if (session.remote() != null) {
            own.put("remote", text(session.remote(), MAX_PEER));
        }
        if (session.security().tls() != null) {
            own.put("tls", text(session.security().tls(), MAX_PEER));
        }
        put(own, "certificate", session.security().certificate());
        put(own, "mta_sts", session.security().sts());
        tree.put("session", own);
        return tree;
    }

    private static Map<String, Object> tree(Result result) {
        String outcome = switch (result) {
            case Result.Delivered ignored -> "delivered";
            case Result.TemporaryFailure ignored -> "temporary_failure";
            case Result.PermanentFailure ignored -> "permanent_failure";
        };
        boolean peerSaid = switch (result) {
            case Result.Delivered ignored -> true;
            case Result.TemporaryFailure failure -> failure.peerSaid();
            case Result.PermanentFailure failure -> failure.peerSaid();
        };
        return Map.of(
                "address",
                result.recipient().toString(),
                "outcome",
                outcome,
                "peer_said",
                peerSaid,
                "smtp_reply",
                text(result.reply(), MAX_REPLY));
    }

    private static String text(String text, int max) {
        return text.substring(0, Math.min(text.length(), max)).replace('\0', '\uFFFD');
    }
}
