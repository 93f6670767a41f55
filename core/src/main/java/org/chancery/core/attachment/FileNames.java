package org.chancery.core.attachment;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What the name of a file makes systems do with it. */
final class FileNames {
    /** Opened by a double click, these run: on Windows, macOS, Android or a Linux desktop. */
    private static final Set<String> RUNNABLE = words(
            "ade adp apk app appinstaller application appref-ms appx appxbundle applescript bas bash bat chm cmd command cpl"
                    + " csh deb desktop diagcab diagcfg diagpkg dll exe fish fxp gadget hlp hta inf ins iqy isp jar jnlp job"
                    + " js jse ksh library-ms lnk mde msc msh msh1 msh2 mshxml msi msix msixbundle msp mst ocx osd pif"
                    + " pkg prg ps1 ps1xml ps2 ps2xml psc1 psc2 psd1 psm1 pyw pyz pyzw rdp reg rpm scf scpt scptd scr sct"
                    + " search-ms searchconnector-ms settingcontent-ms sh shb shs sys terminal theme themepack udl vb vbe"
                    + " vbs vxd wbk website wll workflow ws wsc wsf wsh xbap xll xnk zsh");

    /** Formats that are no text: text under such a name is not what it says. */
    private static final Set<String> BINARY = words(
            "7z aac avi avif bmp bz2 cab doc docm docx dot dotx eps flac gif gz heic heif ico jpeg jpg key m4a m4v mkv mov"
                    + " mp3 mp4 mpeg mpg numbers odg odp ods odt ogg ogv one pages pdf png pot potx pps ppsx ppt pptm pptx"
                    + " psd pub rar tar tgz tif tiff vsd vsdx wav webm webp wma wmv xls xlsb xlsm xlsx xlt xltx xz zip");

    /** What people look at as text, whatever stands in it. */
    private static final Set<String> TEXTUAL = words(
            "asc c cc cfg conf cpp cs css csv cxx diff eml go gradle h hpp ics ini java json kt less log lua md patch php pl"
                    + " po properties py r rb rs rst scala scss sql srt swift tex text toml ts tsv tsx txt vcf vtt yaml yml");

    /** Kinds of documents, behind which a second ending hides. */
    private static final Set<String> DOCUMENT =
            words("doc docx gif htm html jpeg jpg mp3 mp4 odt pdf png ppt pptx rtf txt"
                    + " xls xlsx zip csv eml ics mov wav xml");

    /** Archives that have no magic, or one that is not looked for. */
    private static final Set<String> ARCHIVE =
            words("arc br cpio lha lz lz4 lzh lzma lzo pea sit sitx uha z zoo zpaq zst");

    private FileNames() {}

    /** Whether a system runs it for its name alone. */
    static boolean isRunnable(String name) {
        return RUNNABLE.contains(extension(name));
    }

    /** {@code invoice.pdf.exe}; blanks before the last ending count as none. */
    static boolean isDoublyNamed(String name) {
        String plain = normal(name);
        int dot = plain.lastIndexOf('.');
        return dot > 0
                && RUNNABLE.contains(plain.substring(dot + 1).strip())
                && DOCUMENT.contains(extension(plain.substring(0, dot)));
    }

    static boolean isArchive(String name) {
        return ARCHIVE.contains(extension(name));
    }

    static boolean isBinary(String name) {
        return BINARY.contains(extension(name));
    }

    static boolean isTextual(List<String> names) {
        return !names.isEmpty() && names.stream().allMatch(name -> TEXTUAL.contains(extension(name)));
    }

    /** The last ending in lower case; empty where there is none. */
    static String extension(String name) {
        String plain = normal(name);
        int dot = plain.lastIndexOf('.');
        return dot < 0 ? "" : plain.substring(dot + 1).strip();
    }

    // Windows leaves out dots and blanks at the end, and what stands behind a colon names a part of the file.
    private static String normal(String name) {
        String last = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
        int colon = last.indexOf(':');
        String plain = colon > 0 ? last.substring(0, colon) : last;
        int end = plain.length();
        while (end > 0 && (plain.charAt(end - 1) == '.' || plain.charAt(end - 1) <= ' ')) {
            end--;
        }
        return plain.substring(0, end).toLowerCase(Locale.ROOT);
    }

    private static Set<String> words(String text) {
        return Set.of(text.split(" "));
    }
}
