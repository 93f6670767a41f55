package org.chancery.core.phishing;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Senders whose name is borrowed more than others', and the domains that they do write from. */
final class Brands {
    /**
     * A sender.
     *
     * @param names as they stand in a display name, in lower case
     * @param labels what the registered part of their own domains is called
     * @param glances those of the labels that are long enough to be imitated, as they look at a glance
     */
    record Brand(List<String> names, List<String> labels, List<String> glances) {
        boolean owns(HostName host) {
            return labels.contains(host.label());
        }
    }

    private static final List<Brand> ALL = List.of(
            brand("paypal", "paypal"),
            brand(
                    "microsoft|office 365|office365|microsoft 365|onedrive|sharepoint",
                    "microsoft microsoftonline office office365 outlook live azure sharepointonline onmicrosoft github linkedin xbox"),
            brand("apple id|apple support|icloud", "apple icloud"),
            brand("amazon", "amazon amazonses amazonaws amazonpay audible aboutamazon"),
            brand("google account|google security|gmail team", "google gmail youtube"),
            brand("netflix", "netflix"),
            brand("facebook|instagram|whatsapp", "facebook facebookmail instagram whatsapp meta fb"),
            brand("linkedin", "linkedin"),
            brand("docusign", "docusign"),
            brand("dropbox", "dropbox dropboxmail"),
            brand("adobe sign|adobe document", "adobe adobesign"),
            brand("dhl", "dhl dpdhl deutschepost"),
            brand("fedex", "fedex"),
            brand("ups delivery|ups my choice|united parcel", "ups"),
            brand("dpd", "dpd dpdgroup"),
            brand("usps", "usps"),
            brand("deutsche post", "deutschepost dhl"),
            brand("la poste", "laposte"),
            brand("sparkasse", "sparkasse sparkassen dsgv"),
            brand("volksbank", "volksbank vr atruvia"),
            brand("postbank", "postbank"),
            brand("commerzbank", "commerzbank"),
            brand("santander", "santander"),
            brand("hsbc", "hsbc"),
            brand("barclays", "barclays barclaycard"),
            brand("wells fargo", "wellsfargo"),
            brand("bank of america", "bankofamerica bofa"),
            brand("american express", "americanexpress aexp"),
            brand("mastercard", "mastercard"),
            brand("coinbase", "coinbase"),
            brand("binance", "binance"),
            brand("metamask", "metamask consensys"),
            brand("revolut", "revolut"),
            brand("ionos", "ionos 1und1"),
            brand("godaddy", "godaddy secureserver"));

    private Brands() {}

    /** Whose name a text bears, as words of their own. */
    static Optional<Brand> namedIn(String text) {
        String padded = ' ' + text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", " ") + ' ';
        return ALL.stream()
                .filter(brand -> brand.names().stream().anyMatch(name -> padded.contains(' ' + name + ' ')))
                .findFirst();
    }

    /** Whether one of them writes from that domain. */
    static boolean isOwned(HostName host) {
        return ALL.stream().anyMatch(brand -> brand.owns(host));
    }

    /** Whose domain a name looks like at a glance, or is part of, without being theirs. */
    static Optional<String> imitatedBy(HostName host) {
        String label = host.labelAtAGlance();
        for (Brand brand : ALL) {
            if (brand.glances().contains(label) && !brand.owns(host)) {
                return Optional.of(brand.labels().getFirst());
            }
        }
        return Optional.empty();
    }

    /** The domain of a sender that stands in front of another's: {@code paypal.com.example.net}. */
    static Optional<String> inFrontOf(HostName host) {
        String front = host.text()
                .substring(0, host.text().length() - host.organisation().length());
        for (Brand brand : ALL) {
            if (!brand.owns(host)) {
                for (String own : brand.labels()) {
                    for (String end : List.of(".com.", ".de.", ".co.", ".net.", ".org.")) {
                        if (('.' + front).contains('.' + own + end)) {
                            return Optional.of(own);
                        }
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static Brand brand(String names, String labels) {
        List<String> own = List.of(labels.split(" "));
        List<String> glances = own.stream()
                .filter(label -> label.length() >= 5)
                .map(HostName::glance)
                .toList();
        return new Brand(List.of(names.split("\\|")), own, glances);
    }
}
