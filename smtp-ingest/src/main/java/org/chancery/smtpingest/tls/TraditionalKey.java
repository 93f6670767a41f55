package org.chancery.smtpingest.tls;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;

/**
 * Keys in the forms that openssl wrote before PKCS#8: PKCS#1 for RSA, SEC 1 for elliptic curves. A class by itself because
 * Bouncy Castle, which it needs, takes half a second to load; most keys do without.
 */
final class TraditionalKey {
    private TraditionalKey() {}

    /** The key as PKCS#8. */
    static byte[] toPkcs8(String pem, Path file) throws IOException {
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            for (Object found = parser.readObject(); found != null; found = parser.readObject()) {
                if (found instanceof PEMKeyPair key) {
                    return key.getPrivateKeyInfo().getEncoded();
                }
                if (found instanceof PEMEncryptedKeyPair || found instanceof PKCS8EncryptedPrivateKeyInfo) {
                    throw new TlsTrouble(
                            "the key in " + file + " is encrypted: decrypt it and protect the file instead", null);
                }
                // Anything else, such as the EC PARAMETERS before a key, is passed over.
            }
        }
        throw new TlsTrouble("there is no private key in " + file, null);
    }
}
