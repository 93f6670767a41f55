package org.chancery.core.attachment;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Locale;

/** Judges an RTF document, which can carry any object in hexadecimal digits, and hides it from who looks at the text. */
final class RtfInspector {
    private static final int MAX_OBJECTS = 100;
    private static final List<String> EXPLOITED = List.of(
            "equation.",
            "ole2link",
            "htmlfile",
            "scriptletfile",
            "otkloadr",
            "mscomctllib",
            "wordpadfile",
            "\u0002\u00ce\u0002\0\0\0\0\0\u00c0");

    private final Inspection inspection;
    private final Item item;

    RtfInspector(Inspection inspection, Item item) {
        this.inspection = inspection;
        this.item = item;
    }

    void inspect() {
        String text = item.octets().latin1();
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.contains("\\objupdate") || lower.contains("\\objautlink")) {
            found(AttachmentSign.EXPLOIT_OBJECT, "a document that opens an object by itself");
        }
        if (isRemoteTemplate(lower)) {
            found(AttachmentSign.REMOTE_TEMPLATE, "a document that fetches its template");
        }
        if (lower.contains("\\fldinst") && (lower.contains("ddeauto") || lower.contains(" dde "))) {
            found(AttachmentSign.DDE_LINK, "a document that starts a program by DDE");
        }
        int at = lower.indexOf("\\objdata");
        for (int objects = 0;
                at >= 0 && objects < MAX_OBJECTS && inspection.budget().entry();
                objects++) {
            int next = lower.indexOf("\\objdata", at + 8);
            object(Octets.of(octets(text, at + 8, next < 0 ? text.length() : next)));
            at = next;
        }
    }

    private static boolean isRemoteTemplate(String lower) {
        int at = lower.indexOf("\\*\\template");
        String path = at < 0 ? "" : lower.substring(at, Math.min(lower.length(), at + 64));
        return path.contains("http") || path.contains("\\\\\\\\") || path.contains("ftp:");
    }

    private void object(Octets o) {
        found(AttachmentSign.EMBEDDED_OBJECT, "a document with an object in it");
        String lower = o.latin1().toLowerCase(Locale.ROOT);
        if (EXPLOITED.stream().anyMatch(lower::contains)) {
            found(AttachmentSign.EXPLOIT_OBJECT, "a document with an object that is used to break in");
        }
        int compound = o.indexOf("\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1", 0);
        if (compound >= 0) {
            inspection.look(item.inner("object", o.from(compound), true));
        }
        packaged(o, lower);
    }

    /** A file as "Package": found by the beginning of what would be dangerous. */
    private void packaged(Octets o, String lower) {
        if (lower.contains("package\0")) {
            int program = o.indexOf("MZ", 0);
            while (program >= 0 && !o.has(program + o.u32(program + 0x3cL), "PE\0\0")) {
                program = o.indexOf("MZ", program + 2L);
            }
            if (program >= 0) {
                inspection.look(item.inner("object", o.from(program), true));
            }
            String content = lower.substring(Math.min(lower.length(), lower.indexOf("package\0") + 8));
            if (ScriptSigns.byWords(content).isPresent()) {
                found(AttachmentSign.SCRIPT, "a script in a document");
            }
        }
    }

    /**
     * The octets that hexadecimal digits there stand for. What is no digit is passed over as Word does it: white space, braces,
     * and control words with their numbers.
     */
    private static byte[] octets(String text, int from, int to) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(Math.min((to - from) / 2, Unpacking.MAX_KEPT) + 1);
        int high = -1;
        for (int i = from; i < to && out.size() < Unpacking.MAX_KEPT; i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i = behindControl(text, i, to) - 1;
                continue;
            }
            int digit = c < 128 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                continue;
            }
            if (high < 0) {
                high = digit;
            } else {
                out.write(high << 4 | digit);
                high = -1;
            }
        }
        return out.toByteArray();
    }

    private static int behindControl(String text, int backslash, int to) {
        int i = backslash + 1;
        if (i < to && text.charAt(i) == '\'') {
            return Math.min(i + 3, to);
        }
        int letters = i;
        while (i < to && Character.isLetter(text.charAt(i))) {
            i++;
        }
        if (i == letters) {
            return Math.min(i + 1, to);
        }
        while (i < to && (Character.isDigit(text.charAt(i)) || text.charAt(i) == '-')) {
            i++;
        }
        return i;
    }

    private void found(AttachmentSign sign, String what) {
        inspection.findings().add(sign, item.path(), what);
    }
}
