package org.chancery.mailets.authentication.dmarc;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.List;
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

/**
 * Compares the domain in {@code From} with what SPF and DKIM found.
 *
 * <p><i>Standards:</i> RFC 7489 §6.6; no reports are sent (§7). A mail with several originators is judged by each of their
 * domains, the strictest failure counts, and it never passes (§6.6.1). {@code pct} takes its sample by a hash of the mail's id in
 * the spool, which a sender cannot choose and a second try does not change (§6.6.4). <i>Trusts:</i> the verdicts of SPF and DKIM.
 */
public final class DmarcCheck {
    /** Each domain in {@code From} costs up to two questions; a mail with more than this many is nobody's. */
    static final int MAX_DOMAINS = 5;

    private static final int PERCENT = 100;

    private final Lookups lookups;

    public DmarcCheck(Lookups lookups) {
        this.lookups = lookups;
    }

    /** Begins to look up the record of the first originator. */
    public static void expect(MessageHeader header, Lookups lookups) {
        header.allOriginators().stream()
                .findFirst()
                .flatMap(Mailbox::emailAddress)
                .ifPresent(address -> lookups.expect(name(address.domain()), Type.TXT));
    }

    /** @param sample what tells this mail from others, for {@code pct} */
    public Dmarc check(MessageHeader header, Spf spf, List<Signature> signatures, String sample) {
        List<Mailbox> originators = header.allOriginators();
        List<String> domains = originators.stream()
                .map(Mailbox::emailAddress)
                .flatMap(Optional::stream)
                .map(EmailAddress::domain)
                .distinct()
                .toList();
        Evidence evidence = new Evidence(spf, signatures, sample);
        if (domains.size() == 1 && originators.size() == 1 && header.count("From") == 1) {
            return check(domains.getFirst(), evidence);
        }
        if (domains.isEmpty()) {
            return new Dmarc(Result.PERMERROR, "", "", Policy.NONE, Policy.NONE, "no domain in From");
        }
        return ofSeveral(domains, evidence);
    }

    private record Evidence(Spf spf, List<Signature> signatures, String sample) {}

    private Dmarc ofSeveral(List<String> domains, Evidence evidence) {
        List<Dmarc> each = domains.stream()
                .limit(MAX_DOMAINS)
                .map(domain -> check(domain, evidence))
                .toList();
        Optional<Dmarc> failed =
                with(each, Result.FAIL).max(Comparator.comparing(Dmarc::applied).thenComparing(Dmarc::published));
        if (failed.isPresent()) {
            return failed.get();
        }
        Optional<Dmarc> open = with(each, Result.TEMPERROR).findFirst();
        if (open.isPresent()) {
            return open.get();
        }
        boolean hasNoRecord =
                domains.size() <= MAX_DOMAINS && with(each, Result.NONE).count() == each.size();
        return new Dmarc(
                hasNoRecord ? Result.NONE : Result.PERMERROR, "", "", Policy.NONE, Policy.NONE, "several originators");
    }

    private static Stream<Dmarc> with(List<Dmarc> each, Result result) {
        return each.stream().filter(one -> one.result() == result);
    }

    private Dmarc check(String domain, Evidence evidence) {
        return switch (discover(domain)) {
            case Discovery.None none -> new Dmarc(Result.NONE, domain, "", Policy.NONE, Policy.NONE, "no DMARC record");
            case Discovery.Useless useless ->
                new Dmarc(Result.PERMERROR, domain, useless.at(), Policy.NONE, Policy.NONE, useless.why());
            case Discovery.Trouble trouble ->
                new Dmarc(Result.TEMPERROR, domain, "", Policy.NONE, Policy.NONE, trouble.why());
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

        record Trouble(String why) implements Discovery {}
    }

    private static String name(String domain) {
        return "_dmarc." + domain;
    }

    private Discovery discover(String domain) {
        Discovery own = published(domain);
        String organization = OrganizationalDomain.of(domain);
        return own instanceof Discovery.None && !organization.equals(domain) ? published(organization) : own;
    }

    private Discovery published(String domain) {
        return switch (lookups.ask(name(domain), Type.TXT)) {
            case Answer.Trouble trouble -> new Discovery.Trouble(trouble.why());
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
