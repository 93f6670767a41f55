package org.chancery.storage.spool;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.chancery.core.mail.Arrival;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.Envelope;
import org.chancery.core.mail.ReversePath;

/** Envelope and arrival of a mail as octets of the log. The first octet is the version of the format. */
final class EnvelopeFormat {
    /** Enough for more than a thousand of the longest addresses; every segment has room for it. */
    static final int MAX_BYTES = 512 * 1024;

    private static final int VERSION = 1;
    private static final int NULL_REVERSE_PATH = 0;
    private static final int MAILBOX = 1;

    private EnvelopeFormat() {}

    /** What was read. */
    record Decoded(Envelope envelope, Arrival arrival) {}

    /**
     * Encodes them.
     *
     * @throws IllegalArgumentException where a part is longer than the format allows, which SMTP's own limits rule out
     */
    static byte[] encode(Envelope envelope, Arrival arrival) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream(256);
        try (DataOutputStream to = new DataOutputStream(octets)) {
            to.writeByte(VERSION);
            writeArrival(arrival, to);
            switch (envelope.reversePath()) {
                case ReversePath.Null ignored -> to.writeByte(NULL_REVERSE_PATH);
                case ReversePath.Mailbox mailbox -> {
                    to.writeByte(MAILBOX);
                    writeAddress(mailbox.address(), to);
                }
            }
            to.writeInt(envelope.recipients().size());
            for (EmailAddress recipient : envelope.recipients()) {
                writeAddress(recipient, to);
            }
        } catch (IOException neverInMemory) {
            throw new UncheckedIOException(neverInMemory);
        }
        if (octets.size() > MAX_BYTES) {
            throw new IllegalArgumentException("an envelope of " + octets.size() + " octets; at most " + MAX_BYTES);
        }
        return octets.toByteArray();
    }

    /**
     * Reads what {@link #encode} wrote, from the buffer's position to its limit.
     *
     * @throws DamagedRecord where it is something else
     */
    static Decoded decode(ByteBuffer from) throws DamagedRecord {
        try {
            int version = from.get();
            if (version != VERSION) {
                throw new DamagedRecord("an envelope of the unknown format " + version);
            }
            Arrival arrival = readArrival(from);
            ReversePath reversePath = readReversePath(from);
            int count = from.getInt();
            if (count < 1 || count > from.remaining()) {
                throw new DamagedRecord("an envelope with " + count + " recipients");
            }
            List<EmailAddress> recipients = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                recipients.add(readAddress(from));
            }
            return new Decoded(new Envelope(reversePath, recipients), arrival);
        } catch (BufferUnderflowException | CharacterCodingException | UnknownHostException | DateTimeException e) {
            throw new DamagedRecord("an envelope that breaks off or makes no sense: " + e);
        }
    }

    private static void writeArrival(Arrival arrival, DataOutputStream to) throws IOException {
        Instant at = arrival.at();
        to.writeLong(at.getEpochSecond());
        to.writeInt(at.getNano());
        byte[] client = arrival.client().getAddress();
        to.writeByte(client.length);
        to.write(client);
        writeText(arrival.helo(), to);
        writeText(arrival.protocol(), to);
    }

    private static Arrival readArrival(ByteBuffer from) throws UnknownHostException, CharacterCodingException {
        Instant at = Instant.ofEpochSecond(from.getLong(), from.getInt());
        byte[] client = octets(from.get(), from);
        return new Arrival(at, InetAddress.getByAddress(client), readText(from), readText(from));
    }

    private static ReversePath readReversePath(ByteBuffer from) throws DamagedRecord, CharacterCodingException {
        int kind = from.get();
        return switch (kind) {
            case NULL_REVERSE_PATH -> ReversePath.NULL;
            case MAILBOX -> ReversePath.of(readAddress(from));
            default -> throw new DamagedRecord("a reverse-path of the unknown kind " + kind);
        };
    }

    // What could not be read back must fail here: after the 250 it would be too late.
    private static void writeAddress(EmailAddress address, DataOutputStream to) throws IOException {
        String text = address.toString();
        if (EmailAddress.parse(text).isEmpty()) {
            throw new IllegalArgumentException("an address in an envelope that could not be read back");
        }
        writeText(text, to);
    }

    private static EmailAddress readAddress(ByteBuffer from) throws DamagedRecord, CharacterCodingException {
        return EmailAddress.parse(readText(from))
                .orElseThrow(() -> new DamagedRecord("an envelope with something that is no address"));
    }

    private static void writeText(String text, DataOutputStream to) throws IOException {
        byte[] octets = text.getBytes(UTF_8);
        if (octets.length > 0xFFFF) {
            throw new IllegalArgumentException("a text of " + octets.length + " octets in an envelope");
        }
        to.writeShort(octets.length);
        to.write(octets);
    }

    private static String readText(ByteBuffer from) throws CharacterCodingException {
        byte[] octets = octets(from.getShort() & 0xFFFF, from);
        return UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString();
    }

    private static byte[] octets(int count, ByteBuffer from) {
        if (count < 0 || count > from.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] octets = new byte[count];
        from.get(octets);
        return octets;
    }
}
