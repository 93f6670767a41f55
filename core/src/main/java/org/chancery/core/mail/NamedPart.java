package org.chancery.core.mail;

import java.io.InputStream;
import java.util.List;
import java.util.Map;

/**
 * A part of a mail as its header describes it, for those who do not believe the header.
 *
 * @param filenames what programs might save it as, without directories; two where the header contradicts itself
 * @param hasTurnedName whether a name had a bidirectional override in it, which is gone from {@code filenames}
 * @param hidesControls whether a name or another parameter had a line end or control character in it
 * @param contentType type and subtype in lower case
 * @param parameters those of the type, by their names in lower case
 * @param isAttachment whether the header says that it is no text to be shown
 * @param octets the content without its transfer encoding, to be read once
 */
public record NamedPart(
        List<String> filenames,
        boolean hasTurnedName,
        boolean hidesControls,
        String contentType,
        Map<String, String> parameters,
        boolean isAttachment,
        InputStream octets) {
    public NamedPart {
        filenames = List.copyOf(filenames);
        parameters = Map.copyOf(parameters);
    }
}
