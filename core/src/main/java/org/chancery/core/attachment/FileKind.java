package org.chancery.core.attachment;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What a file is by its octets. A file can be several things at once, and is judged as each. */
enum FileKind {
    WINDOWS_PROGRAM("a Windows program"),
    ELF("a program for Linux or another Unix"),
    MACH_O("a program for macOS"),
    JAVA_CLASS("a Java class"),
    DEX("a program for Android"),
    COMPILED_HELP("a compiled help file, which can run programs"),
    COMPILED_APPLESCRIPT("a compiled AppleScript"),
    SHELL_LINK("a Windows shortcut"),
    DEBIAN_PACKAGE("a Debian package"),
    RPM("an RPM package"),
    XAR("a macOS installer"),
    BROWSER_EXTENSION("a browser extension"),
    ISO("an ISO image"),
    HARD_DISK("an image of a hard disk"),
    APPLE_DISK("a macOS disk image"),
    FILE_SYSTEM("an image of a file system"),
    WIM("a Windows image"),
    ZIP("a ZIP archive"),
    GZIP("a gzip file"),
    BZIP2("a bzip2 file"),
    XZ("an xz file"),
    ZSTD("a Zstandard file"),
    COMPRESS("a compress file"),
    TAR("a tar archive"),
    SEVEN_ZIP("a 7z archive"),
    RAR("a RAR archive"),
    CABINET("a cabinet file"),
    ACE("an ACE archive"),
    ARJ("an ARJ archive"),
    LHA("an LHA archive"),
    COMPOUND("a compound file"),
    PDF("a PDF"),
    RTF("an RTF document"),
    ONENOTE("a OneNote section"),
    TNEF("an Outlook TNEF envelope"),
    IMAGE("a picture"),
    MEDIA("sound or film"),
    TEXT("text"),
    UNKNOWN("of an unknown format");

    private static final Set<FileKind> PROGRAMS =
            EnumSet.of(WINDOWS_PROGRAM, ELF, MACH_O, JAVA_CLASS, DEX, COMPILED_HELP, COMPILED_APPLESCRIPT);
    private static final Set<FileKind> INSTALLERS = EnumSet.of(DEBIAN_PACKAGE, RPM, XAR, BROWSER_EXTENSION);
    private static final Set<FileKind> DISKS = EnumSet.of(ISO, HARD_DISK, APPLE_DISK, FILE_SYSTEM, WIM);
    private static final Set<FileKind> NOT_UNPACKED = EnumSet.of(ZSTD, COMPRESS, ACE, ARJ, LHA);

    /** Where an ISO 9660 volume has its descriptors: sector 16. */
    private static final int ISO_DESCRIPTOR = 32_769;
    /** Readers take a PDF that begins somewhere in here. */
    private static final int PDF_WITHIN = 1_024;
    /** What is looked at to tell text. */
    private static final int TEXT_SAMPLE = 8_192;

    private final String text;

    FileKind(String text) {
        this.text = text;
    }

    /** For people: "a ZIP archive". */
    String text() {
        return text;
    }

    boolean isProgram() {
        return PROGRAMS.contains(this);
    }

    boolean isInstaller() {
        return INSTALLERS.contains(this);
    }

    boolean isDisk() {
        return DISKS.contains(this);
    }

    boolean isNotUnpacked() {
        return NOT_UNPACKED.contains(this);
    }

    /** All that the octets are, what they begin as first; never empty. */
    static List<FileKind> of(Octets octets) {
        List<FileKind> kinds = new ArrayList<>();
        FileKind first = byBeginning(octets);
        if (first != UNKNOWN) {
            kinds.add(first);
        }
        addFurther(kinds, octets);
        if (kinds.isEmpty()) {
            kinds.add(isText(octets) ? TEXT : UNKNOWN);
        }
        return kinds;
    }

    private static void addFurther(List<FileKind> kinds, Octets octets) {
        if (octets.has(ISO_DESCRIPTOR, "CD001")
                || octets.has(ISO_DESCRIPTOR, "BEA01")
                || octets.has(ISO_DESCRIPTOR, "NSR0")) {
            kinds.add(ISO);
        }
        if (octets.has(octets.length() - 512L, "koly")) {
            kinds.add(APPLE_DISK);
        }
        if (octets.has(octets.length() - 512L, "conectix") && !kinds.contains(HARD_DISK)) {
            kinds.add(HARD_DISK);
        }
        if (octets.has(257, "ustar") && !kinds.contains(TAR)) {
            kinds.add(TAR);
        }
        int pdf = octets.slice(0, PDF_WITHIN).indexOf("%PDF-", 0);
        if (pdf >= 0 && !kinds.contains(PDF)) {
            kinds.add(PDF);
        }
        // ZIP is read from its end: a picture or a PDF with an archive behind it is both.
        if (!kinds.contains(ZIP) && ZipDirectory.findEnd(octets) >= 0) {
            kinds.add(ZIP);
        }
    }

