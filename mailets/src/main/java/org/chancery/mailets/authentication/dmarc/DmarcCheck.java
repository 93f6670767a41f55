package org.chancery.mailets.authentication.dmarc;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.chancery.core.mail.AuthenticationResults.Dmarc;
import org.chancery.core.mail.AuthenticationResults.Policy;
import org.chancery.core.mail.AuthenticationResults.Result;
import org.chancery.core.mail.AuthenticationResults.Signature;
import org.chancery.core.mail.AuthenticationResults.Spf;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.mail.MessageHeader;
import org.chancery.mailets.authentication.dns.Dns.Answer;
import org.chancery.mailets.authentication.dns.Dns.Type;
import org.chancery.mailets.authentication.dns.Lookups;
import org.chancery.mailets.authentication.dns.OrganizationalDomain;
import org.jspecify.annotations.Nullable;

/**
 * Compares the domain in {@code From} with what SPF and DKIM found.
 *
 * <p><i>Standards:</i> RFC 7489 §6.6; no reports are sent (§7). A mail with several originators is judged by each of their
 * domains, the strictest failure counts, and it never passes (§6.6.1). {@code pct} takes its sample by a hash of the mail's id in
 * the spool, which a sender cannot choose and a second try does not change (§6.6.4). Where what could pass cannot be looked up,
 * the result is {@code temperror} and keeps the published policy: whoever sends a mail chooses what that is, and may choose a name
 * that nobody answers for. <i>Trusts:</i> the verdicts of SPF and DKIM.
 */
public final class DmarcCheck {
    /** Each domain in {@code From} costs up to two questions; a mail with more than this many is nobody's. */
    static final int MAX_DOMAINS = 5;

    private static final int PERCENT = 100;

    private final boolean isOfOne;
    private final int domains;
    /** By domain, in the order of the originators. */
    private final Map<String, Discovery> published = new LinkedHashMap<>();

    /** Looks up what the originators' domains publish. */
    public DmarcCheck(MessageHeader header, Lookups lookups) {
        List<Mailbox> originators = header.allOriginators();
        List<String> named = originators.stream()
                .map(Mailbox::emailAddress)
                .flatMap(Optional::stream)
                .map(EmailAddress::domain)
                .distinct()
                .toList();
        this.domains = named.size();
        this.isOfOne = domains == 1 && originators.size() == 1 && header.count("From") == 1;
        List<String> asked = named.subList(0, Math.min(MAX_DOMAINS, domains));
        for (String domain : asked) {
            lookups.expect(name(domain), Type.TXT);
            lookups.expect(name(OrganizationalDomain.of(domain)), Type.TXT);
        }
        for (String domain : asked) {
            published.put(domain, discover(domain, lookups));
        }
    }

    /** @param sample what tells this mail from others, for {@code pct} */
    public Dmarc check(Spf spf, List<Signature> signatures, String sample) {
        Evidence evidence = new Evidence(spf, signatures, sample);
        List<Dmarc> each = published.entrySet().stream()
                .map(one -> check(one.getKey(), one.getValue(), evidence))
                .toList();
        if (each.isEmpty()) {
            return new Dmarc(Result.PERMERROR, "", "", Policy.NONE, Policy.NONE, "no domain in From");
        }
        return isOfOne ? each.getFirst() : ofSeveral(each);
    }

    private record Evidence(Spf spf, List<Signature> signatures, String sample) {}

    private Dmarc ofSeveral(List<Dmarc> each) {
        Optional<Dmarc> failed =
                with(each, Result.FAIL).max(Comparator.comparing(Dmarc::applied).thenComparing(Dmarc::published));
        Optional<Dmarc> open = with(each, Result.TEMPERROR).max(Comparator.comparing(Dmarc::published));
        // A failure that asks for nothing must not hide what another domain may have asked for.
        Optional<Dmarc> worst = Stream.of(
                        failed.filter(one -> one.applied() != Policy.NONE),
                        open.filter(one -> one.published() != Policy.NONE),
                        failed,
                        open)
                .flatMap(Optional::stream)
                .findFirst();
        if (worst.isPresent()) {
            return worst.get();
        }
        boolean hasNoRecord = domains <= MAX_DOMAINS && with(each, Result.NONE).count() == each.size();
        return new Dmarc(
                hasNoRecord ? Result.NONE : Result.PERMERROR, "", "", Policy.NONE, Policy.NONE, "several originators");
    }

    private static Stream<Dmarc> with(List<Dmarc> each, Result result) {
        return each.stream().filter(one -> one.result() == result);
    }

    private static Dmarc check(String domain, Discovery discovery, Evidence evidence) {
        return switch (discovery) {
            case Discovery.None none ->
                new Dmarc(
                        Result.NONE,
                        domain,
                        OrganizationalDomain.isPublicSuffix(domain) ? "" : OrganizationalDomain.of(domain),
                        Policy.NONE,
                        Policy.NONE,
                        "no DMARC record");
            case Discovery.Useless useless ->
                new Dmarc(Result.PERMERROR, domain, useless.at(), Policy.NONE, Policy.NONE, useless.why());
            case Discovery.Trouble trouble -> unread(domain, trouble, evidence);
            case Discovery.Found found -> judge(domain, found, evidence);
        };
    }

