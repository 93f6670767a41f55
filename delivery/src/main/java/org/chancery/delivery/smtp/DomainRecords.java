package org.chancery.delivery.smtp;

import java.util.ArrayList;
import java.util.List;
import org.chancery.delivery.net.Dns;
import org.chancery.delivery.smtp.DeliveryConfig.MailExchangers;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/** What the DNS says about a domain's mail, for an operator who checks their own. */
public final class DomainRecords {

    /** What came of a look-up. */
    public sealed interface Lookup {
        /** The records, as people read them. */
        record Found(List<String> texts) implements Lookup {}

        /** There are none. */
        record None() implements Lookup {}

        /** Nobody answered. */
        record Unanswered() implements Lookup {}
    }

    private final Dns dns;

    private DomainRecords(Dns dns) {
        this.dns = dns;
    }

    /**
     * Asks these name servers.
     *
     * @param servers whom to ask; empty for the system's own
     */
    public static DomainRecords askedOf(List<HostPort> servers) {
        return new DomainRecords(MailExchangers.askedOf(servers, host -> false).dns());
    }

    /** The mail exchangers of a domain, the preferred first. */
    public Lookup mailExchangers(String domain) {
        return switch (dns.ask(domain, Type.MX).answer()) {
            case Dns.Answer.Found found ->
                new Lookup.Found(found.records().stream()
                        .filter(MXRecord.class::isInstance)
                        .map(MXRecord.class::cast)
                        .sorted((a, b) -> Integer.compare(a.getPriority(), b.getPriority()))
                        .map(mx -> mx.getPriority() + " " + mx.getTarget())
                        .toList());
            case Dns.Answer.NoRecords ignored -> new Lookup.None();
            case Dns.Answer.NoSuchName ignored -> new Lookup.None();
            case Dns.Answer.Unanswered ignored -> new Lookup.Unanswered();
        };
    }

    /** The addresses of a host, IPv4 first. */
    public Lookup addresses(String host) {
        List<String> texts = new ArrayList<>();
        boolean isAnswered = true;
        for (int type : new int[] {Type.A, Type.AAAA}) {
            switch (dns.ask(host, type).answer()) {
                case Dns.Answer.Found found -> found.records().forEach(record -> texts.add(record.rdataToString()));
                case Dns.Answer.NoRecords ignored -> {}
                case Dns.Answer.NoSuchName ignored -> {}
                case Dns.Answer.Unanswered ignored -> isAnswered = false;
            }
        }
        if (texts.isEmpty()) {
            return isAnswered ? new Lookup.None() : new Lookup.Unanswered();
        }
        return new Lookup.Found(texts);
    }

    /** The text records of a name, each with its strings joined (RFC 7208 §3.3). */
    public Lookup texts(String name) {
        return switch (dns.ask(name, Type.TXT).answer()) {
            case Dns.Answer.Found found ->
                new Lookup.Found(found.records().stream()
                        .filter(TXTRecord.class::isInstance)
                        .map(txt -> String.join("", ((TXTRecord) txt).getStrings()))
                        .toList());
            case Dns.Answer.NoRecords ignored -> new Lookup.None();
            case Dns.Answer.NoSuchName ignored -> new Lookup.None();
            case Dns.Answer.Unanswered ignored -> new Lookup.Unanswered();
        };
    }
}
