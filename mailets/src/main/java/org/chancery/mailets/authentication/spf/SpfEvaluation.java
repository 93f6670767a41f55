package org.chancery.mailets.authentication.spf;

import java.util.List;
import java.util.Optional;
import org.chancery.core.mail.AuthenticationResults.Result;
import org.chancery.mailets.authentication.dns.Dns.Answer;
import org.chancery.mailets.authentication.dns.Dns.Type;
import org.chancery.mailets.authentication.dns.Lookups;
import org.chancery.mailets.authentication.spf.SpfCheck.Question;
import org.chancery.mailets.authentication.spf.SpfCheck.Verdict;
import org.chancery.mailets.authentication.spf.SpfRecord.Directive;
import org.chancery.mailets.authentication.spf.SpfRecord.Mechanism;
import org.jspecify.annotations.Nullable;

/** One evaluation, with what it has used up so far (RFC 7208 §4.6). */
final class SpfEvaluation {
    /** §4.6.4: terms that ask DNS, in all records together. */
    static final int MAX_TERMS = 10;
    /** §4.6.4: terms that ask DNS for nothing. */
    static final int MAX_VOID = 2;
    /** §4.6.4: hosts of one {@code mx}, and names of one address. */
    static final int MAX_HOSTS = 10;

    private final Question question;
    private final Address client;
    private final String receiver;
    private final Lookups lookups;
    private int terms;
    private int voids;
    private @Nullable List<String> validated;

    SpfEvaluation(Question question, String receiver, Lookups lookups) {
        this.question = question;
        this.client = Address.of(question.client());
        this.receiver = receiver;
        this.lookups = lookups;
    }

    /** What one record says, and whose explanation goes with it. */
    private record Judged(
            Result result,
            String reason,
            String domain,
            @Nullable MacroString explanation) {
        static Judged none(String domain, String reason) {
            return new Judged(Result.NONE, reason, domain, null);
        }
    }

    Verdict verdict() {
        String domain = question.domain();
        if (!DomainName.isQualified(domain)) {
            return new Verdict(Result.NONE, "no domain that could have a record", null);
        }
        try {
            Judged judged = check(domain);
            String explanation = judged.result() == Result.FAIL ? explanation(judged) : null;
            return new Verdict(judged.result(), judged.reason(), explanation);
        } catch (SpfEnd end) {
            return new Verdict(end.result(), end.reason(), null);
        }
    }

    private Judged check(String domain) throws SpfEnd {
        Optional<SpfRecord> published = record(domain);
        if (published.isEmpty()) {
            return Judged.none(domain, "no SPF record");
        }
        SpfRecord record = published.get();
        for (Directive directive : record.directives()) {
            if (matches(directive.mechanism(), domain)) {
                return new Judged(directive.result(), directive.text() + " matches", domain, record.explanation());
            }
        }
        MacroString redirect = record.redirect();
        if (redirect == null || record.hasAll()) {
            return new Judged(Result.NEUTRAL, "nothing matches", domain, null);
        }
        countTerm();
        String target = expanded(redirect, domain);
        Judged redirected = DomainName.isQualified(target) ? check(target) : Judged.none(target, "");
        if (redirected.result() == Result.NONE) {
            throw SpfEnd.permanent("redirect= leads to no record"); // §6.1
        }
        return redirected;
    }

    /** §4.4, §4.5: the one TXT record that is one of SPF. */
    private Optional<SpfRecord> record(String domain) throws SpfEnd {
        List<String> records =
                ask(domain, Type.TXT).stream().filter(SpfRecord::isSpf).toList();
        if (records.size() > 1) {
            throw SpfEnd.permanent("several SPF records");
        }
        return records.isEmpty() ? Optional.empty() : Optional.of(SpfRecord.parse(records.getFirst()));
    }

    private boolean matches(Mechanism mechanism, String domain) throws SpfEnd {
        return switch (mechanism) {
            case Mechanism.All all -> true;
            case Mechanism.Network network -> client.isIn(network.address(), network.bits());
            case Mechanism.Include include -> includes(include, domain);
            case Mechanism.A a -> {
                countTerm();
                String target = target(a.domain(), domain);
                List<String> addresses = askOrVoid(target, addressType());
                yield isAmong(addresses, a.bits4(), a.bits6());
            }
            case Mechanism.Mx mx -> matchesMx(mx, domain);
            case Mechanism.Ptr ptr -> {
                countTerm();
                String target = target(ptr.domain(), domain);
                yield validatedNames().stream().anyMatch(name -> DomainName.isSameOrBelow(name, target));
            }
            case Mechanism.Exists exists -> {
                countTerm();
                // §5.7: an A record, whatever kind of address the client has.
                yield !askOrVoid(expanded(exists.domain(), domain), Type.A).isEmpty();
            }
        };
    }

