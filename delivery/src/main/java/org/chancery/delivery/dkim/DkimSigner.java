package org.chancery.delivery.dkim;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.chancery.core.dkim.KeyRing;
import org.chancery.core.dkim.KeyRing.SigningKey;
import org.chancery.core.dkim.KeyRing.UnusableKey;
import org.chancery.core.dkim.KeyType;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.MessageReader;
import org.chancery.core.mail.ReversePath;
import org.chancery.delivery.dkim.SignedContent.Field;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signs with each of the domain's keys, relaxed/relaxed, over the whole body ({@code l=} would let others add to it). {@code d=}
 * is the very domain of the originator, so that DMARC finds it aligned. {@code i=} is the return path: who reports on a mail and
 * shows its header, but not under which path it came, shows the path all the same ({@link org.chancery.core.endpoint.ReturnPaths}).
 *
 * <p>Standards: RFC 6376, RFC 8301, RFC 8463; which fields are covered, after RFC 6376 §5.4.1 and RFC 8058 §4.
 */
public final class DkimSigner implements Signer {
    private static final Logger LOG = LoggerFactory.getLogger(DkimSigner.class);

    /**
     * Covered, and once more than they stand there: so that nobody adds another one that readers show instead (RFC 6376 §8.15).
     */
    private static final List<String> SEALED = List.of(
            "From",
            "Reply-To",
            "To",
            "Cc",
            "Subject",
            "Date",
            "Message-ID",
            "In-Reply-To",
            "References",
            "MIME-Version",
            "Content-Type",
            "Content-Transfer-Encoding");

    private static final String UNSUBSCRIBE = "List-Unsubscribe";
    private static final String UNSUBSCRIBE_POST = "List-Unsubscribe-Post";

    /** Treated alike where they stand there. Where they do not, a mailing list may add its own. */
    private static final List<String> SEALED_WHERE_PRESENT = List.of(
            "Sender",
            "Auto-Submitted",
            "List-Id",
            "List-Help",
            UNSUBSCRIBE,
            UNSUBSCRIBE_POST,
            "List-Subscribe",
            "List-Post",
            "List-Owner",
            "List-Archive");

    /** RFC 5322 §2.1.1 asks for lines of at most so many characters. */
    private static final int LINE = 78;

    /** Whose a domain is. */
    @FunctionalInterface
    public interface Domains {
        /** Whether the domain, in lower case, is the workspace's. */
        boolean own(WorkspaceId workspace, String domain);
    }

    /** The keys of a domain of ours, as {@link KeyRing#of} gives them. */
    @FunctionalInterface
    public interface Ring {
        List<SigningKey> of(String domain) throws UnusableKey;
    }

    private final Domains domains;
    private final Ring keys;

    public DkimSigner(Domains domains, Ring keys) {
        this.domains = domains;
        this.keys = keys;
    }

    @Override
    public Outcome sign(SignedContent mail, WorkspaceId workspace, ReversePath path, Instant at) {
        List<EmailAddress> originators = originators(mail);
        try {
            Optional<String> domain = originators.stream()
                    .map(EmailAddress::domain)
                    .filter(one -> domains.own(workspace, one))
                    .findFirst();
            if (domain.isEmpty()) {
                return new Outcome.NotOurs();
            }
            if (!mail.isHeaderWhole()) {
                return new Outcome.Unable(
                        false, "554 5.3.4 its header has more than " + MessageReader.MAX_HEADER_OCTETS + " octets");
            }
            String identity = path.mailbox()
                    .filter(address -> address.domain().equals(domain.get()))
                    .map(address -> "\r\n\ti=" + address + ';')
                    .orElse("");
            return sign(mail, domain.get(), keys.of(domain.get()), identity, at);
        } catch (UnusableKey unusable) {
            LOG.error("mail of {} waits, for it cannot be signed: {}", originators, unusable.getMessage());
        } catch (Unavailable away) {
            LOG.warn("mail of {} waits, for keys cannot be read: {}", originators, away.getMessage());
        } catch (GeneralSecurityException broken) {
            LOG.error("mail of {} waits, for it cannot be signed", originators, broken);
        }
        return new Outcome.Unable(true, "451 4.7.5 the mail cannot be signed now");
    }

    private static List<EmailAddress> originators(SignedContent mail) {
        try {
            return MessageReader.header(new ByteArrayInputStream(mail.header())).allOriginators().stream()
                    .flatMap(mailbox -> EmailAddress.parse(mailbox.address()).stream())
                    .toList();
        } catch (IOException memoryHasNone) {
            throw new UncheckedIOException(memoryHasNone);
        }
    }

