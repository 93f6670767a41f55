package org.chancery.delivery.smtp;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.mailbox.PinnedMail;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.mailbox.RawMailStore;
import org.chancery.delivery.dkim.SignedContent;

/**
 * The bytes of a mail as they were kept, read through once before anybody is spoken to: what they need of the peer has to
 * be known when MAIL is said. They are never on the heap as a whole.
 *
 * @param onTop header fields that go before them, in ASCII; empty where there are none
 * @param size in octets, line ends counted as two, dots not doubled: what SIZE= means (RFC 1870 §5)
 * @param isEightBit whether any octet is beyond ASCII
 * @param hasEightBitHeader whether one is in the header section: that is internationalised mail, whatever its addresses
 *     (RFC 6532 §3)
 * @param hasBareLineEnds whether a CR or LF stands alone. Such a mail cannot be sent as it is: RFC 5321 §2.3.8 forbids
 *     it, and peers that disagree on where it ends can be made to see two mails in one
 */
record OutgoingMail(
        RawMailStore store,
        RawDigest digest,
        String onTop,
        long size,
        boolean isEightBit,
        boolean hasEightBitHeader,
        boolean hasBareLineEnds) {
    private static final int BLOCK = 32_768;

    /** Takes the pieces of a mail, in order. */
    interface Sink {
        void take(byte[] bytes, int length) throws ConversationEnded;
    }

    /**
     * @param content is shown the bytes, too
     * @throws org.chancery.core.mailbox.ChangedMail where the store gives other bytes than it was asked for: what was approved is
     *     what is sent, or nothing
     */
    static OutgoingMail examine(RawMailStore store, RawDigest digest, SignedContent content) {
        Examination seen = new Examination();
        try {
            read(store, digest, (bytes, length) -> {
                seen.look(bytes, length);
                content.take(bytes, length);
            });
        } catch (ConversationEnded nobodySpokenTo) {
            throw new IllegalStateException(nobodySpokenTo);
        }
        return new OutgoingMail(
                store,
                digest,
                "",
                seen.size,
                seen.eightBit,
                seen.eightBitHeader,
                seen.bareLineEnds || seen.last == '\r');
    }

    /** The same mail below these header fields, each with its line end. */
    OutgoingMail under(List<String> fields) {
        String top = String.join("", fields);
        return new OutgoingMail(
                store, digest, top, size + top.length(), isEightBit, hasEightBitHeader, hasBareLineEnds);
    }

    /**
     * Gives all bytes to the sink, a block at a time.
     *
     * @throws org.chancery.core.mailbox.ChangedMail at their end, where they are not those any more that were examined: the sink
     *     has to forget them
     */
    void copyTo(Sink sink) throws ConversationEnded {
        sink.take(onTop.getBytes(StandardCharsets.US_ASCII), onTop.length());
        read(store, digest, sink);
    }

    private static void read(RawMailStore store, RawDigest digest, Sink sink) throws ConversationEnded {
        byte[] block = new byte[BLOCK];
        try (InputStream in = PinnedMail.open(store, digest)) {
            for (int length = in.read(block); length >= 0; length = in.read(block)) {
                sink.take(block, length);
            }
        } catch (ConversationEnded ended) {
            throw ended;
        } catch (IOException e) {
            throw new Unavailable("cannot read the mail " + digest.hex(), e);
        }
    }

    private static final class Examination {
        private long size;
        private boolean eightBit;
        private boolean eightBitHeader;
        private boolean bareLineEnds;
        private byte last;
        private boolean inHeader = true;
        private boolean lineIsEmpty = true;

        void look(byte[] bytes, int length) {
            for (int i = 0; i < length; i++) {
                byte b = bytes[i];
                eightBit |= b < 0;
                eightBitHeader |= inHeader && b < 0;
                if (b == '\n') {
                    // RFC 5322 §2.1: the first empty line ends the header section.
                    inHeader &= !lineIsEmpty;
                    lineIsEmpty = true;
                } else if (b != '\r') {
                    lineIsEmpty = false;
                }
                bareLineEnds |= (b == '\n') != (last == '\r');
                last = b;
            }
            size += length;
        }
    }
}
