package org.chancery.core.access;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chancery.core.access.ApprovalRule.When;
import org.chancery.core.fault.CallerFault;
import org.jspecify.annotations.Nullable;

/**
 * Approval rules as a tree of lists, maps, texts and numbers, which is how the API and the database spell them: {@code
 * "email:send"} where everything waits, or an object such as {@code {"action": "email:send", "when": {"first_contact":
 * true}, "reviewers": 2, "expires_after": "4h"}}. Read strictly: an unknown word would be a rule that nobody follows.
 */
public final class ApprovalRuleTree {
    /** A person still has to understand what holds. */
    public static final int MAX_RULES = 20;

    /** In all rules of a token, so that they fit into a column. */
    static final int MAX_DOMAINS = 400;

    /** A bound above it would hold no mail of this server. */
    private static final int MAX_RECIPIENTS_OVER = 1_000;

    private static final Duration LONGEST = Duration.ofDays(366);
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})([smhd])");

    private static final Set<String> OF_A_RULE = Set.of("action", "when", "reviewers", "expires_after");
    private static final Set<String> OF_WHEN = Set.of(
            "recipient_domain_in",
            "recipient_domain_not_in",
            "recipients_over",
            "first_contact",
            "has_attachments",
            "generated",
            "reply");

    private ApprovalRuleTree() {}

    /**
     * Reads rules.
     *
     * @param pointer JSON pointer of the list, for what is wrong in it
     * @throws CallerFault where something there is no rule
     */
    public static ApprovalRules read(List<?> tree, String pointer) {
        if (tree.size() > MAX_RULES) {
            throw CallerFault.invalid(pointer, "must have at most " + MAX_RULES + " elements");
        }
        List<ApprovalRule> rules = new ArrayList<>();
        int domains = 0;
        for (int i = 0; i < tree.size(); i++) {
            ApprovalRule rule = rule(tree.get(i), pointer + '/' + i);
            domains +=
                    count(rule.when().recipientDomainIn()) + count(rule.when().recipientDomainNotIn());
            rules.add(rule);
        }
        if (domains > MAX_DOMAINS) {
            throw CallerFault.invalid(pointer, "must name at most " + MAX_DOMAINS + " domains in all");
        }
        return new ApprovalRules(rules);
    }

    private static int count(@Nullable RecipientDomains domains) {
        return domains == null ? 0 : domains.patterns().size();
    }

    private static ApprovalRule rule(@Nullable Object node, String pointer) {
        if (node instanceof String action) {
            return new ApprovalRule(action(action, pointer), When.ALWAYS, 1, null);
        }
        Fields fields = Fields.of(node, pointer, OF_A_RULE, "must be an action such as email:send, or an object");
        String action = fields.text("action");
        if (action == null) {
            throw CallerFault.invalid(pointer + "/action", "is required");
        }
        Object when = fields.value("when");
        Integer reviewers = fields.whole("reviewers", 1, ApprovalRule.MAX_REVIEWERS);
        String expiresAfter = fields.text("expires_after");
        return new ApprovalRule(
                action(action, pointer + "/action"),
                when == null ? When.ALWAYS : when(when, pointer + "/when"),
                reviewers == null ? 1 : reviewers,
                expiresAfter == null ? null : duration(expiresAfter, pointer + "/expires_after"));
    }

    private static String action(String text, String pointer) {
        if (!text.equals(ApprovalRule.EMAIL_SEND)) {
            throw CallerFault.invalid(
                    pointer, "must be " + ApprovalRule.EMAIL_SEND + ", the one action that can wait for a person");
        }
        return text;
    }

    private static When when(Object node, String pointer) {
        Fields fields = Fields.of(node, pointer, OF_WHEN, "must be an object");
        return new When(
                fields.domains("recipient_domain_in"),
                fields.domains("recipient_domain_not_in"),
                fields.whole("recipients_over", 1, MAX_RECIPIENTS_OVER),
                fields.claim("first_contact"),
                fields.claim("has_attachments"),
                fields.claim("generated"),
                fields.claim("reply"));
    }

    private static Duration duration(String text, String pointer) {
        Matcher matcher = DURATION.matcher(text);
        if (matcher.matches()) {
            long amount = Long.parseLong(matcher.group(1));
            Duration duration = switch (matcher.group(2)) {
                case "s" -> Duration.ofSeconds(amount);
                case "m" -> Duration.ofMinutes(amount);
                case "h" -> Duration.ofHours(amount);
                default -> Duration.ofDays(amount);
            };
            if (duration.isPositive() && duration.compareTo(LONGEST) <= 0) {
                return duration;
            }
        }
        throw CallerFault.invalid(pointer, "must be a duration such as 30m, 4h or 7d, of at most " + text(LONGEST));
    }

    /** Writes rules so that {@link #read} gives the same ones. */
    public static List<Object> write(ApprovalRules rules) {
        return rules.rules().stream().map(ApprovalRuleTree::node).toList();
    }

    private static Object node(ApprovalRule rule) {
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("action", rule.action());
        if (!rule.when().equals(When.ALWAYS)) {
            node.put("when", node(rule.when()));
        }
        if (rule.reviewers() != 1) {
            node.put("reviewers", rule.reviewers());
        }
        if (rule.expiresAfter() != null) {
            node.put("expires_after", text(rule.expiresAfter()));
        }
        return node.size() == 1 ? rule.action() : node;
    }

    private static Map<String, Object> node(When when) {
        Map<String, Object> node = new LinkedHashMap<>();
        putDomains(node, "recipient_domain_in", when.recipientDomainIn());
        putDomains(node, "recipient_domain_not_in", when.recipientDomainNotIn());
        put(node, "recipients_over", when.recipientsOver());
        put(node, "first_contact", when.firstContact());
        put(node, "has_attachments", when.hasAttachments());
        put(node, "generated", when.generated());
        put(node, "reply", when.reply());
        return node;
    }

    private static void putDomains(Map<String, Object> node, String name, @Nullable RecipientDomains domains) {
        put(node, name, domains == null ? null : List.copyOf(domains.patterns()));
    }

    private static void put(Map<String, Object> node, String name, @Nullable Object value) {
        if (value != null) {
            node.put(name, value);
        }
    }

    private static String text(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds % 86_400 == 0) {
            return seconds / 86_400 + "d";
        }
        if (seconds % 3_600 == 0) {
            return seconds / 3_600 + "h";
        }
        return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }

    /** The members of one object, none of them unknown. */
    private record Fields(Map<?, ?> members, String pointer) {
        static Fields of(@Nullable Object node, String pointer, Set<String> known, String otherwise) {
            if (!(node instanceof Map<?, ?> members)) {
                throw CallerFault.invalid(pointer, otherwise);
            }
            for (Object name : members.keySet()) {
                if (!known.contains(String.valueOf(name))) {
                    throw CallerFault.invalid(
                            pointer + '/' + escaped(String.valueOf(name)),
                            "is unknown here; known are " + String.join(", ", new TreeSet<>(known)));
                }
            }
            return new Fields(members, pointer);
        }

        /** RFC 6901 §3. */
        private static String escaped(String name) {
            return name.replace("~", "~0").replace("/", "~1");
        }

        @Nullable
        Object value(String name) {
            return members.get(name);
        }

        @Nullable
        String text(String name) {
            return switch (value(name)) {
                case null -> null;
                case String text -> text;
                default -> throw CallerFault.invalid(pointer + '/' + name, "must be a text");
            };
        }

        @Nullable
        Boolean claim(String name) {
            return switch (value(name)) {
                case null -> null;
                case Boolean claim -> claim;
                default -> throw CallerFault.invalid(pointer + '/' + name, "must be true or false");
            };
        }

        @Nullable
        Integer whole(String name, int min, int max) {
            Object value = value(name);
            if (value == null) {
                return null;
            }
            if (value instanceof Integer number && number >= min && number <= max) {
                return number;
            }
            throw CallerFault.invalid(pointer + '/' + name, "must be a whole number from " + min + " to " + max);
        }

        @Nullable
        RecipientDomains domains(String name) {
            return switch (value(name)) {
                case null -> null;
                case List<?> texts -> RecipientDomains.read(texts, pointer + '/' + name);
                default -> throw CallerFault.invalid(pointer + '/' + name, "must be an array");
            };
        }
    }
}
