package org.chancery.delivery.webhook;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.chancery.delivery.net.Dns;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import org.xbill.DNS.hosts.HostsFileParser;

/**
 * Looks names up as this server looks up all others: {@code localhost} is this machine, what stands in the {@code hosts} file is
 * taken from there, and all else is asked of {@code dns.servers}. Names are whole: no search list is tried. The resolver of the
 * JDK is not used, because it blocks in native code and so takes a carrier from all virtual threads, without a limit of time; here
 * a thread that waits for a name holds up no other.
 */
public final class NameServerLookup implements HostLookup {
    private static final Logger LOG = LoggerFactory.getLogger(NameServerLookup.class);

    private final Dns dns;
    private final HostsFileParser hosts;

    private NameServerLookup(Dns dns, HostsFileParser hosts) {
        this.dns = dns;
        this.hosts = hosts;
    }

    /**
     * Looks into the machine's {@code hosts} file and asks these name servers.
     *
     * @param servers resolved addresses; none for the system's name servers
     * @param limit for all questions about one name together
     */
    public static NameServerLookup asking(List<InetSocketAddress> servers, Duration limit) {
        return new NameServerLookup(Dns.asking(servers, limit), new HostsFileParser());
    }

    static NameServerLookup asking(List<InetSocketAddress> servers, Duration limit, Path hosts) {
        return new NameServerLookup(Dns.asking(servers, limit), new HostsFileParser(hosts));
    }

    @Override
    public List<InetAddress> addresses(String host) throws UnknownHostException {
        // RFC 6761 §6.3: these names are never asked for.
        if (isLocalhost(host.toLowerCase(Locale.ROOT))) {
            return List.of(InetAddress.getByName("127.0.0.1"), InetAddress.getByName("::1"));
        }
        List<InetAddress> known = inHosts(host);
        return known.isEmpty() ? asked(host) : known;
    }

    private static boolean isLocalhost(String host) {
        return host.equals("localhost") || host.endsWith(".localhost");
    }

    private List<InetAddress> inHosts(String host) {
        List<InetAddress> found = new ArrayList<>();
        try {
            Name name = Name.fromString(host, Name.root);
            hosts.getAddressForHost(name, Type.A).ifPresent(found::add);
            hosts.getAddressForHost(name, Type.AAAA).ifPresent(found::add);
        } catch (TextParseException notAName) {
            return List.of();
        } catch (IOException unreadable) {
            LOG.debug("the hosts file cannot be read", unreadable);
        }
        return found;
    }

    private List<InetAddress> asked(String host) throws UnknownHostException {
        Dns.Question ipv4 = dns.ask(host, Type.A);
        Dns.Question ipv6 = dns.ask(host, Type.AAAA);
        List<InetAddress> found = new ArrayList<>(addresses(ipv4));
        found.addAll(addresses(ipv6));
        if (found.isEmpty()) {
            throw new UnknownHostException(host);
        }
        return found;
    }

    private static List<InetAddress> addresses(Dns.Question question) {
        return switch (question.answer()) {
            case Dns.Answer.Found found -> {
                List<InetAddress> addresses = new ArrayList<>();
                for (Record record : found.records()) {
                    if (record instanceof ARecord a) {
                        addresses.add(a.getAddress());
                    } else if (record instanceof AAAARecord aaaa) {
                        addresses.add(aaaa.getAddress());
                    }
                }
                yield addresses;
            }
            case Dns.Answer.NoRecords ignored -> List.of();
            case Dns.Answer.NoSuchName ignored -> List.of();
            // What the other family has is good enough.
            case Dns.Answer.Unanswered ignored -> List.of();
        };
    }
}
