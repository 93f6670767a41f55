package org.chancery.delivery.sts;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chancery.core.sts.StsPolicy;
import org.chancery.core.sts.StsSource;
import org.chancery.delivery.net.Dns;
import org.chancery.delivery.webhook.GuardedFetch;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/** Asks the name servers and web servers of the domains themselves (RFC 8461 §3.1, §3.3). */
public final class PublishedPolicies implements StsSource {
    /** §3.3: "policy bodies larger than 64 kilobytes" need not be read. */
    private static final int MOST = 64 << 10;

    private static final Pattern RECORD =
            Pattern.compile("v=STSv1\\s*;(?:.*;)?\\s*id\\s*=\\s*([A-Za-z0-9]{1,32})\\s*(?:;.*)?");
    private static final String VERSION = "v=STSv1";
    /** Where policies are served (RFC 8461 §3.3). */
    public static final int HTTPS = 443;

    private final Dns dns;
    private final GuardedFetch fetch;
    private final int port;

    /** @param port {@link #HTTPS} but in tests */
    public PublishedPolicies(Dns dns, GuardedFetch fetch, int port) {
        this.dns = dns;
        this.fetch = fetch;
        this.port = port;
    }

    @Override
    public Announced announced(String domain) {
        return switch (dns.ask("_mta-sts." + domain, Type.TXT).answer()) {
            case Dns.Answer.Found found ->
                announced(found.records().stream()
                        .filter(TXTRecord.class::isInstance)
                        .map(record -> String.join("", ((TXTRecord) record).getStrings()))
                        .toList());
            case Dns.Answer.NoRecords ignored -> new Announced.Nothing();
            case Dns.Answer.NoSuchName ignored -> new Announced.Nothing();
            case Dns.Answer.Unanswered ignored -> new Announced.Unknown();
        };
    }

    /** §3.1: records of other versions are passed over; of several, none counts. */
    static Announced announced(List<String> texts) {
        List<String> ours =
                texts.stream().filter(text -> text.startsWith(VERSION)).toList();
        Matcher record = RECORD.matcher(ours.size() == 1 ? ours.getFirst() : "");
        return record.matches() ? new Announced.Id(record.group(1)) : new Announced.Nothing();
    }

    @Override
    public Fetched fetch(String domain) {
        String host = "mta-sts." + domain + (port == HTTPS ? "" : ":" + port);
        return switch (fetch.get("https://" + host + "/.well-known/mta-sts.txt", MOST)) {
            case GuardedFetch.Answer.Failed failed -> new Fetched.Failed(failed.why());
            case GuardedFetch.Answer.Text text -> policy(text);
        };
    }

    private static Fetched policy(GuardedFetch.Answer.Text text) {
        if (!text.type().equals("text/plain")) {
            // §3.3: or whoever may put files of another kind there could publish policies.
            return new Fetched.Failed("its type is no text/plain");
        }
        return StsPolicy.parse(text.body())
                .<Fetched>map(Fetched.Policy::new)
                .orElseGet(() -> new Fetched.Failed("it is no policy"));
    }
}
