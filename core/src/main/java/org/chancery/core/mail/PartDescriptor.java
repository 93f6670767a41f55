package org.chancery.core.mail;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.james.mime4j.stream.BodyDescriptor;
import org.apache.james.mime4j.stream.BodyDescriptorBuilder;
import org.apache.james.mime4j.stream.Field;
import org.apache.james.mime4j.stream.RawField;
import org.chancery.core.mail.FullReading.Doubt;
import org.jspecify.annotations.Nullable;

/**
 * What the header of a MIME part says about its body.
 *
 * @param type type and subtype in lower case; what is missing or unreadable is plain text (RFC 2045 §5.2)
 * @param encoding the transfer encoding in lower case; empty where there is none
 * @param tooDeep whether it is a multipart nested deeper than {@link MessageReader#MAX_NESTING}
 * @param doubts why other programs may take it for something else
 */
record PartDescriptor(
        String type,
        HeaderParameters contentType,
        HeaderParameters disposition,
        String encoding,
        boolean tooDeep,
        Set<Doubt> doubts)
        implements BodyDescriptor {

    /** RFC 2046 §5.1.1 allows 70; a few mailers do not count. Mime4j searches for it anew in every buffer. */
    private static final int MAX_BOUNDARY = 128;
    /** RFC 6838 §4.2. */
    private static final int MAX_TYPE = 127;

    private static final int MAX_FILENAME = 255;
    private static final int MAX_FILE_EXTENSION = 16;

    boolean isMultipart() {
        return type.startsWith("multipart/");
    }

    /**
     * What the part is to be stored as: without directories, control characters and tricks; null where it has no
     * name.
     */
    @Nullable
    String filename() {
        String name = disposition.get("filename");
        if (name == null) {
            name = contentType.get("name");
        }
        return name == null ? null : withoutDirectories(name);
    }

    /** What one program or another would save the part as, where the two places for a name differ. */
    List<String> filenames() {
        return Stream.of(disposition.get("filename"), contentType.get("name"))
                .flatMap(Stream::ofNullable)
                .map(PartDescriptor::withoutDirectories)
                .flatMap(Stream::ofNullable)
                .distinct()
                .toList();
    }

    /** Whether its name is shown in another order than it is read in by programs. */
    boolean hasTurnedName() {
        return disposition.isTurned() || contentType.isTurned();
    }

    /** Whether a parameter of it, such as its name, becomes several lines where it is decoded. */
    boolean hidesControls() {
        return disposition.hidesControls() || contentType.hidesControls();
    }

    private static @Nullable String withoutDirectories(String name) {
        String last = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1)
                .strip();
        return last.isEmpty() || last.equals(".") || last.equals("..") ? null : shorten(last);
    }

    boolean isAttachment() {
        return disposition.value().equals("attachment");
    }

    /** Whether it is a mail, or the header of one, that a report is about (RFC 6522 §3, RFC 6533 §3). */
    boolean isReturnedMail() {
        return switch (type) {
            case "message/rfc822",
                    "message/global",
                    "text/rfc822-headers",
                    "message/rfc822-headers",
                    "message/global-headers" -> true;
            default -> false;
        };
    }

    /** Whether it is text to read and nothing else, whoever reads it: neither has it a name nor an encoding that nobody knows. */
    boolean isMereText() {
        // RFC 2045 §6.4: what has another encoding is to be taken for a file, whatever its type says.
        return (type.equals("text/plain") || type.equals("text/html"))
                && !isAttachment()
                && filenames().isEmpty()
                && (isIdentity(encoding) || encoding.equals("base64") || encoding.equals("quoted-printable"));
    }

    private static boolean isIdentity(String encoding) {
        return switch (encoding) {
            case "", "7bit", "8bit", "binary" -> true;
            default -> false;
        };
    }

    /** RFC 3676 §4. */
    boolean isFlowed() {
        return "flowed".equalsIgnoreCase(contentType.get("format"));
    }

    boolean isDelSp() {
        return "yes".equalsIgnoreCase(contentType.get("delsp"));
    }

    // Programs choose what to do with a file by the end of its name.
    private static String shorten(String name) {
        if (name.length() <= MAX_FILENAME) {
            return name;
        }
        int dot = name.lastIndexOf('.');
        String extension = dot >= name.length() - MAX_FILE_EXTENSION ? name.substring(dot) : "";
        return HeaderText.shorten(name, MAX_FILENAME - extension.length()) + extension;
    }

    @Override
    public String getMimeType() {
        return type;
    }

    @Override
    public String getMediaType() {
        return type.substring(0, type.indexOf('/'));
    }

    @Override
    public String getSubType() {
        return type.substring(type.indexOf('/') + 1);
    }

    @Override
    public @Nullable String getBoundary() {
        return isMultipart() ? contentType.get("boundary") : null;
    }

    @Override
    public @Nullable String getCharset() {
        return contentType.get("charset");
    }

    @Override
    public String getTransferEncoding() {
        return encoding;
    }

    @Override
    public long getContentLength() {
        return -1; // never believed
    }

    /** Gathers the fields of one part; of two fields with one name the first counts. */
    static final class Builder implements BodyDescriptorBuilder {
        private final HeaderFieldBuilder fields;
        private @Nullable String from;
        private final int nesting;
        private final String defaultType;
        private @Nullable String contentType;
        private @Nullable String disposition;
        private @Nullable String encoding;
        private boolean doubled;
        private String builtType = "";

        Builder(HeaderFieldBuilder fields) {
            this(fields, 0, "text/plain");
        }

        private Builder(HeaderFieldBuilder fields, int nesting, String defaultType) {
            this.fields = fields;
            this.nesting = nesting;
            this.defaultType = defaultType;
        }

        @Override
        public void reset() {
            fields.begin();
            from = null;
            contentType = null;
            disposition = null;
            encoding = null;
            doubled = false;
        }

        @Override
        @SuppressWarnings("NullAway") // Mime4j takes null as "keep the field as it is".
        public Field addField(RawField field) {
            switch (field.getNameLowerCase()) {
                case "content-type" -> contentType = first(contentType, field);
                case "content-disposition" -> disposition = first(disposition, field);
                case "content-transfer-encoding" -> encoding = first(encoding, field);
                case "from" -> from = from == null ? field.getBody() : from;
                default -> {}
            }
            return null;
        }

        private String first(@Nullable String before, RawField field) {
            doubled |= before != null;
            return before == null ? field.getBody() : before;
        }

        /** The {@code From} field of the part or, for the outermost one, of the mail; null where it has none. */
        @Nullable
        String from() {
            return from;
        }

        @Override
        public PartDescriptor build() {
            var type = contentType == null ? HeaderParameters.NONE : HeaderParameters.parse(contentType);
            var kept = disposition == null ? HeaderParameters.NONE : HeaderParameters.parse(disposition);
            builtType = isType(type.value()) ? type.value() : defaultType;
            boolean tooDeep = false;
            Set<Doubt> doubts = EnumSet.noneOf(Doubt.class);
            if (doubled || type.isDoubled() || kept.isDoubled()) {
                doubts.add(Doubt.DOUBLE_FIELD);
            }
            String named =
                    encoding == null ? "" : HeaderParameters.parse(encoding).value();
            if (builtType.startsWith("multipart/")) {
                String boundary = type.get("boundary");
                tooDeep = nesting >= MessageReader.MAX_NESTING;
                if (!isIdentity(named)) {
                    doubts.add(Doubt.ENCODED_MULTIPART);
                }
                if (tooDeep || boundary == null || boundary.isEmpty() || boundary.length() > MAX_BOUNDARY) {
                    // Nothing can be found in it: what is there is shown as it stands.
                    builtType = "text/plain";
                    doubts.add(Doubt.UNOPENED);
                }
            }
            // RFC 2045 §6.4: a multipart has no transfer encoding.
            String how = builtType.startsWith("multipart/") ? "" : named;
            if (builtType.startsWith("text/") && MailCharset.isUnknown(type.get("charset"))) {
                doubts.add(Doubt.UNKNOWN_CHARSET);
            }
            return new PartDescriptor(builtType, type, kept, how, tooDeep, doubts);
        }

        @Override
        public Builder newChild() {
            // RFC 2046 §5.1.5
            String childType = builtType.equals("multipart/digest") ? "message/rfc822" : "text/plain";
            return new Builder(fields, nesting + 1, childType);
        }

        private static boolean isType(String value) {
            int slash = value.indexOf('/');
            return slash > 0
                    && slash < value.length() - 1
                    && value.length() <= MAX_TYPE
                    && value.indexOf('/', slash + 1) < 0
                    && value.toLowerCase(Locale.ROOT)
                            .chars()
                            .allMatch(c -> c > ' ' && c < 0x7f && "()<>@,;:\\\"[]?=".indexOf(c) < 0);
        }
    }
}
