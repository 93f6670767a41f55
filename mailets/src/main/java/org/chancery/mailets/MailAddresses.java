package org.chancery.mailets;

import jakarta.mail.internet.AddressException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.james.core.Domain;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.ReversePath;

/** Turns our addresses into James's and back. */
public final class MailAddresses {

    private MailAddresses() {}

    public static MailAddress toJames(EmailAddress address) {
        try {
            return new MailAddress(address.toString());
        } catch (AddressException beyondItsGrammar) {
            return Beyond.of(address);
        }
    }

    public static List<MailAddress> toJames(Collection<EmailAddress> addresses) {
        List<MailAddress> all = new ArrayList<>(addresses.size());
        addresses.forEach(address -> all.add(toJames(address)));
        return all;
    }

    public static MaybeSender toJames(ReversePath reversePath) {
        return MaybeSender.of(reversePath.mailbox().map(MailAddresses::toJames).orElse(null));
    }

    /**
     * One address of ours.
     *
     * @throws AddressException where a mailet made a recipient of what is no address
     */
    public static EmailAddress fromJames(MailAddress address) throws AddressException {
        if (address instanceof Beyond beyond) {
            return beyond.address;
        }
        String text = address.asString();
        return EmailAddress.parse(text)
                .orElseThrow(() -> new AddressException("no address that mail can be delivered to", text));
    }

    /**
     * Several, in their order.
     *
     * @throws AddressException where a mailet made a recipient of what is no address
     */
    public static List<EmailAddress> fromJames(Collection<MailAddress> addresses) throws AddressException {
        List<EmailAddress> all = new ArrayList<>(addresses.size());
        for (MailAddress address : addresses) {
            all.add(fromJames(address));
        }
        return all;
    }

    /**
     * An address that James has no grammar for: local parts beyond ASCII (RFC 6531 §3.3), and the underscores in domains that
     * real senders have. James makes it of a stand-in; every method tells the true address.
     */
    private static final class Beyond extends MailAddress {
        private static final long serialVersionUID = 1L;

        private final transient EmailAddress address;
        private final transient Domain domain;

        private Beyond(EmailAddress address) throws AddressException {
            super("stand-in@invalid.invalid");
            this.address = address;
            this.domain = new BeyondDomain(address.domain());
        }

        static Beyond of(EmailAddress address) {
            try {
                return new Beyond(address);
            } catch (AddressException theStandInIsValid) {
                throw new IllegalStateException(theStandInIsValid);
            }
        }

        @Override
        public String getLocalPart() {
            return address.localPart();
        }

        @Override
        public Domain getDomain() {
            return domain;
        }

        @Override
        @SuppressWarnings("deprecation") // older mailets still call it
        public String getHost() {
            return address.domain();
        }

        @Override
        public Optional<String> getLocalPartDetails(String separator) {
            int at = getLocalPart().indexOf(separator);
            return at <= 0 ? Optional.empty() : Optional.of(getLocalPart().substring(at + separator.length()));
        }

        @Override
        public String getLocalPartWithoutDetails(String separator) {
            int at = getLocalPart().indexOf(separator);
            return at <= 0 ? getLocalPart() : getLocalPart().substring(0, at);
        }

        @Override
        public MailAddress stripDetails(String separator) {
            return EmailAddress.parse(getLocalPartWithoutDetails(separator) + '@' + address.domain())
                    .map(MailAddresses::toJames)
                    .orElse(this);
        }

        @Override
        public String asString() {
            return address.toString();
        }

        @Override
        public String toString() {
            return address.toString();
        }
    }

    /** A domain that was checked by {@link EmailAddress} already. */
    private static final class BeyondDomain extends Domain {
        private static final long serialVersionUID = 1L;

        BeyondDomain(String name) {
            super(name);
        }
    }
}
