package org.chancery.api.message;

import java.util.Locale;
import java.util.regex.Pattern;
import org.chancery.api.http.Field;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.send.SendRequest;

/** A file that goes with a mail. */
public record AttachmentRequest(
        @Field(value = "Its name, without directories.", notBlank = true, singleLine = true, maxLength = 255)
        String filename,

        @Field(value = "Type and subtype, such as application/pdf.", singleLine = true, maxLength = 200)
        String contentType,

        @Field("The file in base64.") byte[] content) {

    // RFC 6838 §4.2, restricted-name.
    private static final Pattern TYPE =
            Pattern.compile("[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}");

    SendRequest.Attachment attachment(String pointer) {
        if (filename.indexOf('/') >= 0 || filename.indexOf('\\') >= 0) {
            throw CallerFault.invalid(pointer + "/filename", "must be a name without directories");
        }
        String type = contentType.toLowerCase(Locale.ROOT);
        if (!TYPE.matcher(type).matches()) {
            throw CallerFault.invalid(pointer + "/content_type", "must be type and subtype, such as application/pdf");
        }
        // RFC 2045 §6.4: what consists of parts must not be encoded in base64, as attachments are.
        if (type.startsWith("multipart/")) {
            throw CallerFault.invalid(pointer + "/content_type", "must not be multipart");
        }
        return new SendRequest.Attachment(filename, type, content);
    }
}
