package org.chancery.storage.mailbox;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;
import org.chancery.core.mail.InternetMessageId;

/**
 * What a Message-ID is looked up by: the beginning of its SHA-256. The id itself, up to 998 characters of a stranger's
 * choice, does not fit into an index of PostgreSQL.
 */
public final class InternetIdKey {
    private InternetIdKey() {}

    public static UUID of(InternetMessageId id) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(id.value().getBytes(StandardCharsets.UTF_8));
            ByteBuffer bytes = ByteBuffer.wrap(digest);
            return new UUID(bytes.getLong(), bytes.getLong());
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
