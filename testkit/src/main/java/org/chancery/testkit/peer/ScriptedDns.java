package org.chancery.testkit.peer;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Address;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * A name server on a loopback port, UDP and TCP, that answers from a table: what is not in it does not exist. A name that
 * has records of another type exists and has none of the wanted one. Records live for no time, so that resolvers do not
 * remember what a test changes. The table may be changed at any time.
 *
 * <pre>{@code
 * try (var dns = ScriptedDns.start()) {
 *     dns.mx("example.com", 10, "mx1.example.com").a("mx1.example.com", "127.0.0.1");
 * }
 * }</pre>
 */
public final class ScriptedDns implements AutoCloseable {
    private static final int MAX_UDP_WITHOUT_EDNS = 512;
    private static final int MOST_CNAMES = 20;

    /** How a name misbehaves. */
    private sealed interface Trouble {
        record Code(int rcode) implements Trouble {}

        record Silence() implements Trouble {}

        record Delay(Duration by) implements Trouble {}
    }

    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final Map<Name, List<Record>> table = new ConcurrentHashMap<>();
    private final Map<Name, Trouble> troubles = new ConcurrentHashMap<>();
    private final List<String> queries = new CopyOnWriteArrayList<>();

    private ScriptedDns(DatagramSocket udp, ServerSocket tcp) {
        this.udp = udp;
        this.tcp = tcp;
        Thread.ofVirtual().name("dns-udp").start(this::answerDatagrams);
        Thread.ofVirtual().name("dns-tcp").start(this::answerConnections);
    }

