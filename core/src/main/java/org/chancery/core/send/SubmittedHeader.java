package org.chancery.core.send;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.HeaderText;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.mail.MessageHeader;
import org.chancery.core.mail.MessageReader;
import org.chancery.core.send.SubmissionDoor.Submitted.Refused;

/**
 * What is wrong with the header of a submitted mail: that it names somebody else as its originator, in whatever field or
 * disguise, that something in it becomes a line of its own where it is decoded, or that programs differ about what it says.
 *
 * <p><i>Standards:</i> RFC 6409 §6.1 (the originator is checked against who authenticated), RFC 5322 §3.6, RFC 2047, RFC 2231.
 * <i>Trusts:</i> nothing in the mail.
 */
final class SubmittedHeader {
    /** Fields beside {@code From} that say who sent a mail, or sent it again (RFC 5322 §3.6.2, §3.6.6). */
    private static final List<String> FURTHER_ORIGINATORS = List.of("Sender", "Resent-From", "Resent-Sender");

    /** More of a field than any reader shows. */
    private static final int MAX_SHOWN = 10_000;

    /** One field shows one address, and perhaps the same one as a name. */
    private static final int MAX_ADDRESSES = 10;

    /** What a reader could take for an address. */
    private static final Pattern ADDRESS = Pattern.compile("[^\\s<>()\\[\\]\"',:;@]{1,64}@[\\p{L}\\p{N}._-]{1,255}");

    /** Whose addresses are whose. */
    interface Addresses {
        /** Whether the submitter may send as it. */
        boolean mayUse(EmailAddress address);

        /** Whether it belongs to an endpoint here. */
        boolean isOurs(EmailAddress address);
    }

    private final byte[] mail;
    private final MessageHeader header;
    private final Addresses addresses;

    private SubmittedHeader(byte[] mail, MessageHeader header, Addresses addresses) {
        this.mail = mail;
        this.header = header;
        this.addresses = addresses;
    }

    /** The first thing that is wrong; empty where nothing is. */
    static Optional<Refused> objectionTo(byte[] mail, MessageHeader header, Addresses addresses) {
        SubmittedHeader submitted = new SubmittedHeader(mail, header, addresses);
        return submitted.ambiguity().or(submitted::form).or(submitted::originators);
    }

    // ---- What programs read in different ways: another thing than was looked at and approved might be shown

    private Optional<Refused> ambiguity() {
        return SubmittedMail.ambiguity(mail).map(why -> new Refused("5.6.0", why));
    }

    // ---- What could become a line of its own

    private Optional<Refused> form() {
        for (String field : SubmittedMail.fieldTexts(mail)) {
            if (field.chars().anyMatch(c -> isControl(c) && c != '\r' && c != '\n')) {
                return refused("5.6.0", "The header has a control character in it.");
            }
            if (HeaderText.hidesControls(field.replaceAll("\r?\n", ""))) {
                return refused("5.6.0", "The header has an encoded line end or control character in it.");
            }
        }
        return hasHiddenNames()
                ? refused("5.6.0", "A parameter or file name has a line end or control character in it.")
                : Optional.empty();
    }

    private static boolean isControl(int c) {
        return (c < ' ' && c != '\t') || c == 0x7f;
    }

    private boolean hasHiddenNames() {
        boolean[] found = new boolean[1];
        try {
            MessageReader.parts(new ByteArrayInputStream(mail), part -> found[0] |= part.hidesControls());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found[0];
    }

    // ---- Who sent it

    private Optional<Refused> originators() {
        if (header.from().size() != 1) {
            return refused("5.6.0", "The From field must name exactly one address.");
        }
        if (!isUsable(header.from().getFirst())) {
            return refused("5.7.1", "From must be an address that this token may use.");
        }
        for (String name : FURTHER_ORIGINATORS) {
            for (String body : SubmittedMail.bodies(mail, name)) {
                List<Mailbox> named = MessageHeader.mailboxesIn(body);
                if (named.isEmpty() || !named.stream().allMatch(this::isUsable)) {
                    return refused("5.7.1", name + " must be an address that this token may use.");
                }
            }
        }
        return SubmittedMail.bodies(mail, "From").stream().anyMatch(this::showsAnother)
                        || SubmittedMail.bodies(mail, "Sender").stream().anyMatch(this::showsAnother)
                ? refused("5.7.1", "The name in From or Sender must not look like an address of somebody else here.")
                : Optional.empty();
    }

    private boolean isUsable(Mailbox mailbox) {
        return mailbox.emailAddress().filter(addresses::mayUse).isPresent();
    }

    /** Whether a name, a comment or whatever else stands there shows an address of ours that the submitter may not use. */
    private boolean showsAnother(String body) {
        // NFKC makes one of the signs that look like @ and of the letters that look like Latin ones in full width.
        String shown = Normalizer.normalize(HeaderText.decode(body, MAX_SHOWN), Normalizer.Form.NFKC);
        Matcher address = ADDRESS.matcher(shown.toLowerCase(Locale.ROOT));
        for (int found = 1; address.find(); found++) {
            Optional<EmailAddress> named = EmailAddress.parse(address.group().replaceAll("[.]+$", ""));
            if (found > MAX_ADDRESSES || named.filter(this::isAnothers).isPresent()) {
                return true;
            }
        }
        return false;
    }

    /** In our own domain, or an endpoint's in another one; also such as nobody has, for readers do not know that. */
    private boolean isAnothers(EmailAddress named) {
        String domain =
                EmailAddress.of(header.from().getFirst().address().strip()).domain();
        return (named.domain().equals(domain) || addresses.isOurs(named)) && !addresses.mayUse(named);
    }

    private static Optional<Refused> refused(String status, String text) {
        return Optional.of(new Refused(status, text));
    }
}
