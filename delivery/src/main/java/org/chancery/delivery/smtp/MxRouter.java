package org.chancery.delivery.smtp;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.chancery.delivery.net.Dns;
import org.chancery.delivery.net.Dns.Answer;
import org.chancery.delivery.net.PrivateAddresses;
import org.chancery.delivery.smtp.DeliveryConfig.MailExchangers;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/**
 * Finds a destination's mail exchangers.
 *
 * <p>Standards: RFC 5321 §5.1 (locating the target host) and §5.2 (IPv6), RFC 7505 (null MX).
 *
 * <p>Trusts: a stranger's DNS to name any host on the Internet, but none in our own network, and not ourselves.
 */
final class MxRouter implements Router {
    /** A domain may list any number; so many are looked up. */
    private static final int MOST_HOSTS = 10;
    /** Of a host among several, so that its dead addresses leave room for the next host. */
    private static final int ADDRESSES_OF_ONE = 2;

    private record Exchanger(int preference, String host) {}

    private final Dns dns;
    private final Predicate<String> ownNames;
    private final Predicate<InetAddress> ownAddresses;
    private final int port;
    private final boolean allowPrivate;
    private final int mostAddresses;
    private final RandomGenerator random;

    MxRouter(
            Dns dns,
            MailExchangers exchangers,
            DeliveryConfig config,
            Predicate<InetAddress> ownAddresses,
            RandomGenerator random) {
        this.dns = dns;
        this.ownNames = exchangers.ownNames().or(config.heloName().toLowerCase(Locale.ROOT)::equals);
        this.ownAddresses = ownAddresses;
        this.port = exchangers.port();
        this.allowPrivate = exchangers.allowPrivateAddresses();
        this.mostAddresses = config.addressesPerAttempt();
        this.random = random;
    }

    static MxRouter asking(MailExchangers exchangers, DeliveryConfig config) {
        return new MxRouter(exchangers.dns(), exchangers, config, OwnAddresses::contain, new Random());
    }

    @Override
    public Route to(String destination, Predicate<String> mayBe) {
        return switch (dns.ask(destination, Type.MX).answer()) {
            case Answer.Found found -> through(destination, exchangers(found.records()), mayBe);
            // RFC 5321 §5.1: without MX records the domain is its own exchanger, the "implicit MX".
            case Answer.NoRecords none -> through(destination, List.of(new Exchanger(0, destination)), mayBe);
            case Answer.NoSuchName none -> new Route.None(false, "550 5.1.2 there is no domain " + destination);
            case Answer.Unanswered none ->
                new Route.None(true, "451 4.4.3 the name servers do not tell the MX of " + destination);
        };
    }

    private static List<Exchanger> exchangers(List<Record> records) {
        List<Exchanger> exchangers = new ArrayList<>();
        for (Record record : records) {
            if (record instanceof MXRecord mx) {
                exchangers.add(new Exchanger(mx.getPriority(), nameOf(mx)));
            }
        }
        return exchangers;
    }

    private static String nameOf(MXRecord mx) {
        return mx.getTarget().toString(true).toLowerCase(Locale.ROOT);
    }

    private Route through(String destination, List<Exchanger> listed, Predicate<String> mayBe) {
        // RFC 7505 §3: one record that names the root says that the domain takes no mail; beside others it says
        // nothing.
        List<Exchanger> named = new ArrayList<>(listed);
        named.removeIf(MxRouter::isRoot);
        if (named.isEmpty()) {
            return new Route.None(false, "556 5.1.10 " + destination + " takes no mail (null MX)");
        }
        // §5.1: by preference, and in random order among equals, which spreads the load.
        Collections.shuffle(named, Random.from(random));
        named.sort(Comparator.comparingInt(Exchanger::preference));
        List<Exchanger> before = beforeOurselves(named);
        if (before.isEmpty()) {
            return backToOurselves(destination);
        }
        // Before the list is cut: else hosts that may not be used leave no room for the one that may.
        List<Exchanger> allowed =
                before.stream().filter(mx -> mayBe.test(mx.host())).toList();
        return allowed.isEmpty()
                ? new Route.Barred()
                : addresses(destination, allowed.subList(0, Math.min(allowed.size(), MOST_HOSTS)));
    }

