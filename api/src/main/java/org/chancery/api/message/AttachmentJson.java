package org.chancery.api.message;

import java.util.List;
import org.chancery.api.http.Field;
import org.chancery.core.mail.MessageContent;
import org.jspecify.annotations.Nullable;

/** A file in a mail. */
public record AttachmentJson(
        @Field("Its place in the mail.") String id,

        @Field("Null where the mail names none.") @Nullable String filename,

        String contentType,
        @Field("Octets.") long size) {

    /** The files of a mail, in its order. */
    public static List<AttachmentJson> all(MessageContent content) {
        return all(content.attachments());
    }

    /** Those files. */
    public static List<AttachmentJson> all(List<MessageContent.Attachment> files) {
        return files.stream()
                .map(file -> new AttachmentJson(file.id(), file.filename(), file.contentType(), file.size()))
                .toList();
    }
}
