package org.chancery.core.attachment;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What a ZIP archive is the outside of: an Office or OpenDocument file, a program, or nothing but an archive. */
enum ZipPackage {
    ARCHIVE,
    OFFICE,
    OPEN_DOCUMENT,
    JAVA,
    ANDROID,
    WINDOWS_APP;

    static ZipPackage of(List<ZipEntry> entries, List<ZipEntry> hidden) {
        ZipPackage kind = ARCHIVE;
        for (ZipEntry entry : Stream.concat(entries.stream(), hidden.stream()).toList()) {
            String name = entry.name().replace('\\', '/').toLowerCase(Locale.ROOT);
            switch (name) {
                case "[content_types].xml" -> kind = kind == ARCHIVE ? OFFICE : kind;
                case "mimetype" -> kind = kind == ARCHIVE ? OPEN_DOCUMENT : kind;
                case "classes.dex" -> {
                    return ANDROID;
                }
                case "appxmanifest.xml", "appxmetadata/appxbundlemanifest.xml" -> {
                    return WINDOWS_APP;
                }
                default -> kind = name.endsWith(".class") ? JAVA : kind;
            }
        }
        return kind;
    }

    /** What can be said before a look into it. */
    void judge(Inspection inspection, Item item) {
        switch (this) {
            case JAVA -> found(inspection, AttachmentSign.EXECUTABLE, item, "a Java program");
            case ANDROID -> found(inspection, AttachmentSign.INSTALLER, item, "an Android app");
            case WINDOWS_APP -> found(inspection, AttachmentSign.INSTALLER, item, "a Windows app");
            case ARCHIVE, OFFICE, OPEN_DOCUMENT -> {}
        }
    }

    /** Looks at one entry for what only matters in a document of this kind. */
    void entry(Inspection inspection, Item item, String entryName, Octets octets) {
        String name = entryName.replace('\\', '/').toLowerCase(Locale.ROOT);
        switch (this) {
            case OFFICE -> office(inspection, item, name, octets);
            case OPEN_DOCUMENT -> openDocument(inspection, item, name, octets);
            case ARCHIVE, JAVA, ANDROID, WINDOWS_APP -> {}
        }
    }

    private static void office(Inspection inspection, Item item, String name, Octets octets) {
        if (name.endsWith("vbaproject.bin") || name.endsWith("vbadata.xml")) {
            found(inspection, AttachmentSign.MACRO, item, "a document with macros");
        } else if (name.contains("macrosheets/")) {
            found(inspection, AttachmentSign.EXCEL4_MACRO, item, "a workbook with Excel 4 macros");
        } else if (name.contains("/activex/") && name.endsWith(".bin")) {
            found(inspection, AttachmentSign.EMBEDDED_OBJECT, item, "a document with an ActiveX control");
        } else if (name.endsWith(".rels")) {
            relations(inspection, item, octets);
        } else if (name.endsWith(".xml") || name.endsWith(".bin")) {
            String text = FileText.lowerCase(octets);
            if (text.contains("<ddelink") || isDdeField(text)) {
                found(inspection, AttachmentSign.DDE_LINK, item, "a document that starts a program by DDE");
            }
            if (name.equals("[content_types].xml") && text.contains("macroenabled") && text.contains("vbaproject")) {
                found(inspection, AttachmentSign.MACRO, item, "a document with macros");
            }
        }
    }

    // ECMA-376 part 1 §17.16.5.15 and .16; Word puts the field's words into any number of runs.
    private static boolean isDdeField(String text) {
        if (!text.contains("instrtext") && !text.contains("w:instr=")) {
            return false;
        }
        StringBuilder fields = new StringBuilder();
        for (int at = text.indexOf("instrtext"); at >= 0; at = text.indexOf("instrtext", at + 9)) {
            int open = text.indexOf('>', at);
            int close = text.indexOf('<', at);
            if (open >= 0 && close > open && fields.length() < 64 * 1024) {
                fields.append(text, open + 1, close);
            }
        }
        for (int at = text.indexOf("w:instr=\""); at >= 0; at = text.indexOf("w:instr=\"", at + 9)) {
            int close = text.indexOf('"', at + 9);
            if (close > at && fields.length() < 64 * 1024) {
                fields.append('\n').append(text, at + 9, close);
            }
        }
        String all = fields.toString().replace("\"", " ");
        return all.contains("ddeauto")
                || all.stripLeading().startsWith("dde ")
                || all.contains(" dde ")
                || all.contains("\ndde ");
    }

    /** ECMA-376 part 2 §6.5.3: a link is read by a person first; a template or an object is fetched at once. */
    private static void relations(Inspection inspection, Item item, Octets octets) {
        String text = FileText.lowerCase(octets);
        for (int at = text.indexOf("<relationship "); at >= 0; at = text.indexOf("<relationship ", at + 1)) {
            int end = text.indexOf('>', at);
            String relation = text.substring(at, end < 0 ? text.length() : end);
            boolean isFetched = relation.contains("/attachedtemplate\"")
                    || relation.contains("/oleobject\"")
                    || relation.contains("/frame\"")
                    || relation.contains("/subdocument\"")
                    || relation.contains("/externallink\"");
            boolean isElsewhere = relation.contains("targetmode=\"external\"")
                    && (relation.contains("://") || relation.contains("\\\\") || relation.contains("mhtml:"))
                    && !relation.contains("file:///c:");
            if (isFetched && isElsewhere) {
                found(inspection, AttachmentSign.REMOTE_TEMPLATE, item, "a document that fetches a part of itself");
            }
        }
    }

    private static void openDocument(Inspection inspection, Item item, String name, Octets octets) {
        if ((name.startsWith("basic/")
                        && name.endsWith(".xml")
                        && !name.endsWith("-lc.xml")
                        && !name.endsWith("-lb.xml"))
                || name.startsWith("scripts/")) {
            found(inspection, AttachmentSign.MACRO, item, "a document with macros");
        } else if (name.equals("meta-inf/manifest.xml")
                && FileText.lowerCase(octets).contains("encryption-data")) {
            found(inspection, AttachmentSign.ENCRYPTED_DOCUMENT, item, "a document under a password");
        } else if (name.equals("content.xml") && FileText.lowerCase(octets).contains("<office:dde-source")) {
            found(inspection, AttachmentSign.DDE_LINK, item, "a document that starts a program by DDE");
        }
    }

    private static void found(Inspection inspection, AttachmentSign sign, Item item, String what) {
        inspection.findings().add(sign, item.path(), what);
    }
}