    private static FileKind byBeginning(Octets o) {
        if (o.has(0, "MZ") || o.has(0, "ZM")) {
            boolean isPortable = o.has(o.u32(0x3c), "PE\0\0") || o.has(o.u32(0x3c), "NE") || o.has(o.u32(0x3c), "LE");
            return isPortable || !isText(o) ? WINDOWS_PROGRAM : UNKNOWN;
        }
        if (o.has(0, "\u007fELF")) {
            return ELF;
        }
        if (o.has(0, "\u00ca\u00fe\u00ba\u00be")) {
            // Of a fat binary the number of architectures stands here, of a class file its version from 45 on.
            return o.u32BigEndian(4) < 45 ? MACH_O : JAVA_CLASS;
        }
        for (Magic magic : Magic.ALL) {
            if (o.has(magic.at, magic.octets)) {
                return magic.kind;
            }
        }
        if (o.has(510, "\u0055\u00aa")
                && (o.has(54, "FAT") || o.has(82, "FAT32") || o.has(3, "NTFS") || o.has(3, "EXFAT"))) {
            return FILE_SYSTEM;
        }
        if (o.has(4, "ftyp")) {
            return o.has(8, "avif") || o.has(8, "heic") || o.has(8, "mif1") ? IMAGE : MEDIA;
        }
        if (o.has(2, "-lh") && o.u8(6) == '-') {
            return LHA;
        }
        return TarFile.isHeader(o) ? TAR : UNKNOWN;
    }

    /** Whether people could read it: no octet that text does not have, in UTF-8, UTF-16 or an older charset. */
    static boolean isText(Octets octets) {
        if (octets.has(0, "\u00ff\u00fe") || octets.has(0, "\u00fe\u00ff") || FileText.isWide(octets)) {
            return true;
        }
        Octets sample = octets.slice(0, TEXT_SAMPLE);
        int odd = 0;
        for (int i = 0; i < sample.length(); i++) {
            int c = sample.u8(i);
            if (c == 0) {
                return false;
            }
            odd += c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != 0x1b ? 1 : 0;
        }
        return sample.length() > 0 && odd * 50 <= sample.length();
    }

    /** Octets that a format begins with, or has at a fixed place. */
    private record Magic(FileKind kind, int at, String octets) {
        static final List<Magic> ALL = List.of(
                new Magic(MACH_O, 0, "\u00fe\u00ed\u00fa\u00ce"),
                new Magic(MACH_O, 0, "\u00fe\u00ed\u00fa\u00cf"),
                new Magic(MACH_O, 0, "\u00ce\u00fa\u00ed\u00fe"),
                new Magic(MACH_O, 0, "\u00cf\u00fa\u00ed\u00fe"),
                new Magic(DEX, 0, "dex\n0"),
                new Magic(DEX, 0, "dey\n0"),
                new Magic(COMPILED_HELP, 0, "ITSF\u0003\0\0\0"),
                new Magic(COMPILED_APPLESCRIPT, 0, "FasdUAS"),
                new Magic(SHELL_LINK, 0, "L\0\0\0\u0001\u0014\u0002\0"),
                new Magic(DEBIAN_PACKAGE, 0, "!<arch>\ndebian"),
                new Magic(RPM, 0, "\u00ed\u00ab\u00ee\u00db"),
                new Magic(XAR, 0, "xar!\0\u001c"),
                new Magic(BROWSER_EXTENSION, 0, "Cr24"),
                new Magic(HARD_DISK, 0, "vhdxfile"),
                new Magic(HARD_DISK, 0, "conectix"),
                new Magic(HARD_DISK, 0, "KDMV"),
                new Magic(HARD_DISK, 0, "QFI\u00fb"),
                new Magic(WIM, 0, "MSWIM\0\0\0"),
                new Magic(ZIP, 0, "PK\u0003\u0004"),
                new Magic(ZIP, 0, "PK\u0005\u0006"),
                new Magic(ZIP, 0, "PK\u0007\u0008"),
                new Magic(ZIP, 0, "PK00PK\u0003\u0004"),
                new Magic(GZIP, 0, "\u001f\u008b"),
                new Magic(BZIP2, 0, "BZh"),
                new Magic(XZ, 0, "\u00fd7zXZ\0"),
                new Magic(ZSTD, 0, "\u0028\u00b5\u002f\u00fd"),
                new Magic(COMPRESS, 0, "\u001f\u009d"),
                new Magic(TAR, 257, "ustar"),
                new Magic(SEVEN_ZIP, 0, "7z\u00bc\u00af\u0027\u001c"),
                new Magic(RAR, 0, "Rar!\u001a\u0007"),
                new Magic(CABINET, 0, "MSCF\0\0\0\0"),
                new Magic(ACE, 7, "**ACE**"),
                new Magic(ARJ, 0, "\u0060\u00ea"),
                new Magic(COMPOUND, 0, "\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1"),
                new Magic(PDF, 0, "%PDF-"),
                new Magic(RTF, 0, "{\\rt"),
                new Magic(
                        ONENOTE,
                        0,
                        "\u00e4\u0052\\\u007b\u008c\u00d8\u00a7\u004d\u00ae\u00b1\u0053\u0078\u00d0\u0029\u0096\u00d3"),
                new Magic(TNEF, 0, "x\u009f>\""),
                new Magic(IMAGE, 0, "\u0089PNG\r\n\u001a\n"),
                new Magic(IMAGE, 0, "\u00ff\u00d8\u00ff"),
                new Magic(IMAGE, 0, "GIF87a"),
                new Magic(IMAGE, 0, "GIF89a"),
                new Magic(IMAGE, 8, "WEBP"),
                new Magic(IMAGE, 0, "II*\0"),
                new Magic(IMAGE, 0, "MM\0*"),
                new Magic(MEDIA, 0, "ID3"),
                new Magic(MEDIA, 0, "OggS"),
                new Magic(MEDIA, 0, "fLaC"),
                new Magic(MEDIA, 8, "WAVE"),
                new Magic(MEDIA, 8, "AVI "),
                new Magic(MEDIA, 0, "\u001aE\u00df\u00a3"));
    }
}