    private static Route backToOurselves(String destination) {
        return new Route.None(false, "554 5.4.6 mail for " + destination + " would come back to ourselves");
    }

    private static boolean isRoot(Exchanger mx) {
        return mx.host().isEmpty() || mx.host().equals(".");
    }

    /** §5.1: where we are an exchanger ourselves, only those with a lower preference number are tried, or mail loops. */
    private List<Exchanger> beforeOurselves(List<Exchanger> sorted) {
        int own = sorted.stream()
                .filter(mx -> ownNames.test(mx.host()))
                .mapToInt(Exchanger::preference)
                .min()
                .orElse(Integer.MAX_VALUE);
        return sorted.stream().filter(mx -> mx.preference() < own).toList();
    }

    private Route addresses(String destination, List<Exchanger> exchangers) {
        List<Route.Hop> hops = new ArrayList<>();
        // How many hops had been found when the present preference began.
        int better = 0;
        int preference = Integer.MIN_VALUE;
        boolean unanswered = false;
        boolean refused = false;
        boolean ourselves = false;
        int mostOfOne = exchangers.size() == 1 ? mostAddresses : ADDRESSES_OF_ONE;
        for (Exchanger exchanger : exchangers) {
            if (hops.size() >= mostAddresses) {
                break;
            }
            if (exchanger.preference() > preference) {
                preference = exchanger.preference();
                better = hops.size();
            }
            Dns.Question ipv4 = dns.ask(exchanger.host(), Type.A);
            Dns.Question ipv6 = dns.ask(exchanger.host(), Type.AAAA);
            Answer answer4 = ipv4.answer();
            Answer answer6 = ipv6.answer();
            unanswered |= answer4 instanceof Answer.Unanswered || answer6 instanceof Answer.Unanswered;
            List<InetAddress> known = alternating(addressesIn(answer4), addressesIn(answer6));
            if (known.stream().anyMatch(ownAddresses)) {
                // By another name, and §5.1 all the same: those of this preference and all behind it are cut off.
                ourselves = true;
                hops.subList(better, hops.size()).clear();
                break;
            }
            List<InetAddress> usable = known.stream()
                    .filter(address -> allowPrivate || !PrivateAddresses.contains(address))
                    .toList();
            refused |= usable.size() < known.size();
            usable.stream()
                    .limit(Math.min(mostOfOne, mostAddresses - hops.size()))
                    .forEach(
                            address -> hops.add(new Route.Hop(exchanger.host(), new InetSocketAddress(address, port))));
        }
        if (!hops.isEmpty()) {
            return new Route.Through(hops);
        }
        if (unanswered) {
            return new Route.None(
                    true, "451 4.4.3 the name servers do not tell the addresses of the hosts for " + destination);
        }
        if (ourselves) {
            return backToOurselves(destination);
        }
        // §5.1: MX records of which none is usable are an error, and no reason to fall back on the domain's own
        // address.
        return new Route.None(
                false,
                refused
                        ? "550 5.4.4 the hosts for " + destination + " have private addresses, which are not spoken to"
                        : "550 5.4.4 the hosts for " + destination + " have no address");
    }

    private static List<InetAddress> addressesIn(Answer answer) {
        if (!(answer instanceof Answer.Found found)) {
            return List.of();
        }
        List<InetAddress> addresses = new ArrayList<>();
        for (Record record : found.records()) {
            if (record instanceof ARecord a) {
                addresses.add(a.getAddress());
            } else if (record instanceof AAAARecord aaaa) {
                addresses.add(aaaa.getAddress());
            }
        }
        return addresses;
    }

    /**
     * Takes turns between the two families, IPv4 first, keeping the name server's order within each: whichever of them
     * does not work here or there, the other is tried soon.
     */
    private static List<InetAddress> alternating(List<InetAddress> ipv4, List<InetAddress> ipv6) {
        List<InetAddress> both = new ArrayList<>();
        for (int i = 0; i < Math.max(ipv4.size(), ipv6.size()); i++) {
            if (i < ipv4.size()) {
                both.add(ipv4.get(i));
            }
            if (i < ipv6.size()) {
                both.add(ipv6.get(i));
            }
        }
        return both;
    }
}
