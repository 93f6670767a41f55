package org.chancery.api.triage;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import org.chancery.api.http.Answer;
import org.chancery.core.mail.MessageContent.Attachment;
import org.chancery.core.mailbox.MailFile;
import org.jspecify.annotations.Nullable;

/**
 * A stranger's file on its way to a browser: it is saved and never shown, whatever it says of itself, and its name cannot be
 * anything but a name.
 *
 * <p><i>Standards:</i> RFC 6266 for the header field, RFC 8187 for names beyond ASCII. <i>Trusts:</i> nothing of the mail.
 */
public final class Download {

    /** RFC 6838 §4.2: what a type may be made of, and how long it may be. */
    private static final Pattern TYPE =
            Pattern.compile("[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}");

    private static final String UNKNOWN = "application/octet-stream";

    /** File systems take 255 octets; one character is four of them at most. */
    private static final int MAX_NAME = 60;

    /** RFC 8187 §3.2.1: what stands for itself in a coded name. */
    private static final String ATTR_CHAR =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&+-.^_`|~";

    private Download() {}

    /** Answers with a file. */
    public static Answer of(MailFile file) {
        return new Answer.Stream(
                type(file.about()),
                file.about().size(),
                file.octets(),
                Map.of(
                        "Content-Disposition",
                        disposition(file.about().filename()),
                        // Where a browser shows it all the same: without scripts, in an origin of its own, loading
                        // nothing.
                        "Content-Security-Policy",
                        "sandbox; default-src 'none'; frame-ancestors 'none'",
                        "Cross-Origin-Resource-Policy",
                        "same-origin"));
    }

    /** As the mail says, where that is a type of one file: a multipart could replace one page by another. */
    private static String type(Attachment about) {
        String type = about.contentType();
        return TYPE.matcher(type).matches() && !type.startsWith("multipart/") ? type : UNKNOWN;
    }

    static String disposition(@Nullable String filename) {
        String name = name(filename);
        StringBuilder plain = new StringBuilder();
        name.codePoints().forEach(c -> plain.append(isPlain(c) ? (char) c : '_'));
        String field = "attachment; filename=\"" + plain + '"';
        return plain.toString().equals(name) ? field : field + "; filename*=UTF-8''" + coded(name);
    }

    /** What is left of a name without what is no letter, and without what reverses the letters or hides the file. */
    private static String name(@Nullable String filename) {
        StringBuilder kept = new StringBuilder();
        if (filename != null) {
            filename.codePoints()
                    .filter(Download::isPartOfName)
                    .limit(MAX_NAME)
                    .forEach(c -> kept.appendCodePoint("/\\:*?\"<>|".indexOf(c) >= 0 ? '_' : c));
        }
        String name = kept.toString().strip().replaceFirst("^[.\\s]+", "").replaceFirst("[.\\s]+$", "");
        return name.isEmpty() ? "attachment" : name;
    }

    private static boolean isPartOfName(int c) {
        int kind = Character.getType(c);
        return kind != Character.CONTROL
                // Among them the marks that turn "exe.fdp" into "pdf.exe".
                && kind != Character.FORMAT
                && kind != Character.SURROGATE
                && kind != Character.UNASSIGNED
                && kind != Character.LINE_SEPARATOR
                && kind != Character.PARAGRAPH_SEPARATOR;
    }

    /** Whether all programs read the character alike between quotes; some take % for the beginning of a code. */
    private static boolean isPlain(int c) {
        return c >= ' ' && c < 0x7f && c != '"' && c != '\\' && c != '%';
    }

    private static String coded(String name) {
        StringBuilder coded = new StringBuilder();
        for (byte octet : name.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (octet & 0xff);
            if (ATTR_CHAR.indexOf(c) >= 0) {
                coded.append(c);
            } else {
                coded.append('%').append("%02X".formatted((int) c));
            }
        }
        return coded.toString();
    }
}