    /** Listens on a port of 127.0.0.1 that is free for both UDP and TCP. */
    public static ScriptedDns start() {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        for (int tries = 0; ; tries++) {
            try {
                ServerSocket tcp = new ServerSocket(0, 50, loopback);
                try {
                    return new ScriptedDns(new DatagramSocket(tcp.getLocalPort(), loopback), tcp);
                } catch (IOException takenForUdp) {
                    tcp.close();
                    if (tries == 20) {
                        throw takenForUdp;
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException("cannot listen", e);
            }
        }
    }

    public int port() {
        return tcp.getLocalPort();
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) tcp.getLocalSocketAddress();
    }

    /** As it stands in {@code dns.servers}. */
    public String hostPort() {
        return "127.0.0.1:" + port();
    }

    /** Every question asked, such as {@code example.com. MX}. */
    public List<String> queries() {
        return List.copyOf(queries);
    }

    // ---- the table

    public ScriptedDns mx(String domain, int preference, String host) {
        return add(new MXRecord(name(domain), DClass.IN, 0, preference, name(host)));
    }

    /** RFC 7505: this domain takes no mail. */
    public ScriptedDns nullMx(String domain) {
        return add(new MXRecord(name(domain), DClass.IN, 0, 0, Name.root));
    }

    public ScriptedDns a(String host, String address) {
        return add(new ARecord(name(host), DClass.IN, 0, literal(address)));
    }

    public ScriptedDns aaaa(String host, String address) {
        return add(new AAAARecord(name(host), DClass.IN, 0, literal(address)));
    }

    public ScriptedDns cname(String alias, String target) {
        return add(new CNAMERecord(name(alias), DClass.IN, 0, name(target)));
    }

    /** A text of any length; it is cut into strings of 255 octets. */
    public ScriptedDns txt(String domain, String text) {
        List<String> strings = new ArrayList<>();
        for (int from = 0; from < text.length(); from += 255) {
            strings.add(text.substring(from, Math.min(text.length(), from + 255)));
        }
        return add(new TXTRecord(name(domain), DClass.IN, 0, strings));
    }

    /** The name that an address has in the reverse tree. */
    public ScriptedDns ptr(String address, String host) {
        return add(new PTRRecord(ReverseMap.fromAddress(literal(address)), DClass.IN, 0, name(host)));
    }

    /** Any other record. */
    public ScriptedDns add(Record record) {
        table.computeIfAbsent(record.getName(), ignored -> new CopyOnWriteArrayList<>())
                .add(record);
        return this;
    }

    /** Forgets the records and the troubles of a name: it does not exist. */
    public ScriptedDns nxdomain(String domain) {
        table.remove(name(domain));
        troubles.remove(name(domain));
        return this;
    }

    /** Questions about the name are answered with SERVFAIL. */
    public ScriptedDns servfail(String domain) {
        troubles.put(name(domain), new Trouble.Code(Rcode.SERVFAIL));
        return this;
    }

    /** Questions about the name are never answered. */
    public ScriptedDns silent(String domain) {
        troubles.put(name(domain), new Trouble.Silence());
        return this;
    }

    /** Questions about the name are answered late. */
    public ScriptedDns delay(String domain, Duration by) {
        troubles.put(name(domain), new Trouble.Delay(by));
        return this;
    }

    @Override
    public void close() {
        udp.close();
        try {
            tcp.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot stop the name server", e);
        }
    }

    // ---- answering

    private void answerDatagrams() {
        while (!udp.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(new byte[4_096], 4_096);
                udp.receive(packet);
                Thread.ofVirtual().start(() -> answerDatagram(packet));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void answerDatagram(DatagramPacket packet) {
        try {
            Message query = new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
            int room = query.getOPT() == null
                    ? MAX_UDP_WITHOUT_EDNS
                    : query.getOPT().getPayloadSize();
            Optional<Message> answer = answer(query);
            if (answer.isPresent()) {
                // What does not fit is cut, with the TC flag: the client asks again over TCP (RFC 2181 §9).
                byte[] wire = answer.get().toWire(room);
                udp.send(new DatagramPacket(wire, wire.length, packet.getSocketAddress()));
            }
        } catch (IOException ignored) {
            // No DNS message, or the client is gone: a name server keeps silent.
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void answerConnections() {
        while (!tcp.isClosed()) {
            try {
                Socket client = tcp.accept();
                Thread.ofVirtual().start(() -> answerConnection(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void answerConnection(Socket client) {
        try (client;
                DataInputStream in = new DataInputStream(client.getInputStream());
                DataOutputStream out = new DataOutputStream(client.getOutputStream())) {
            while (true) {
                byte[] query = new byte[in.readUnsignedShort()];
                in.readFully(query);
                Optional<Message> answer = answer(new Message(query));
                if (answer.isPresent()) {
                    byte[] wire = answer.get().toWire();
                    out.writeShort(wire.length);
                    out.write(wire);
                    out.flush();
                }
            }
        } catch (EOFException done) {
            // The usual end.
        } catch (IOException ignored) {
            // As with datagrams.
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /** The answer, or empty where the script wants silence. */
    private Optional<Message> answer(Message query) throws InterruptedException {
        Record question = query.getQuestion();
        queries.add(question.getName() + " " + Type.string(question.getType()));
        Message answer = new Message(query.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        answer.getHeader().setFlag(Flags.RA);
        if (query.getHeader().getFlag(Flags.RD)) {
            answer.getHeader().setFlag(Flags.RD);
        }
        answer.addRecord(question, Section.QUESTION);
        switch (troubles.get(question.getName())) {
            case null -> fill(answer, question);
            case Trouble.Silence silence -> {
                return Optional.empty();
            }
            case Trouble.Code code -> answer.getHeader().setRcode(code.rcode());
            case Trouble.Delay delay -> {
                Thread.sleep(delay.by());
                fill(answer, question);
            }
        }
        return Optional.of(answer);
    }

    /** Follows aliases as a resolver does (RFC 1034 §3.6.2), and says by an SOA record what does not exist. */
    private void fill(Message answer, Record question) {
        Name owner = question.getName();
        for (int i = 0; i < MOST_CNAMES; i++) {
            List<Record> records = table.getOrDefault(owner, List.of());
            List<Record> wanted = records.stream()
                    .filter(record -> record.getType() == question.getType())
                    .toList();
            Optional<Record> alias = records.stream()
                    .filter(record -> record.getType() == Type.CNAME)
                    .findFirst();
            if (wanted.isEmpty() && alias.isPresent()) {
                answer.addRecord(alias.get(), Section.ANSWER);
                owner = ((CNAMERecord) alias.get()).getTarget();
                continue;
            }
            wanted.forEach(record -> answer.addRecord(record, Section.ANSWER));
            if (wanted.isEmpty()) {
                answer.getHeader().setRcode(exists(owner) ? Rcode.NOERROR : Rcode.NXDOMAIN);
                answer.addRecord(
                        new SOARecord(Name.root, DClass.IN, 0, Name.root, Name.root, 1, 1, 1, 1, 0), Section.AUTHORITY);
            }
            return;
        }
    }

    // RFC 8020: a name under which others exist does exist itself.
    private boolean exists(Name owner) {
        return table.keySet().stream().anyMatch(known -> known.subdomain(owner));
    }

    private static Name name(String text) {
        try {
            return Name.fromString(text, Name.root);
        } catch (TextParseException e) {
            throw new IllegalArgumentException("not a domain name: " + text, e);
        }
    }

    private static InetAddress literal(String address) {
        try {
            return Address.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("not an IP address: " + address, e);
        }
    }
}