    // §5.2
    private boolean includes(Mechanism.Include include, String domain) throws SpfEnd {
        countTerm();
        String target = expanded(include.domain(), domain);
        Judged included = DomainName.isQualified(target) ? check(target) : Judged.none(target, "");
        if (included.result() == Result.NONE) {
            throw SpfEnd.permanent("include: leads to no record");
        }
        return included.result() == Result.PASS;
    }

    // §5.4
    private boolean matchesMx(Mechanism.Mx mx, String domain) throws SpfEnd {
        countTerm();
        List<String> hosts = askOrVoid(target(mx.domain(), domain), Type.MX);
        if (hosts.size() > MAX_HOSTS) {
            throw SpfEnd.permanent("more than " + MAX_HOSTS + " exchangers");
        }
        for (String host : hosts) {
            if (isAmong(ask(host, addressType()), mx.bits4(), mx.bits6())) {
                return true;
            }
        }
        return false;
    }

    private boolean isAmong(List<String> addresses, int bits4, int bits6) {
        int bits = client.isIp4() ? bits4 : bits6;
        return addresses.stream().anyMatch(text -> {
            Address address = Address.parse(text);
            return address != null && client.isIn(address, bits);
        });
    }

    /** §5.5: the names of the client whose addresses are the client's. Trouble with one of them is no trouble of the mail. */
    private List<String> validatedNames() {
        List<String> known = validated;
        if (known == null) {
            known = names().stream().limit(MAX_HOSTS).filter(this::isClients).toList();
            validated = known;
        }
        return known;
    }

    private List<String> names() {
        return lookups.ask(client.reverseName(), Type.PTR) instanceof Answer.Found found ? found.values() : List.of();
    }

    private boolean isClients(String name) {
        return lookups.ask(name, addressType()) instanceof Answer.Found found
                && isAmong(found.values(), client.width(), client.width());
    }

    private Type addressType() {
        return client.isIp4() ? Type.A : Type.AAAA;
    }

    // ---- questions

    private void countTerm() throws SpfEnd {
        if (++terms > MAX_TERMS) {
            throw SpfEnd.permanent("more than " + MAX_TERMS + " terms that ask DNS");
        }
    }

    private List<String> askOrVoid(String name, Type type) throws SpfEnd {
        List<String> values = ask(name, type);
        if (values.isEmpty() && ++voids > MAX_VOID) {
            throw SpfEnd.permanent("more than " + MAX_VOID + " terms that ask DNS for nothing");
        }
        return values;
    }

    private List<String> ask(String name, Type type) throws SpfEnd {
        return switch (lookups.ask(name, type)) {
            case Answer.Found found -> found.values();
            case Answer.Nothing nothing -> List.of();
            case Answer.Trouble trouble -> throw SpfEnd.temporary(trouble.why());
        };
    }

    // ---- macros

    private String target(@Nullable MacroString spec, String domain) {
        return spec == null ? domain : expanded(spec, domain);
    }

    private String expanded(MacroString spec, String domain) {
        return DomainName.fitting(spec.expand(letter -> value(letter, domain)));
    }

    /** §7.2 */
    private String value(char letter, String domain) {
        return switch (letter) {
            case 's' -> question.localPart() + '@' + question.domain();
            case 'l' -> question.localPart();
            case 'o' -> question.domain();
            case 'd' -> domain;
            case 'i' -> client.dotted();
            case 'p' -> validatedName(domain);
            case 'h' -> question.helo();
            case 'v' -> client.isIp4() ? "in-addr" : "ip6";
            case 'c' -> client.readable();
            case 'r' -> receiver;
            case 't' -> Long.toString(question.at().getEpochSecond());
            default -> throw new IllegalStateException("no macro: " + letter);
        };
    }

    // §7.3: the domain itself rather than one below it, that rather than any other.
    private String validatedName(String domain) {
        List<String> names = validatedNames();
        return names.stream()
                .filter(name -> DomainName.lower(name).equals(DomainName.lower(domain)))
                .findFirst()
                .or(() -> names.stream()
                        .filter(name -> DomainName.isSameOrBelow(name, domain))
                        .findFirst())
                .or(() -> names.stream().findFirst())
                .orElse("unknown");
    }

    // §6.2: whatever goes wrong with it, there is none.
    private @Nullable String explanation(Judged judged) {
        MacroString where = judged.explanation();
        if (where == null) {
            return null;
        }
        String domain = judged.domain();
        Answer answer = lookups.ask(expanded(where, domain), Type.TXT);
        if (!(answer instanceof Answer.Found found) || found.values().size() != 1) {
            return null;
        }
        try {
            return MacroString.ofExplanation(found.values().getFirst()).expand(letter -> value(letter, domain));
        } catch (SpfEnd unreadable) {
            return null;
        }
    }
}
