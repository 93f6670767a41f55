package org.chancery.smtpingest.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A certificate with its key, from two PEM files; what a listener needs to speak TLS. Used by many threads.
 *
 * <p>Changed files are taken over within a minute, so that a renewed certificate needs no restart; files that cannot be
 * used are reported, and what was loaded before stays in use.
 */
public final class TlsMaterial {
    private static final Logger LOG = LoggerFactory.getLogger(TlsMaterial.class);
    private static final Duration LOOKED_AT_EVERY = Duration.ofMinutes(1);
    private static final String CERTIFICATE_FILE = "certificate.pem";
    private static final String KEY_FILE = "key.pem";

    private record Stamp(FileTime certificate, FileTime key) {}

    private final Path certificate;
    private final Path key;
    private final Clock clock;
    private Stamp stamp;
    private Instant lookedAt;
    private SSLContext context;

    private TlsMaterial(Path certificate, Path key, Clock clock) {
        this.certificate = certificate;
        this.key = key;
        this.clock = clock;
        this.lookedAt = clock.instant();
        this.stamp = stampOfFiles();
        this.context = contextOfFiles();
    }

    /**
     * Loads the operator's files.
     *
     * @throws TlsTrouble where they cannot be used; it names the file and what is wrong
     */
    public static TlsMaterial load(Path certificate, Path key, Clock clock) {
        return new TlsMaterial(certificate, key, clock);
    }

    /** Loads the self-made certificate of the directory; makes one at the first start. */
    public static TlsMaterial selfSigned(Path directory, String hostname, Clock clock) {
        Path certificate = directory.resolve(CERTIFICATE_FILE);
        Path key = directory.resolve(KEY_FILE);
        if (Files.notExists(certificate) || Files.notExists(key)) {
            SelfSigned.make(hostname, clock.instant()).writeTo(certificate, key);
            LOG.info("made a self-signed certificate for {} in {}", hostname, directory);
        }
        return load(certificate, key, clock);
    }

    /** The context to speak TLS with, as a server, by what the files hold now. */
    public synchronized SSLContext context() {
        Instant now = clock.instant();
        if (now.isAfter(lookedAt.plus(LOOKED_AT_EVERY))) {
            lookedAt = now;
            reloadIfChanged();
        }
        return context;
    }

    private void reloadIfChanged() {
        try {
            Stamp found = stampOfFiles();
            if (!found.equals(stamp)) {
                context = contextOfFiles();
                stamp = found;
                LOG.info("loaded the changed certificate {}", certificate);
            }
        } catch (TlsTrouble e) {
            LOG.error("the old certificate stays in use: {}", e.getMessage());
        }
    }

    private Stamp stampOfFiles() {
        return new Stamp(modified(certificate), modified(key));
    }

    private static FileTime modified(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            throw new TlsTrouble("cannot read " + file, e);
        }
    }

    private SSLContext contextOfFiles() {
        List<Certificate> chain = PemFiles.certificates(certificate);
        PrivateKey privateKey = PemFiles.privateKey(key);
        PemFiles.requireMatch(chain.getFirst(), certificate, privateKey, key);
        try {
            char[] password = {};
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, password);
            store.setKeyEntry("server", privateKey, password, chain.toArray(Certificate[]::new));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, password);
            SSLContext made = SSLContext.getInstance("TLS");
            made.init(keys.getKeyManagers(), null, null);
            return made;
        } catch (GeneralSecurityException | IOException e) {
            throw new TlsTrouble("cannot use " + certificate + " with " + key, e);
        }
    }
}
