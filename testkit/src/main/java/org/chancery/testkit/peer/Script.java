package org.chancery.testkit.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a peer does other than the usual; the youngest rule that fits wins. Safe for use by several threads. */
final class Script {

    sealed interface Action {
        /** Says these lines, and hangs up after them where {@code thenHangUp}. */
        record Answer(List<String> lines, boolean thenHangUp) implements Action {
            /** The code of the last line, such as 250. */
            int code() {
                return Integer.parseInt(lines.getLast().substring(0, 3));
            }
        }

        record HangUp() implements Action {}

        record Wait(Stall stall) implements Action {}
    }

    private static final class Rule {
        private final Stage stage;
        private final String part;
        private final Action action;
        private int left;

        Rule(Stage stage, String part, Action action, int times) {
            this.stage = stage;
            this.part = part.toLowerCase(Locale.ROOT);
            this.action = action;
            this.left = times;
        }

        boolean fits(Stage at, String line) {
            return left > 0 && stage == at && line.toLowerCase(Locale.ROOT).contains(part);
        }
    }

    private final List<Rule> rules = new ArrayList<>();

    synchronized void add(Stage stage, String part, Action action, int times) {
        rules.addFirst(new Rule(stage, part, action, times));
    }

    /** The action for a line at that stage, or null for the usual. */
    synchronized @Nullable Action next(Stage stage, String line) {
        for (Rule rule : rules) {
            if (rule.fits(stage, line)) {
                rule.left--;
                return rule.action;
            }
        }
        return null;
    }
}
