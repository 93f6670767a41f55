package org.chancery.core.evidence;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.chancery.core.audit.Digests;

/**
 * Compares what a bundle tells of an approval with what the record tells of it: who asked, by which rule, and each decision. The
 * database that told the one can be changed by hand; the chain cannot.
 */
final class DecisionCheck {
    private DecisionCheck() {}

    /**
     * What does not fit.
     *
     * @param approval the document about it
     * @param entries of the record that are about it, in order
     */
    static List<String> faults(Map<String, Object> approval, List<Map<String, Object>> entries) {
        List<String> faults = new ArrayList<>();
        List<String> told = new ArrayList<>();
        for (Object decision : Trees.list(approval, "decisions")) {
            told.add(ofDocument(Trees.map(decision)));
        }
        for (Map<String, Object> entry : entries) {
            Map<String, Object> details = Trees.map(entry.get("details"));
            switch (Trees.text(entry, "kind")) {
                case "approval.queued" -> {
                    if (!isAsked(approval, entry, details)) {
                        faults.add("does not tell who asked, or by which rule it was held, as the record does");
                    }
                }
                case "approval.approved", "approval.failed" -> take(told, "approve", entry, details, faults);
                case "approval.rejected" -> take(told, "reject", entry, details, faults);
                case "approval.reopened" -> take(told, "reopen", entry, details, faults);
                default -> {}
            }
        }
        if (!told.isEmpty()) {
            faults.add("tells a decision that is not in the record");
        }
        return faults;
    }

    private static boolean isAsked(
            Map<String, Object> approval, Map<String, Object> entry, Map<String, Object> details) {
        Map<String, Object> by = Trees.map(approval.get("requested_by"));
        Map<String, Object> actor = Trees.map(entry.get("actor"));
        return Trees.text(by, "id").equals(Trees.text(actor, "id"))
                && Trees.text(approval, "message_id").equals(Trees.text(details, "message_id"))
                && Objects.equals(approval.get("rule"), details.get("rule"));
    }

    private static void take(
            List<String> told,
            String decision,
            Map<String, Object> entry,
            Map<String, Object> details,
            List<String> faults) {
        String wanted = String.join(
                " ",
                decision,
                Trees.text(Trees.map(entry.get("actor")), "id"),
                time(Trees.text(entry, "at")),
                Trees.text(details, "note_digest"),
                Trees.text(details, "raw_digest"),
                Trees.text(details, "edited_digest"));
        if (!told.remove(wanted)) {
            faults.add("does not tell the decision that entry " + entry.get("seq") + " of the record tells");
        }
    }

    private static String ofDocument(Map<String, Object> decision) {
        return String.join(
                " ",
                Trees.text(decision, "decision"),
                Trees.text(decision, "by_id"),
                time(Trees.text(decision, "at")),
                Digests.ofText(Trees.text(decision, "note")),
                Trees.text(decision, "raw_digest"),
                Trees.text(decision, "edited_digest"));
    }

    /** To the millisecond, as the record keeps it. */
    private static String time(String text) {
        try {
            return Instant.parse(text).truncatedTo(ChronoUnit.MILLIS).toString();
        } catch (DateTimeParseException none) {
            return text;
        }
    }
}
