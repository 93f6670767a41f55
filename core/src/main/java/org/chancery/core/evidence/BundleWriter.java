package org.chancery.core.evidence;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.chancery.core.audit.CanonicalJson;
import org.chancery.core.audit.Digests;

/** Writes a bundle, file by file and without keeping any; {@link #sign} ends it. */
final class BundleWriter {
    private final OutputStream out;
    private final MessageDigest whole = Digests.algorithm();
    private final List<Map<String, Object>> files = new ArrayList<>();

    BundleWriter(OutputStream out) {
        this.out = out;
    }

    void add(String name, String text) throws IOException {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        add(name, octets.length, new ByteArrayInputStream(octets));
    }

    /** Adds a file of a size that is known before it is read; where it turns out otherwise, the bundle breaks off. */
    void add(String name, long size, InputStream content) throws IOException {
        write(BundleFormat.header(name, size));
        MessageDigest own = Digests.algorithm();
        long written = 0;
        byte[] buffer = new byte[16 * 1024];
        for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
            own.update(buffer, 0, read);
            whole.update(buffer, 0, read);
            out.write(buffer, 0, read);
            written += read;
        }
        if (written != size) {
            throw new IOException(name + " has " + written + " octets and not " + size);
        }
        write(new byte[BundleFormat.padding(size)]);
        files.add(Map.of("name", name, "size", size, "sha256", HexFormat.of().formatHex(own.digest())));
    }

    /**
     * Lists all that was added, signs, and ends the file.
     *
     * @param missing what the record names and the server does not have any more
     */
    void sign(EvidenceKey key, List<Map<String, Object>> missing) throws IOException {
        add(BundleFormat.CONTENTS, CanonicalJson.write(Map.of("files", List.copyOf(files), "missing", missing)));
        String digest = HexFormat.of().formatHex(whole.digest());
        String signature = Base64.getEncoder().encodeToString(key.sign(BundleFormat.signed(digest))) + "\n";
        byte[] octets = signature.getBytes(StandardCharsets.US_ASCII);
        write(BundleFormat.header(BundleFormat.SIGNATURE, octets.length));
        write(octets);
        write(new byte[BundleFormat.padding(octets.length)]);
        write(new byte[BundleFormat.END]);
        out.flush();
    }

    private void write(byte[] octets) throws IOException {
        whole.update(octets);
        out.write(octets);
    }
}
