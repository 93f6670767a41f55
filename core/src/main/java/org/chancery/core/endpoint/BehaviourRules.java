package org.chancery.core.endpoint;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.chancery.core.endpoint.Endpoint.Plane;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.screening.SenderPatterns;
import org.chancery.core.screening.SenderPolicy;

/**
 * Which behaviour an endpoint may be given. What goes together is judged on the whole that results; what stays as it was is
 * not judged again, so that a rule which came later hinders nobody who changes something else.
 */
final class BehaviourRules {
    /** All patterns together; what one value of the database takes, with room for letters of several octets. */
    static final int MAX_PATTERN_CHARACTERS = 100_000;

    static final int MAX_CATEGORIES = 50;
    static final int MAX_CATEGORY = 60;

    /** Twice over "certainly spam" and more; from there on a limit limits nothing. */
    static final double MAX_SPAM_SCORE = 100;

    private BehaviourRules() {}

    /**
     * Checks what an endpoint is to do.
     *
     * @param before what it did so far; for a new one, the defaults
     * @param isHosted whether mail for a domain comes to us
     * @throws CallerFault naming the first field that cannot be
     */
    static void check(Behaviour wanted, Behaviour before, Predicate<String> isHosted) {
        handler(wanted.handler());
        if (!wanted.admission().equals(before.admission())) {
            admission(wanted.admission(), before.admission());
        }
        if (!wanted.categoryPolicy().equals(before.categoryPolicy())) {
            categories(wanted.categoryPolicy().keySet());
        }
        if (!wanted.deliverTo().equals(before.deliverTo())) {
            deliverTo(wanted.deliverTo(), isHosted);
        }
    }

    private static void handler(Behaviour.Handler handler) {
        if (handler.plane() == Plane.LIGHT && handler.agent() != null) {
            throw CallerFault.invalid("/agent_id", "must be left out or null on plane light, which has no agent");
        }
        turns("/max_turns_per_sender_day", handler.maxTurnsPerSenderDay());
        turns("/max_turns_per_day", handler.maxTurnsPerDay());
    }

    private static void turns(String pointer, int turns) {
        if (turns < 0 || turns > EndpointService.MAX_TURNS) {
            throw CallerFault.invalid(pointer, "must be between 0 and " + EndpointService.MAX_TURNS);
        }
    }

    private static void admission(Behaviour.Admission wanted, Behaviour.Admission before) {
        List<String> patterns = wanted.allowPatterns();
        SenderPolicy policy = wanted.senderPolicy();
        // Patterns that stand there already wait, under a policy without any, for one that has some.
        if (policy.hasPatterns() || !patterns.equals(before.allowPatterns())) {
            SenderPatterns.check(policy, patterns).ifPresent(wrong -> {
                throw CallerFault.invalid("/allow_patterns/" + wrong.index(), wrong.reason());
            });
        }
        if (patterns.stream().mapToInt(String::length).sum() > MAX_PATTERN_CHARACTERS) {
            throw CallerFault.invalid(
                    "/allow_patterns", "must have at most " + MAX_PATTERN_CHARACTERS + " characters in all");
        }
        // Not the other way round: a comparison with what is no number is false.
        if (!(wanted.spamScoreMax() >= 0 && wanted.spamScoreMax() <= MAX_SPAM_SCORE)) {
            throw CallerFault.invalid("/spam_score_max", "must be between 0 and " + (int) MAX_SPAM_SCORE);
        }
    }

    private static void categories(Set<String> names) {
        if (names.size() > MAX_CATEGORIES) {
            throw CallerFault.invalid("/category_policy", "must have at most " + MAX_CATEGORIES + " members");
        }
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            String pointer = "/category_policy/" + name.replace("~", "~0").replace("/", "~1");
            boolean isName = !name.isBlank()
                    && name.equals(name.strip())
                    && name.length() <= MAX_CATEGORY
                    && name.codePoints().noneMatch(Character::isISOControl);
            if (!isName) {
                throw CallerFault.invalid(
                        pointer, "is no name of a category: a line of at most " + MAX_CATEGORY + " characters");
            }
            if (!seen.add(name.toLowerCase(Locale.ROOT))) {
                throw CallerFault.invalid(pointer, "names a category twice; case makes no difference");
            }
        }
    }

    private static void deliverTo(List<EmailAddress> people, Predicate<String> isHosted) {
        if (people.size() > Behaviour.MAX_DELIVER_TO) {
            throw CallerFault.invalid("/deliver_to", "must have at most " + Behaviour.MAX_DELIVER_TO + " elements");
        }
        List<EmailAddress> seen = new ArrayList<>();
        for (int i = 0; i < people.size(); i++) {
            EmailAddress person = Objects.requireNonNull(people.get(i));
            if (isHosted.test(person.domain())) {
                // A copy to an endpoint of ours would be mail that gets copied: a circle.
                throw CallerFault.invalid(
                        "/deliver_to/" + i,
                        "is an address of this server; copies go to people's own addresses elsewhere");
            }
            if (seen.contains(person)) {
                throw CallerFault.invalid("/deliver_to/" + i, "is in the list already");
            }
            seen.add(person);
        }
    }
}
