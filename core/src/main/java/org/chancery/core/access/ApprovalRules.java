package org.chancery.core.access;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.chancery.core.access.ApprovalRule.Facts;

/**
 * What of a token's doing waits for people. Every rule that applies is kept: none makes an exception from another.
 *
 * @param rules as their maker gave them; none where nothing waits
 */
public record ApprovalRules(List<ApprovalRule> rules) {
    public static final ApprovalRules NONE = new ApprovalRules(List.of());

    public ApprovalRules {
        rules = List.copyOf(rules);
    }

    public boolean isEmpty() {
        return rules.isEmpty();
    }

    /** Whether a rule depends on who wrote to whom before, which has to be looked up. */
    public boolean askAboutFirstContact() {
        return rules.stream().anyMatch(rule -> rule.when().firstContact() != null);
    }

    /** How many people have to approve whatever is sent; 0 where no rule holds everything. */
    public int reviewersForAll() {
        return rules.stream()
                .filter(rule -> rule.when().equals(ApprovalRule.When.ALWAYS))
                .mapToInt(ApprovalRule::reviewers)
                .max()
                .orElse(0);
    }

    /**
     * The rule that holds a mail; empty where none does. Of several that apply, the one which asks for the most people; it
     * gives them as long as the shortest of all.
     */
    public Optional<ApprovalRule> strictest(Facts mail) {
        List<ApprovalRule> applying = rules.stream()
                .filter(rule -> rule.action().equals(ApprovalRule.EMAIL_SEND)
                        && rule.when().matches(mail))
                .toList();
        Duration shortest = applying.stream()
                .map(ApprovalRule::expiresAfter)
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder())
                .orElse(null);
        return applying.stream()
                .reduce((first, next) -> next.reviewers() > first.reviewers() ? next : first)
                .map(rule -> new ApprovalRule(rule.action(), rule.when(), rule.reviewers(), shortest));
    }

    /**
     * Whether nothing that the other rules hold could pass these, or with fewer people, or later. Compared rule by rule: one
     * rule that does what several others do together is recognised, several that do what one does are not.
     */
    public boolean areAtLeastAsStrictAs(ApprovalRules others) {
        return others.rules.stream().allMatch(other -> rules.stream().anyMatch(rule -> rule.covers(other)));
    }
}