    // ---- discovery (§6.6.3)

    /** What is published for a domain. */
    private sealed interface Discovery {
        record Found(String at, DmarcRecord record) implements Discovery {
            Policy policy(String domain) {
                return at.equals(domain) ? record.policy() : record.subdomainPolicy();
            }
        }

        record None() implements Discovery {}

        record Useless(String at, String why) implements Discovery {}

        /** @param above what stands for the organization, which the unread record might replace; null where nothing does */
        record Trouble(String why, @Nullable Found above) implements Discovery {}
    }

    private static String name(String domain) {
        return "_dmarc." + domain;
    }

    private static Discovery discover(String domain, Lookups lookups) {
        Discovery own = record(domain, lookups);
        String organization = OrganizationalDomain.of(domain);
        if (organization.equals(domain)) {
            return own;
        }
        return switch (own) {
            case Discovery.None none -> record(organization, lookups);
            case Discovery.Trouble trouble ->
                record(organization, lookups) instanceof Discovery.Found above
                        ? new Discovery.Trouble(trouble.why(), above)
                        : trouble;
            case Discovery.Found found -> found;
            case Discovery.Useless useless -> useless;
        };
    }

    private static Discovery record(String domain, Lookups lookups) {
        return switch (lookups.ask(name(domain), Type.TXT)) {
            case Answer.Trouble trouble -> new Discovery.Trouble(trouble.why(), null);
            case Answer.Nothing nothing -> new Discovery.None();
            case Answer.Found found -> {
                List<String> records =
                        found.values().stream().filter(DmarcRecord::isDmarc).toList();
                yield switch (records.size()) {
                    case 0 -> new Discovery.None();
                    case 1 ->
                        DmarcRecord.parse(records.getFirst())
                                .<Discovery>map(record -> new Discovery.Found(domain, record))
                                .orElse(new Discovery.Useless(domain, "the DMARC record asks for nothing"));
                    default -> new Discovery.Useless(domain, "several DMARC records");
                };
            }
        };
    }

    // ---- alignment (§3.1) and policy (§6.6.2, §6.6.4)

    /** A subdomain whose servers are dead has the organization's policy for all that is known, unless something proves it. */
    private static Dmarc unread(String domain, Discovery.Trouble trouble, Evidence evidence) {
        Discovery.Found above = trouble.above();
        return above == null || judge(domain, above, evidence).result() == Result.PASS
                ? new Dmarc(Result.TEMPERROR, domain, "", Policy.NONE, Policy.NONE, trouble.why())
                : new Dmarc(Result.TEMPERROR, domain, above.at(), above.policy(domain), Policy.NONE, trouble.why());
    }

    private static Dmarc judge(String domain, Discovery.Found found, Evidence evidence) {
        DmarcRecord record = found.record();
        Policy published = found.policy(domain);
        Spf spf = evidence.spf();
        boolean spfIsAligned = isAligned(spf.domain(), domain, record.strictSpf());
        List<Signature> aligned = evidence.signatures().stream()
                .filter(signature -> isAligned(signature.domain(), domain, record.strictDkim()))
                .toList();
        if (aligned.stream().anyMatch(signature -> signature.result() == Result.PASS)) {
            return new Dmarc(Result.PASS, domain, found.at(), published, Policy.NONE, "a signature of the domain");
        }
        if (spfIsAligned && spf.result() == Result.PASS) {
            return new Dmarc(Result.PASS, domain, found.at(), published, Policy.NONE, "SPF of the domain");
        }
        boolean isOpen = (spfIsAligned && spf.result() == Result.TEMPERROR)
                || aligned.stream().anyMatch(signature -> signature.result() == Result.TEMPERROR);
        if (isOpen) {
            return new Dmarc(
                    Result.TEMPERROR,
                    domain,
                    found.at(),
                    published,
                    Policy.NONE,
                    "what could pass could not be looked up");
        }
        boolean isSampled = isSampled(evidence.sample(), record.percent());
        return new Dmarc(
                Result.FAIL,
                domain,
                found.at(),
                published,
                isSampled ? published : weaker(published),
                "nothing that passed is of the domain" + (isSampled ? "" : "; left out by pct=" + record.percent()));
    }

    private static boolean isAligned(String authenticated, String domain, boolean strictly) {
        Optional<String> name = EmailAddress.domainOf(authenticated);
        return name.isPresent()
                && (name.get().equals(domain)
                        || (!strictly && OrganizationalDomain.of(name.get()).equals(OrganizationalDomain.of(domain))));
    }

    private static boolean isSampled(String sample, int percent) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(sample.getBytes(StandardCharsets.UTF_8));
            int number = (hash[0] & 0x7f) << 24 | (hash[1] & 0xff) << 16 | (hash[2] & 0xff) << 8 | (hash[3] & 0xff);
            return number % PERCENT < percent;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has it", e);
        }
    }

    private static Policy weaker(Policy policy) {
        return policy == Policy.REJECT ? Policy.QUARANTINE : Policy.NONE;
    }
}
