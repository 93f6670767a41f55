package org.chancery.mailets.authentication;

import java.io.IOException;
import java.io.InputStream;
import org.chancery.core.mail.Arrival;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.mail.AuthenticationResults.Dmarc;
import org.chancery.core.mail.AuthenticationResults.Spf;
import org.chancery.core.mail.ClientNetwork;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.MessageHeader;
import org.chancery.core.mail.ReversePath;
import org.chancery.mailets.authentication.dmarc.DmarcCheck;
import org.chancery.mailets.authentication.dns.Dns;
import org.chancery.mailets.authentication.dns.Lookups;
import org.chancery.mailets.authentication.dns.SlowLane;
import org.chancery.mailets.authentication.signature.SignatureCheck;
import org.chancery.mailets.authentication.spf.SpfCheck;

/**
 * Looks at a mail by all methods. Where DNS does not answer, the verdict is {@code temperror}, and the mail goes on: it is neither
 * taken for failed nor for good. Used by many threads at once.
 */
public final class SenderAuthentication {
    private final Dns dns;
    private final Lookups.Bounds bounds;
    private final SlowLane lane;
    private final SpfCheck spf;

    /** @param receiver how we call ourselves */
    public SenderAuthentication(Dns dns, Lookups.Bounds bounds, SlowLane lane, String receiver) {
        this.dns = dns;
        this.bounds = bounds;
        this.lane = lane;
        this.spf = new SpfCheck(receiver);
    }

    /** A mail's raw bytes; each call begins anew. */
    @FunctionalInterface
    public interface Raw {
        InputStream open() throws IOException;
    }

    /**
     * Finds out who sent a mail.
     *
     * @param sample what tells this mail from others, for policies that are applied to a part of mail; the same at each try
     */
    public AuthenticationResults check(
            Arrival arrival, ReversePath reversePath, MessageHeader header, Raw raw, String sample) throws IOException {
        String network = ClientNetwork.of(arrival.client());
        Lookups lookups = new Lookups(dns, bounds, lane, network);
        SpfCheck.Question question = new SpfCheck.Question(
                arrival.client(),
                arrival.helo(),
                reversePath.mailbox().map(EmailAddress::toString).orElse(""),
                arrival.at());
        spf.expect(question, lookups);
        DmarcCheck dmarc = published(header, network);
        SignatureCheck.Found found;
        try (InputStream in = raw.open()) {
            found = new SignatureCheck(lookups).check(in, arrival.at());
        }
        Spf client = spf.results(question, lookups);
        Dmarc verdict = dmarc.check(client, found.signatures(), sample);
        return new AuthenticationResults(client, found.signatures(), verdict, found.arc());
    }

    /** Reads what the sender's domain wants before any question is waited for that the sender of the mail chose. */
    private DmarcCheck published(MessageHeader header, String network) {
        return new DmarcCheck(header, new Lookups(dns, Lookups.Bounds.OF_POLICIES, lane, network));
    }
}
