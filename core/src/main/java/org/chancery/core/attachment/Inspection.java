package org.chancery.core.attachment;

import java.util.List;

/** The inspection of one mail: what kind of file each thing is, and who judges it. */
final class Inspection {
    private final Findings findings;
    private final Budget budget;

    Inspection(Findings findings, Budget budget) {
        this.findings = findings;
        this.budget = budget;
    }

    Findings findings() {
        return findings;
    }

    Budget budget() {
        return budget;
    }

    /**
     * Judges a part of the mail.
     *
     * @param isShown whether it is text that is shown as the mail itself
     */
    void part(Item item, boolean isShown) {
        budget.attachment(item.octets().length());
        if (item.octets().length() == 0) {
            name(item, false);
            return;
        }
        List<FileKind> kinds = FileKind.of(item.octets());
        if (kinds.contains(FileKind.TEXT)) {
            boolean isFile = Uuencoded.inspect(this, item);
            if (isShown || isFile) {
                name(item, false);
                return;
            }
        }
        look(item, kinds);
    }

    /** Judges a file within another. */
    void look(Item item) {
        if (budget.entry()) {
            look(item, FileKind.of(item.octets()));
        }
    }

    private void look(Item item, List<FileKind> kinds) {
        name(item, isKnownHarmless(kinds));
        for (FileKind kind : kinds) {
            judge(item, kind);
        }
        mismatch(item, kinds);
    }

    private void judge(Item item, FileKind kind) {
        if (kind.isProgram()) {
            findings.add(AttachmentSign.EXECUTABLE, item.path(), kind.text());
        } else if (kind.isInstaller()) {
            findings.add(AttachmentSign.INSTALLER, item.path(), kind.text());
        } else if (kind.isDisk()) {
            findings.add(AttachmentSign.DISK_IMAGE, item.path(), kind.text() + Autorun.told(item.octets()));
        } else if (kind.isNotUnpacked()) {
            findings.add(AttachmentSign.NOT_UNPACKED, item.path(), kind.text() + ", which is not unpacked");
        } else if (item.depth() >= AttachmentInspector.MAX_DEPTH && isContainer(kind)) {
            findings.add(AttachmentSign.NESTED_TOO_DEEP, item.path(), "archives within archives");
        } else {
            open(item, kind);
        }
    }

    private void open(Item item, FileKind kind) {
        switch (kind) {
            case SHELL_LINK -> findings.add(AttachmentSign.SHORTCUT, item.path(), kind.text());
            case ZIP -> new ZipInspector(this, item).inspect();
            case GZIP -> Gzip.inspect(this, item);
            case TAR -> TarFile.inspect(this, item);
            case BZIP2 -> Packed.bzip2(this, item);
            case XZ -> Packed.xz(this, item);
            case SEVEN_ZIP -> new SevenZip(this, item).inspect();
            case RAR -> RarFile.inspect(this, item);
            case CABINET -> Cabinet.inspect(this, item);
            case COMPOUND -> new CompoundInspector(this, item).inspect();
            case PDF -> new PdfInspector(this, item).inspect();
            case RTF -> new RtfInspector(this, item).inspect();
            case ONENOTE -> OneNote.inspect(this, item);
            case TNEF -> Tnef.inspect(this, item);
            case TEXT -> text(item);
            case UNKNOWN -> unknown(item);
            default -> {}
        }
    }

    private void text(Item item) {
        new TextInspector(findings, budget).inspect(item);
        // A page saved with its pictures (RFC 2557), or a mail under another name.
        if (Entity.isOne(item.octets()) && item.depth() < AttachmentInspector.MAX_DEPTH) {
            Entity.inspect(this, item, item.octets(), false);
        }
    }

    private void unknown(Item item) {
        SignedData.inspect(this, item);
        if (item.names().stream().anyMatch(FileNames::isArchive)) {
            findings.add(AttachmentSign.NOT_UNPACKED, item.path(), "an archive of a kind that is not unpacked");
        }
    }

    private static boolean isContainer(FileKind kind) {
        return switch (kind) {
            case ZIP, GZIP, TAR, BZIP2, XZ, SEVEN_ZIP, RAR, CABINET, COMPOUND, TNEF, ONENOTE, PDF -> true;
            default -> false;
        };
    }

    /** Says what the file is to be opened as, whatever is in it. */
    void name(Item item, boolean isHarmless) {
        for (String name : item.names()) {
            if (FileNames.isDoublyNamed(name)) {
                findings.add(
                        AttachmentSign.DOUBLE_EXTENSION, item.path(), "two endings, of which the last one runs it");
            } else if (FileNames.isRunnable(name)) {
                findings.add(AttachmentSign.RUNNABLE_NAME, item.path(), "its name makes a system run it");
            } else if (FileNames.extension(name).equals("com") && !isHarmless) {
                findings.add(AttachmentSign.RUNNABLE_NAME, item.path(), "its name makes Windows run it");
            }
            if (item.depth() > 0 && isEscaping(name)) {
                findings.add(AttachmentSign.ESCAPING_NAME, item.path(), "its name leads out of its folder");
            }
            if (name.indexOf('\u202e') >= 0 || name.indexOf('\u202d') >= 0) {
                findings.add(AttachmentSign.NAME_TURNED_ROUND, item.path(), "its name is shown in another order");
            }
        }
    }

    private static boolean isEscaping(String name) {
        String path = '/' + name.replace('\\', '/') + '/';
        return path.contains("/../");
    }

    /** A file that nothing here can look into: judged by its name. */
    void notUnpacked(Item item, String why) {
        name(item, false);
        findings.add(AttachmentSign.NOT_UNPACKED, item.path(), why);
    }

    // "report of example.com" as a PDF is no program; DOS would run a text.
    private static boolean isKnownHarmless(List<FileKind> kinds) {
        return !kinds.contains(FileKind.UNKNOWN) && !kinds.contains(FileKind.TEXT);
    }

    /** Only where name or type are as clear as the content: office programs save much under each other's names. */
    private void mismatch(Item item, List<FileKind> kinds) {
        FileKind claimed = claimed(item);
        if (claimed == FileKind.UNKNOWN || kinds.contains(claimed) || !item.isWhole()) {
            return;
        }
        boolean isLocked = claimed == FileKind.ZIP && kinds.contains(FileKind.COMPOUND);
        if (!isLocked) {
            String what = "says it is " + claimed.text() + " and is "
                    + kinds.getFirst().text();
            findings.add(AttachmentSign.TYPE_MISMATCH, item.path(), what);
        }
    }

    private static FileKind claimed(Item item) {
        String extension =
                item.names().isEmpty() ? "" : FileNames.extension(item.names().getFirst());
        return switch (extension) {
            case "pdf" -> FileKind.PDF;
            case "docx", "xlsx", "pptx", "zip" -> FileKind.ZIP;
            case "png", "jpg", "jpeg", "gif" -> FileKind.IMAGE;
            case "" -> item.declaredType().equals("application/pdf") ? FileKind.PDF : FileKind.UNKNOWN;
            default -> FileKind.UNKNOWN;
        };
    }
}
