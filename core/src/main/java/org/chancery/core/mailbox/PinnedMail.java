package org.chancery.core.mailbox;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/**
 * The bytes of a mail, compared with their digest while they are read: whoever comes to the end has read the very bytes that
 * were decided on. At the end of any others stands {@link ChangedMail}, so that nothing may be done with them before.
 */
public final class PinnedMail extends FilterInputStream {
    private final RawDigest digest;
    private final MessageDigest sha256 = RawDigest.algorithm();
    private boolean compared;

    private PinnedMail(RawDigest digest, InputStream raw) {
        super(raw);
        this.digest = digest;
    }

    /**
     * The bytes, to be closed by the caller.
     *
     * @throws MissingMail where there are none
     */
    public static InputStream open(RawMailStore store, RawDigest digest) {
        return new PinnedMail(digest, store.open(digest));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int count = super.read(into, offset, length);
        if (count > 0) {
            sha256.update(into, offset, count);
        } else if (count < 0 && !compared) {
            compared = true;
            if (!RawDigest.finish(sha256.digest()).equals(digest)) {
                throw new ChangedMail(digest);
            }
        }
        return count;
    }

    /** Reads, as what is left out could not be compared. */
    @Override
    public long skip(long wanted) throws IOException {
        return wanted <= 0 ? 0 : readNBytes((int) Math.min(wanted, 8 * 1024)).length;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
