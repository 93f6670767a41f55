package org.chancery.core.attachment;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chancery.core.attachment.Unpacking.Unpacked;
import org.jspecify.annotations.Nullable;

/**
 * Judges a PDF (ISO 32000-2) by its dictionaries, those in compressed object streams included: what it does by itself when it is
 * opened, and what files it carries. Does not follow the cross-reference table, which readers rebuild where it is wrong.
 */
final class PdfInspector {
    private static final int MAX_STREAMS = 10_000;
    /** Of one stream of objects. */
    private static final int MAX_OBJECTS = 1 << 20;
    /** Of all dictionaries together. */
    private static final int MAX_STRUCTURE = 8 << 20;
    /** Of the dictionary in front of a stream. */
    private static final int MAX_DICTIONARY = 4_096;

    private static final Pattern OBJECT = Pattern.compile("\\b(\\d{1,9})\\s{1,8}\\d{1,5}\\s{1,8}obj\\b");
    private static final Pattern OPEN_ACTION = Pattern.compile(
            "/OpenAction\\s{0,16}(?:(\\d{1,9})\\s{1,8}\\d{1,5}\\s{1,8}R|(<<.{0,2000}))", Pattern.DOTALL);
    /** As the key of the catalogue's name tree, not as the value of an action's {@code /S}. */
    private static final Pattern SCRIPT_TREE =
            Pattern.compile("/JavaScript\\s{0,16}(?:\\d{1,9}\\s{1,8}\\d{1,5}\\s{1,8}R|<<)");

    private static final Pattern LAUNCH = Pattern.compile("/S\\s{0,16}/Launch\\b");
    private static final Pattern SCRIPT = Pattern.compile("/S\\s{0,16}/JavaScript\\b|/JS\\b");
    private static final Pattern AUTOMATIC = Pattern.compile("/AA\\s{0,16}(?:<<|\\d)");

    private final Inspection inspection;
    private final Item item;
    private final StringBuilder structure = new StringBuilder();

    PdfInspector(Inspection inspection, Item item) {
        this.inspection = inspection;
        this.item = item;
    }

    void inspect() {
        split();
        String all = plainNames(structure.toString());
        if (LAUNCH.matcher(all).find()) {
            found(AttachmentSign.PDF_ACTION, "a PDF that starts a program");
        }
        if (SCRIPT.matcher(all).find() || all.contains("/JavaScript")) {
            script(all);
        }
        if (all.contains("/XFA") && all.toLowerCase(Locale.ROOT).contains("<script")) {
            found(AttachmentSign.PDF_FORM_SCRIPT, "a PDF form with a script");
        }
        if (all.contains("/Encrypt")) {
            found(AttachmentSign.ENCRYPTED_PDF, "an encrypted PDF, of which not everything could be read");
        }
    }

    /** Scripts of form fields check what is typed into them, and are common; one that runs by itself is neither. */
    private void script(String all) {
        Map<String, Integer> objects = new HashMap<>();
        Matcher object = OBJECT.matcher(all);
        while (object.find() && objects.size() < MAX_STREAMS) {
            objects.put(object.group(1), object.end());
        }
        boolean runs =
                SCRIPT_TREE.matcher(all).find() || (AUTOMATIC.matcher(all).find() && !all.contains("/AcroForm"));
        Matcher action = OPEN_ACTION.matcher(all);
        while (!runs && action.find()) {
            String number = action.group(1);
            String what = number == null ? String.valueOf(action.group(2)) : objectAt(all, objects.get(number));
            runs = SCRIPT.matcher(what).find();
        }
        found(
                runs ? AttachmentSign.PDF_ACTION : AttachmentSign.PDF_FORM_SCRIPT,
                runs ? "a PDF that runs a script" : "a PDF form with a script");
    }

    private static String objectAt(String all, @Nullable Integer at) {
        if (at == null) {
            return all; // in a place that was not found: then any script counts
        }
        int end = all.indexOf("endobj", at);
        return all.substring(at, Math.min(end < 0 ? all.length() : end, at + 16 * 1024));
    }

    /** Parts dictionaries from streams, and reads on in those streams that hold dictionaries or files. */
    private void split() {
        Octets o = item.octets();
        int from = 0;
        int stream = o.indexOf("stream", 0);
        for (int streams = 0; stream >= 0 && streams < MAX_STREAMS; streams++) {
            boolean isEnd = o.has(stream - 3L, "end");
            if (isEnd) {
                from = stream + 6;
            } else {
                keep(o.slice(from, stream - (long) from));
                int before = Math.max(from, stream - MAX_DICTIONARY);
                from = stream(
                        o,
                        stream,
                        plainNames(o.slice(before, stream - (long) before).latin1()));
            }
            stream = o.indexOf("stream", Math.max(from, stream + 6L));
        }
        keep(o.from(from));
    }

    /** Looks at the stream whose keyword stands there; where it ends. */
    private int stream(Octets o, int keyword, String dictionary) {
        int data = keyword + 6 + (o.has(keyword + 6L, "\r\n") ? 2 : 1);
        int end = o.indexOf("endstream", data);
        end = end < 0 ? o.length() : end;
        int own = dictionary.lastIndexOf("obj");
        String about = own < 0 ? dictionary : dictionary.substring(own);
        boolean isFile = about.contains("/EmbeddedFile");
        boolean isObjects = about.contains("/ObjStm");
        if ((isFile || isObjects) && inspection.budget().entry()) {
            Octets packed = o.slice(data, end - (long) data);
            boolean isDeflated = about.contains("/FlateDecode") || about.contains("/Fl ") || about.contains("/Fl]");
            Unpacked unpacked = isDeflated
                    ? Unpacking.inflate(packed, true, isFile ? Unpacking.MAX_KEPT : MAX_OBJECTS, inspection.budget())
                    : new Unpacked(packed, true, packed.length(), false);
            if (inspection.budget().isBurst()) {
                found(AttachmentSign.ARCHIVE_BOMB, "unpacks to more than is reasonable");
            } else if (isFile) {
                inspection.look(item.inner("file", unpacked.octets(), unpacked.isWhole()));
            } else {
                if (unpacked.isBroken() || unpacked.octets().length() == 0) {
                    found(AttachmentSign.NOT_UNPACKED, "a PDF of which not everything could be read");
                }
                keep(unpacked.octets());
            }
        }
        return end;
    }

    private void keep(Octets dictionaries) {
        int room = MAX_STRUCTURE - structure.length();
        structure.append(dictionaries.slice(0, Math.max(0, room)).latin1()).append('\n');
    }

    // ISO 32000-2 §7.3.5: /J#61vaScript is /JavaScript.
    private static String plainNames(String text) {
        if (text.indexOf('#') < 0) {
            return text;
        }
        StringBuilder plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int high = c == '#' && i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
            int low = high < 0 ? -1 : Character.digit(text.charAt(i + 2), 16);
            if (low >= 0) {
                plain.append((char) (high << 4 | low));
                i += 2;
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }

    private void found(AttachmentSign sign, String what) {
        inspection.findings().add(sign, item.path(), what);
    }
}
