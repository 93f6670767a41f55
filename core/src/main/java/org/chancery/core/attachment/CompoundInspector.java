package org.chancery.core.attachment;

import java.util.List;
import java.util.Set;
import org.chancery.core.attachment.CompoundFile.Entry;

/** Judges a compound file: macros, locked documents, installers, objects that break in or carry a program, mail with attachments. */
final class CompoundInspector {
    /** [MS-OVBA] §2.2.1, and what Word and Excel keep it in. */
    private static final Set<String> MACROS =
            Set.of("VBA", "_VBA_PROJECT", "_VBA_PROJECT_CUR", "Macros", "VBA_PROJECT");
    /** [MS-OFFCRYPTO] §1.3.2: by password, and by rights management. */
    private static final Set<String> LOCKED =
            Set.of("EncryptedPackage", "\tDRMContent", "EncryptionInfo", "EncryptedSummary");

    /** {000C1084-0000-0000-C000-000000000046}, but for the first octet: 84 a product, 86 a patch, 82 a transform. */
    private static final String INSTALLER = "\u0010\u000c\0\0\0\0\0\u00c0\0\0\0\0\0\0\u0046";

    private static final String EQUATION = "\u0002\u00ce\u0002\0\0\0\0\0\u00c0\0\0\0\0\0\0\u0046";
    /** The moniker by which an object is fetched from a URL (CVE-2017-0199). */
    private static final String URL_MONIKER =
            "\u00e0\u00c9\u00ea\u0079\u00f9\u00ba\u00ce\u0011\u008c\u0082\0\u00aa\0\u004b\u00a9\u000b";
    /** [MS-PPT] §2.3.2: CurrentUserAtom.headerToken of an encrypted presentation. */
    private static final long PRESENTATION_LOCKED = 0xf3d1c4dfL;
    /** [MS-DOC] §2.5.2: FibBase.fEncrypted. */
    private static final int DOCUMENT_LOCKED = 0x0100;

    private final Inspection inspection;
    private final Item item;

    CompoundInspector(Inspection inspection, Item item) {
        this.inspection = inspection;
        this.item = item;
    }

    void inspect() {
        CompoundFile file = new CompoundFile(item.octets(), inspection.budget());
        List<Entry> entries = file.entries();
        for (Entry entry : entries) {
            kind(entry);
            if (entry.isStream()) {
                stream(file, entry);
            }
        }
        // Where the directory is damaged so that we do not find them, Office may repair it and does.
        if (item.octets().contains("_\0V\0B\0A\0_\0P\0R\0O\0J\0E\0C\0T\0")) {
            found(AttachmentSign.MACRO, "a document with macros");
        }
        if (entries.isEmpty() && item.isWhole()) {
            found(AttachmentSign.NOT_UNPACKED, "a damaged compound file");
        }
    }

    private void kind(Entry entry) {
        if (MACROS.contains(entry.name())) {
            found(AttachmentSign.MACRO, "a document with macros");
        }
        if (LOCKED.contains(entry.name())) {
            found(AttachmentSign.ENCRYPTED_DOCUMENT, "a document under a password");
        }
        if (entry.type() == Entry.ROOT && entry.classId().has(1, INSTALLER)) {
            found(AttachmentSign.INSTALLER, "a Windows installer");
        }
        if (entry.name().equals("Equation Native") || entry.classId().has(0, EQUATION)) {
            found(AttachmentSign.EXPLOIT_OBJECT, "a document with an object of the old equation editor");
        }
    }

    private void stream(CompoundFile file, Entry entry) {
        switch (entry.name()) {
            case "Workbook", "Book" -> workbook(file.stream(entry));
            case "WordDocument" -> document(file.stream(entry));
            case "Current User" -> {
                if (file.stream(entry).u32(12) == PRESENTATION_LOCKED) {
                    found(AttachmentSign.ENCRYPTED_DOCUMENT, "a presentation under a password");
                }
            }
            case "\u0001Ole" -> {
                if (file.stream(entry).contains(URL_MONIKER)) {
                    found(AttachmentSign.EXPLOIT_OBJECT, "a document with an object that is fetched from elsewhere");
                }
            }
            case "\u0001Ole10Native" -> packaged(file.stream(entry));
            case "Package", "CONTENTS", "__substg1.0_37010102" -> {
                Octets content = file.stream(entry);
                inspection.look(item.inner("attachment", content, content.length() == entry.size()));
            }
            case "__substg1.0_3707001F", "__substg1.0_3704001F" ->
                inspection.name(item.inner(file.stream(entry).utf16().replace("\0", ""), Octets.NONE, false), true);
            default -> {}
        }
    }

    /** [MS-XLS] §2.4: records one after the other. */
    private void workbook(Octets o) {
        for (long at = 0; at + 4 <= o.length(); at += 4 + o.u16(at + 2)) {
            switch (o.u16(at)) {
                case 0x2f -> found(AttachmentSign.ENCRYPTED_DOCUMENT, "a workbook under a password");
                case 0x85 -> {
                    if (o.u8(at + 9) == 1) {
                        found(AttachmentSign.EXCEL4_MACRO, "a workbook with Excel 4 macros");
                    }
                }
                default -> {}
            }
        }
        if (o.contains("cmd\u0003") || o.contains("cmd|") || o.contains("cmd\u0003/c")) {
            found(AttachmentSign.DDE_LINK, "a workbook that starts a program by DDE");
        }
    }

    private void document(Octets o) {
        if ((o.u16(10) & DOCUMENT_LOCKED) != 0) {
            found(AttachmentSign.ENCRYPTED_DOCUMENT, "a document under a password");
        }
        if (isDdeField(o.latin1()) || isDdeField(o.latin1().replace("\0", ""))) {
            found(AttachmentSign.DDE_LINK, "a document that starts a program by DDE");
        }
    }

    // [MS-DOC] §2.8.25: a field begins with 0x13.
    private static boolean isDdeField(String text) {
        for (int at = text.indexOf('\u0013'); at >= 0; at = text.indexOf('\u0013', at + 1)) {
            String field =
                    text.substring(at + 1, Math.min(text.length(), at + 32)).stripLeading();
            if (field.regionMatches(true, 0, "DDE ", 0, 4) || field.regionMatches(true, 0, "DDEAUTO", 0, 7)) {
                return true;
            }
        }
        return false;
    }

    /** A file put into a document by "Insert object": label, path, path again, then the octets. */
    private void packaged(Octets o) {
        long at = 6;
        String label = terminated(o, at);
        at += label.length() + 1L;
        at += terminated(o, at).length() + 1L + 4;
        long pathLength = o.u32(at);
        at += 4 + pathLength;
        long size = o.u32(at);
        Octets content = o.slice(at + 4, size);
        boolean isPlausible = size > 0 && content.length() == size;
        inspection.look(item.inner(label, isPlausible ? content : o.from(4), isPlausible));
    }

    private static String terminated(Octets o, long at) {
        int end = o.indexOf("\0", at);
        return o.slice(at, end < 0 || end - at > 1_024 ? 0 : end - at).latin1();
    }

    private void found(AttachmentSign sign, String what) {
        inspection.findings().add(sign, item.path(), what);
    }
}
