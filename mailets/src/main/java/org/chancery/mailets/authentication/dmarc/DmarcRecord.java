package org.chancery.mailets.authentication.dmarc;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.chancery.core.mail.AuthenticationResults.Policy;
import org.jspecify.annotations.Nullable;

/**
 * What a domain publishes (RFC 7489 §6.3).
 *
 * @param subdomainPolicy for subdomains that have no record of their own
 * @param strictDkim whether a signature has to be of the very domain ({@code adkim=s})
 * @param strictSpf the same for SPF ({@code aspf=s})
 * @param percent of how much mail that fails the policy is applied to
 */
record DmarcRecord(Policy policy, Policy subdomainPolicy, boolean strictDkim, boolean strictSpf, int percent) {
    private static final Pattern VERSION = Pattern.compile("v\\s*=\\s*DMARC1\\s*(;.*)?", Pattern.DOTALL);
    private static final int ALL = 100;

    /** §6.6.3 step 2: whether a TXT record is one of DMARC. */
    static boolean isDmarc(String text) {
        return VERSION.matcher(text).matches();
    }

    /** Reads a record; empty where it asks for nothing that could be done (§6.6.3 step 6). */
    static Optional<DmarcRecord> parse(String text) {
        Map<String, String> tags = tags(text);
        Optional<Policy> policy = policy(tags.get("p"));
        Optional<Policy> subdomains = tags.containsKey("sp") ? policy(tags.get("sp")) : policy;
        if (policy.isEmpty() || subdomains.isEmpty()) {
            // Whoever wants reports wants to see what would happen.
            boolean wantsReports =
                    tags.getOrDefault("rua", "").toLowerCase(Locale.ROOT).startsWith("mailto:");
            return wantsReports ? Optional.of(of(Policy.NONE, Policy.NONE, tags)) : Optional.empty();
        }
        return Optional.of(of(policy.get(), subdomains.get(), tags));
    }

    private static DmarcRecord of(Policy policy, Policy subdomains, Map<String, String> tags) {
        return new DmarcRecord(
                policy,
                subdomains,
                tags.getOrDefault("adkim", "r").equalsIgnoreCase("s"),
                tags.getOrDefault("aspf", "r").equalsIgnoreCase("s"),
                percent(tags.getOrDefault("pct", "")));
    }

    // §6.3: unknown tags, and values that a tag cannot have, are as if they were not there. Of two the first counts.
    private static Map<String, String> tags(String text) {
        Map<String, String> tags = new LinkedHashMap<>();
        for (String spec : text.split(";")) {
            int equals = spec.indexOf('=');
            if (equals > 0) {
                tags.putIfAbsent(
                        spec.substring(0, equals).strip().toLowerCase(Locale.ROOT),
                        spec.substring(equals + 1).strip());
            }
        }
        return tags;
    }

    private static Optional<Policy> policy(@Nullable String text) {
        return switch (text == null ? "" : text.toLowerCase(Locale.ROOT)) {
            case "none" -> Optional.of(Policy.NONE);
            case "quarantine" -> Optional.of(Policy.QUARANTINE);
            case "reject" -> Optional.of(Policy.REJECT);
            default -> Optional.empty();
        };
    }

    private static int percent(String text) {
        boolean isNumber = !text.isEmpty() && text.length() <= 3 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        int percent = isNumber ? Integer.parseInt(text) : ALL;
        return percent > ALL ? ALL : percent;
    }
}