    private static Outcome sign(SignedContent mail, String domain, List<SigningKey> keys, String identity, Instant at)
            throws GeneralSecurityException {
        Covered covered = Covered.of(mail.fields());
        String bodyDigest = Base64.getEncoder().encodeToString(mail.bodyDigest());
        List<String> fields = new ArrayList<>();
        for (SigningKey key : keys) {
            String unsigned = "DKIM-Signature: v=1; a=" + key.type().text() + "-sha256; c=relaxed/relaxed;\r\n\td="
                    + domain + "; s=" + key.selector() + ";" + identity + "\r\n\tt=" + at.getEpochSecond() + "; bh="
                    + bodyDigest
                    + ";\r\n\th=" + folded(covered.names()) + ";\r\n\tb=";
            byte[] signed = (covered.canonical() + Field.of(unsigned).relaxed()).getBytes(StandardCharsets.ISO_8859_1);
            fields.add(unsigned + folded(signature(key, signed)) + "\r\n");
        }
        String selectors = keys.stream().map(SigningKey::selector).collect(Collectors.joining(" "));
        return new Outcome.Signed(fields, domain + " " + selectors);
    }

    private static byte[] signature(SigningKey key, byte[] signed) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(key.type() == KeyType.RSA ? "SHA256withRSA" : "Ed25519");
        signature.initSign(key.key());
        // RFC 8463 §3: Ed25519 signs the digest.
        signature.update(
                key.type() == KeyType.RSA
                        ? signed
                        : MessageDigest.getInstance("SHA-256").digest(signed));
        return signature.sign();
    }

    /**
     * The covered fields.
     *
     * @param names what {@code h=} says
     * @param canonical all of them, as they are signed
     */
    private record Covered(List<String> names, String canonical) {
        static Covered of(List<Field> fields) {
            Map<String, Deque<Field>> lowestFirst = new HashMap<>();
            for (Field field : fields) {
                lowestFirst
                        .computeIfAbsent(field.name(), ignored -> new ArrayDeque<>())
                        .addFirst(field);
            }
            List<String> names = new ArrayList<>();
            StringBuilder canonical = new StringBuilder();
            SEALED.forEach(name -> cover(name, lowestFirst, names, canonical));
            SEALED_WHERE_PRESENT.stream()
                    .filter(name -> isPresent(name, lowestFirst) || isOneClick(name, lowestFirst))
                    .forEach(name -> cover(name, lowestFirst, names, canonical));
            return new Covered(names, canonical.toString());
        }

        private static boolean isPresent(String name, Map<String, Deque<Field>> fields) {
            return fields.containsKey(name.toLowerCase(Locale.ROOT));
        }

        /** RFC 8058 §4: nobody is to make one click of an address that only leads to a page. */
        private static boolean isOneClick(String name, Map<String, Deque<Field>> fields) {
            return name.equals(UNSUBSCRIBE_POST) && isPresent(UNSUBSCRIBE, fields);
        }

        /** RFC 6376 §5.4.2: of several of a name, from the lowest upwards; a name without a field stands for none. */
        private static void cover(
                String name, Map<String, Deque<Field>> lowestFirst, List<String> names, StringBuilder canonical) {
            for (Field field : lowestFirst.getOrDefault(name.toLowerCase(Locale.ROOT), new ArrayDeque<>())) {
                names.add(name);
                canonical.append(field.relaxed()).append("\r\n");
            }
            names.add(name);
        }
    }

    /** Names with colons between, on as many lines as they need. */
    private static String folded(List<String> names) {
        StringBuilder out = new StringBuilder();
        int line = "\th=".length();
        for (String name : names) {
            if (!out.isEmpty()) {
                out.append(':');
                line++;
            }
            if (line + name.length() > LINE - 2) {
                out.append("\r\n\t");
                line = 1;
            }
            out.append(name);
            line += name.length();
        }
        return out.toString();
    }

    private static String folded(byte[] signature) {
        String base64 = Base64.getEncoder().encodeToString(signature);
        StringBuilder out = new StringBuilder();
        for (int at = 0; at < base64.length(); at += LINE - 6) {
            out.append(at == 0 ? "" : "\r\n\t").append(base64, at, Math.min(base64.length(), at + LINE - 6));
        }
        return out.toString();
    }
}
