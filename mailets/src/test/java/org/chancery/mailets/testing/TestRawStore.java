package org.chancery.mailets.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.mailbox.RawMailStore;

/** Knows digest and size of what was put, and keeps nothing else. */
public final class TestRawStore implements RawMailStore {
    private final Map<RawDigest, Long> sizes = new ConcurrentHashMap<>();

    public boolean has(RawDigest digest) {
        return sizes.containsKey(digest);
    }

    public static RawDigest digest(InputStream raw) {
        try (raw) {
            return new TestRawStore().put(raw).digest();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Kept put(InputStream raw) throws IOException {
        MessageDigest digest = RawDigest.algorithm();
        byte[] buffer = new byte[8192];
        long size = 0;
        for (int n; (n = raw.read(buffer)) > 0; size += n) {
            digest.update(buffer, 0, n);
        }
        Kept kept = new Kept(RawDigest.finish(digest.digest()), size);
        sizes.put(kept.digest(), size);
        return kept;
    }

    @Override
    public Kept putDurably(InputStream raw) throws IOException {
        return put(raw);
    }

    @Override
    public InputStream open(RawDigest digest) {
        throw new IllegalStateException("nothing reads it back");
    }

    @Override
    public void force() {}
}
