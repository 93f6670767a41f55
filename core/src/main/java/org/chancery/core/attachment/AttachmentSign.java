package org.chancery.core.attachment;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.chancery.core.screening.Signal;

/** What can be found in an attachment. The weights of what is only odd are on the scale on which 5 is "probably spam". */
public enum AttachmentSign {
    /** A program for some processor or virtual machine. */
    EXECUTABLE,
    /** Installs programs when it is opened. */
    INSTALLER,
    /** Text that a computer runs when it is opened. */
    SCRIPT,
    /** A file that starts something else: .lnk, .url to a file, .desktop. */
    SHORTCUT,
    /** Becomes a drive when it is opened; what is in it does not count as downloaded any more. */
    DISK_IMAGE,
    HTML_SCRIPT,
    /** A page that builds a file out of its own text, past every filter on the way. */
    HTML_SMUGGLING,
    /** A page on the reader's own disk that asks for a password. */
    HTML_LOGIN_FORM,
    SVG_SCRIPT,
    MACRO,
    EXCEL4_MACRO,
    /** A formula or field that starts a program. */
    DDE_LINK,
    /** An object of a kind that is embedded to break into the program that shows it. */
    EXPLOIT_OBJECT,
    /** A document that fetches a part of itself, with what is in it, from elsewhere. */
    REMOTE_TEMPLATE,
    /** A PDF that runs a script or starts a program. */
    PDF_ACTION,
    ENCRYPTED_ARCHIVE,
    ENCRYPTED_DOCUMENT,
    ARCHIVE_BOMB,
    /** An archive in which one program finds other files than another. */
    ARCHIVE_TWO_READINGS,
    NESTED_TOO_DEEP,
    /** A name by which a system runs the file, whatever is in it. */
    RUNNABLE_NAME,
    DOUBLE_EXTENSION,
    /** A name shown in another order than it is read in: "exe.fdp" for "pdf.exe". */
    NAME_TURNED_ROUND,
    /** A name within an archive that leads out of the folder it is unpacked into. */
    ESCAPING_NAME,
    /** RFC 2046 §5.2.2: a message in pieces, put together behind every filter. */
    MESSAGE_FRAGMENT,
    /** More parts, or deeper ones, than are looked at. */
    PARTS_UNREAD,

    TYPE_MISMATCH(2.0),
    /** Source code or a log that would run under another name. */
    SCRIPT_AS_TEXT(1.0),
    EMBEDDED_OBJECT(1.5),
    ENCRYPTED_PDF(1.0),
    PDF_FORM_SCRIPT(0.5),
    HTML_REDIRECT(3.0),
    /** RFC 2046 §5.2.3: a part that is fetched from elsewhere. */
    EXTERNAL_BODY(3.0),
    WEB_SHORTCUT(2.5),
    /** A format that is not unpacked here, or is damaged: judged by the names in it, if it tells them. */
    NOT_UNPACKED(1.0),
    /** Judged by its beginning. */
    TOO_LARGE(0.5);

    /** "Certainly": what is dangerous by itself. */
    private static final double DANGER = 15;

    private final double score;
    private final boolean isDanger;

    AttachmentSign() {
        this.score = DANGER;
        this.isDanger = true;
    }

    AttachmentSign(double score) {
        this.score = score;
        this.isDanger = false;
    }

    /** Whether one such attachment is enough to keep the mail from its recipient. */
    public boolean isDanger() {
        return isDanger;
    }

    /** The name of its signal. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    Signal signal(String detail) {
        return new Signal(text(), score, detail);
    }

    /** The names of all. */
    public static List<String> names() {
        return Arrays.stream(values()).map(AttachmentSign::text).toList();
    }
}
