package org.chancery.core.phishing;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.mail.MessageHeader;
import org.chancery.core.phishing.OwnNames.Person;

/** Compares what the sender is called with the address that stands behind it. */
final class SenderSigns {
    private static final Pattern ADDRESS =
            Pattern.compile("[\\p{L}\\p{N}._%+\\-]{1,64}@([\\p{L}\\p{N}\\-]{1,63}(?:\\.[\\p{L}\\p{N}\\-]{1,63}){1,8})");
    /** Names of fewer letters are borne by too many. */
    private static final int MIN_NAME = 7;
    /** Shorter domains are one letter off from many. */
    private static final int MIN_LABEL = 5;

    private static final int LONG_LABEL = 10;

    private static final Set<String> MAILBOX_PROVIDERS = Set.of(
            "gmail.com",
            "googlemail.com",
            "outlook.com",
            "hotmail.com",
            "live.com",
            "yahoo.com",
            "aol.com",
            "gmx.de",
            "gmx.net",
            "gmx.com",
            "web.de",
            "mail.com",
            "mail.ru",
            "yandex.ru",
            "yandex.com",
            "proton.me",
            "protonmail.com",
            "icloud.com",
            "zoho.com",
            "tutanota.com",
            "qq.com",
            "163.com");

    private final Comparison signs;
    private final OwnNames ours;

    SenderSigns(Comparison signs) {
        this.signs = signs;
        this.ours = signs.ours();
    }

    void look(MessageHeader header) {
        for (Mailbox sender : header.from()) {
            Optional<EmailAddress> address = sender.emailAddress();
            if (address.isEmpty()) {
                continue;
            }
            HostName host = signs.host(address.get().domain());
            lookalike(host, signs);
            String name = sender.name();
            // Who is us says so with DMARC, which is looked at elsewhere.
            if (name != null && !ours.isOurs(host.text())) {
                borrowed(name, address.get(), host, isList(header));
            }
        }
        header.replyTo().stream()
                .flatMap(mailbox -> mailbox.emailAddress().stream())
                .forEach(address -> lookalike(signs.host(address.domain()), signs));
    }

    private void borrowed(String name, EmailAddress address, HostName host, boolean isList) {
        Matcher shown = ADDRESS.matcher(name);
        if (shown.find()) {
            HostName other = signs.host(shown.group(1).toLowerCase(Locale.ROOT));
            if (ours.isOurs(other.text())) {
                signs.add(PhishingSign.OWN_ADDRESS_IN_NAME, "called " + shown.group() + ", writes from " + host.text());
            } else if (!other.organisation().equals(host.organisation()) && !isList) {
                signs.add(PhishingSign.ADDRESS_IN_NAME, "called " + shown.group() + ", writes from " + host.text());
            }
        }
        if (!isList && isOwnPerson(name, address)) {
            signs.add(PhishingSign.OWN_PERSON, "called like somebody here, writes from " + host.text());
        }
        Brands.namedIn(name)
                .filter(brand -> !brand.owns(host))
                .ifPresent(
                        brand -> signs.add(PhishingSign.BRAND_NAME, "called " + name + ", writes from " + host.text()));
    }

    private boolean isOwnPerson(String name, EmailAddress address) {
        String plain = plain(name);
        for (Person person : ours.people()) {
            String theirs = plain(person.name());
            boolean isUnusual = theirs.length() >= MIN_NAME && theirs.indexOf(' ') > 0;
            if (isUnusual && plain.equals(theirs) && !person.addresses().contains(address.canonical())) {
                return true;
            }
        }
        return false;
    }

    /** "LOVELACE, Ada (CEO)" and "Ada Lovelace" are one name. */
    private static String plain(String name) {
        String letters = Normalizer.normalize(name.replaceAll("\\([^)]{0,80}\\)", " "), Normalizer.Form.NFKD)
                .replaceAll("\\p{M}+", "")
                .toLowerCase(Locale.ROOT);
        String[] halves = letters.split(",", 2);
        String turned = halves.length == 2 ? halves[1] + ' ' + halves[0] : letters;
        return turned.replaceAll("[^\\p{L}\\p{N}]+", " ").strip();
    }

    /** Whether a domain is taken for one of ours at a glance. */
    static void lookalike(HostName host, Comparison signs) {
        OwnNames ours = signs.ours();
        if (ours.isOurs(host.text())) {
            return;
        }
        if (host.isHomograph()) {
            signs.add(PhishingSign.HOMOGRAPH_HOST, host.text() + " is written with letters that look like others");
        }
        for (String own : ours.domains()) {
            HostName mine = signs.host(own);
            String label = mine.label();
            if (host.organisation().equals(mine.organisation()) || label.length() < MIN_LABEL) {
                continue;
            }
            int allowed = label.length() >= LONG_LABEL ? 2 : 1;
            boolean isSame = host.label().equals(label);
            if (isSame) {
                signs.add(PhishingSign.OWN_NAME_ELSEWHERE, host.text() + " has the name of " + own);
            } else if (host.labelAtAGlance().equals(mine.labelAtAGlance())
                    || (Math.abs(host.label().length() - label.length()) <= allowed
                            && HostName.distance(host.label(), label) <= allowed)) {
                signs.add(PhishingSign.LOOKALIKE_DOMAIN, host.text() + " looks like " + own);
            }
        }
        host.imitatedBrand()
                .ifPresent(brand -> signs.add(PhishingSign.LOOKALIKE_DOMAIN, host.text() + " looks like " + brand));
    }

    static void replyElsewhere(MessageHeader header, Comparison signs) {
        List<String> from = domains(header.from(), signs.hosts());
        List<String> replies = domains(header.replyTo(), signs.hosts());
        boolean isElsewhere =
                !from.isEmpty() && !replies.isEmpty() && replies.stream().noneMatch(from::contains);
        if (isElsewhere && !isList(header)) {
            boolean isPrivate = replies.stream().anyMatch(MAILBOX_PROVIDERS::contains);
            signs.add(
                    PhishingSign.REPLY_ELSEWHERE,
                    "answers go to " + replies.getFirst() + (isPrivate ? ", where anybody can have a mailbox" : ""));
        }
    }

    /** What the domains of these addresses belong to. */
    static List<String> domains(List<Mailbox> mailboxes, HostNames hosts) {
        return mailboxes.stream()
                .flatMap(mailbox -> mailbox.emailAddress().stream())
                .map(address -> hosts.of(address.domain()).organisation())
                .distinct()
                .toList();
    }

    private static boolean isList(MessageHeader header) {
        return header.field("List-Id").isPresent() || header.field("List-Post").isPresent();
    }
}
