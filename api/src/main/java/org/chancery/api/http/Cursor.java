package org.chancery.api.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import org.chancery.core.id.WorkspaceId;

/**
 * A place in a list, as clients carry it: opaque, and refused at another list or in another workspace. The digest in it
 * is against mistakes, not against forgers: a made-up place shows its maker nothing but their own rows.
 */
public final class Cursor {
    private static final int DIGEST_LENGTH = 8;

    private Cursor() {}

    /** Wraps a place. */
    public static String seal(String list, WorkspaceId workspace, String place) {
        byte[] text = place.getBytes(StandardCharsets.UTF_8);
        byte[] sealed = Arrays.copyOf(digest(list, workspace, place), DIGEST_LENGTH + text.length);
        System.arraycopy(text, 0, sealed, DIGEST_LENGTH, text.length);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(sealed);
    }

    /** The place in a cursor; empty where it is no cursor of that list and workspace. */
    public static Optional<String> open(String list, WorkspaceId workspace, String cursor) {
        byte[] sealed;
        try {
            sealed = Base64.getUrlDecoder().decode(cursor);
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
        if (sealed.length < DIGEST_LENGTH) {
            return Optional.empty();
        }
        String place = new String(sealed, DIGEST_LENGTH, sealed.length - DIGEST_LENGTH, StandardCharsets.UTF_8);
        byte[] digest = Arrays.copyOf(digest(list, workspace, place), DIGEST_LENGTH);
        return Arrays.equals(digest, Arrays.copyOf(sealed, DIGEST_LENGTH)) ? Optional.of(place) : Optional.empty();
    }

    private static byte[] digest(String list, WorkspaceId workspace, String place) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return sha256.digest((list + '\n' + workspace.text() + '\n' + place).getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
