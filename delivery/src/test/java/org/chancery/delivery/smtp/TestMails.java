package org.chancery.delivery.smtp;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.mailbox.RawMailStore;

/** The mails of one test, read from wherever the test says. */
final class TestMails implements RawMailStore {
    static final String SHORT = "From: a@sender.test\r\nSubject: hello\r\n\r\nOne line.\r\n";

    private final Map<RawDigest, Supplier<InputStream>> mails = new ConcurrentHashMap<>();

    RawDigest add(String text) {
        return add(text.getBytes(StandardCharsets.UTF_8));
    }

    RawDigest add(byte[] raw) {
        return add(RawDigest.of(raw), () -> new ByteArrayInputStream(raw));
    }

    RawDigest add(RawDigest digest, Supplier<InputStream> bytes) {
        mails.put(digest, bytes);
        return digest;
    }

    /** These bytes, and then nothing more can be read. */
    static InputStream breaking(byte[] bytes) {
        InputStream closed = InputStream.nullInputStream();
        try {
            closed.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new SequenceInputStream(new ByteArrayInputStream(bytes), closed);
    }

    @Override
    public InputStream open(RawDigest digest) {
        Supplier<InputStream> bytes = mails.get(digest);
        if (bytes == null) {
            throw new IllegalStateException("the store has no " + digest.hex());
        }
        return bytes.get();
    }

    @Override
    public Kept put(InputStream raw) throws IOException {
        byte[] bytes = raw.readAllBytes();
        return new Kept(add(bytes), bytes.length);
    }

    @Override
    public Kept putDurably(InputStream raw) throws IOException {
        return put(raw);
    }

    @Override
    public void force() {}
}
