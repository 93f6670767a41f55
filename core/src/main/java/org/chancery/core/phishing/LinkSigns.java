package org.chancery.core.phishing;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Compares where links lead with what they say, and with what they look like. */
final class LinkSigns {
    private static final Set<String> SHORTENERS = Set.of(
            "bit.ly",
            "tinyurl.com",
            "goo.gl",
            "t.co",
            "ow.ly",
            "is.gd",
            "buff.ly",
            "rebrand.ly",
            "cutt.ly",
            "rb.gy",
            "shorturl.at",
            "tiny.cc",
            "s.id",
            "t.ly",
            "v.gd",
            "qr.ae",
            "bl.ink",
            "lnkd.in",
            "shorte.st",
            "adf.ly",
            "urlz.fr",
            "rotf.lol",
            "u.to");

    /** Mail gateways that write every link anew. */
    private static final Set<String> REWRITERS = Set.of(
            "outlook.com",
            "urldefense.com",
            "proofpoint.com",
            "mimecast.com",
            "mimecastprotect.com",
            "cudasvc.com",
            "fireeye.com",
            "trendmicro.com",
            "sophos.com",
            "barracuda.com",
            "barracudanetworks.com");

    private final Comparison signs;
    private final OwnNames ours;

    LinkSigns(Comparison signs) {
        this.signs = signs;
        this.ours = signs.ours();
    }

    /** @param senders the domains that the mail says it comes from */
    void look(List<Link> links, Set<String> senders) {
        Map<String, Integer> counts = new HashMap<>();
        links.forEach(link -> counts.merge(signs.host(link.host()).organisation(), 1, Integer::sum));
        Set<String> seen = new HashSet<>();
        for (Link link : links) {
            if (link.isScript()) {
                signs.add(PhishingSign.SCRIPT_LINK, "a link that runs a script, or is a page itself");
            } else if (link.isAddress()) {
                if (!link.isPrivateAddress()) {
                    signs.add(PhishingSign.ADDRESS_LINK, "a link to " + link.host());
                }
            } else if (!link.host().isEmpty()) {
                HostName host = signs.host(link.host());
                boolean isMost = links.size() >= 4 && counts.getOrDefault(host.organisation(), 0) * 2 > links.size();
                shown(link, host, isMost || senders.contains(host.organisation()));
                if (seen.add(link.host())) {
                    name(host);
                }
            }
            if (link.hasUserInfo()) {
                signs.add(PhishingSign.USER_INFO_LINK, "a link that seems to lead elsewhere than to " + link.host());
            }
        }
    }

    private void name(HostName host) {
        SenderSigns.lookalike(host, signs);
        if (SHORTENERS.contains(host.text())) {
            signs.add(PhishingSign.SHORTENED_LINK, "a link by way of " + host.text());
        }
        Optional<String> own = ours.domains().stream()
                .filter(domain -> domain.indexOf('.') > 0 && !ours.isOurs(host.text()))
                .filter(domain -> ('.' + host.text()).contains('.' + domain + '.'))
                .findFirst();
        own.or(host::brandInFront)
                .ifPresent(domain -> signs.add(
                        PhishingSign.DOMAIN_IN_SUBDOMAIN, host.text() + " belongs to " + host.organisation()));
    }

    /** @param isUsual whether the host is the sender's, or that of most links in the mail, as where clicks are counted */
    private void shown(Link link, HostName host, boolean isUsual) {
        Optional<String> shown = link.shownHost();
        if (shown.isEmpty() || REWRITERS.contains(host.organisation())) {
            return;
        }
        HostName seems = signs.host(shown.get());
        boolean isOther = !seems.organisation().equals(host.organisation());
        // Nobody counts clicks on a bank's behalf under its own name, nor on ours.
        boolean isBorrowed = ours.isOurs(seems.text()) || Brands.isOwned(seems);
        if (isOther) {
            signs.add(
                    isUsual && !isBorrowed ? PhishingSign.TRACKED_LINKS : PhishingSign.LINK_TEXT_DIFFERS,
                    "a link shows " + seems.text() + " and leads to " + host.text());
        }
    }
}
