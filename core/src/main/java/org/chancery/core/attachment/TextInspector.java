package org.chancery.core.attachment;

import java.util.Optional;
import java.util.Set;
import org.chancery.core.attachment.Markup.Finding;

/** Judges an attachment that is text: scripts, pages, drawings, shortcuts. */
final class TextInspector {
    private final Findings findings;
    private final Budget budget;

    TextInspector(Findings findings, Budget budget) {
        this.findings = findings;
        this.budget = budget;
    }

    void inspect(Item item) {
        String text = FileText.lowerCase(
                item.octets().slice(0, budget.text(item.octets().length())));
        shortcut(item, text);
        officeText(item, text);
        boolean isMarkup = Markup.isMarkup(text);
        if (isMarkup) {
            markup(item, text);
        }
        script(item, text, isMarkup);
        if (ScriptSigns.hasDdeCell(text)) {
            found(AttachmentSign.DDE_LINK, item, "a cell that starts a program");
        }
    }

    private void script(Item item, String text, boolean isMarkup) {
        Optional<String> built = ScriptSigns.byStructure(text);
        if (built.isPresent()) {
            found(AttachmentSign.SCRIPT, item, built.get() + disguise(item));
            return;
        }
        if (isMarkup || text.stripLeading().startsWith("<?xml")) {
            return; // what is written about scripts is no script
        }
        Optional<String> language = ScriptSigns.byWords(text);
        boolean isDisguised = claimsBinary(item);
        if (isDisguised && (language.isPresent() || ScriptSigns.isCode(text))) {
            found(AttachmentSign.SCRIPT, item, language.orElse("program text") + disguise(item));
        } else if (language.isPresent()) {
            boolean isShownAsText = FileNames.isTextual(item.names());
            found(isShownAsText ? AttachmentSign.SCRIPT_AS_TEXT : AttachmentSign.SCRIPT, item, language.get());
        }
    }

    private void markup(Item item, String text) {
        Set<Finding> in = Markup.inspect(text);
        boolean isSvg = Markup.isSvg(text);
        if (in.contains(Finding.MAKES_FILE)) {
            found(AttachmentSign.HTML_SMUGGLING, item, "a page that makes a file out of its own text");
        } else if (in.contains(Finding.SCRIPT)) {
            found(
                    isSvg ? AttachmentSign.SVG_SCRIPT : AttachmentSign.HTML_SCRIPT,
                    item,
                    (isSvg ? "a drawing" : "a page") + " with a script" + disguise(item));
        }
        if (in.contains(Finding.PASSWORD_FIELD)) {
            found(AttachmentSign.HTML_LOGIN_FORM, item, "a page that asks for a password");
        }
        if (in.contains(Finding.REDIRECT)) {
            found(AttachmentSign.HTML_REDIRECT, item, "a page that leads elsewhere at once");
        }
    }

    private void shortcut(Item item, String text) {
        String beginning = text.substring(0, Math.min(text.length(), 4_096)).stripLeading();
        if (beginning.startsWith("[internetshortcut]") || beginning.contains("\n[internetshortcut]")) {
            boolean isWeb = text.contains("url=http") && !text.contains("iconfile=\\\\");
            found(isWeb ? AttachmentSign.WEB_SHORTCUT : AttachmentSign.SHORTCUT, item, "an Internet shortcut");
        }
        if (beginning.contains("[desktop entry]") && text.contains("exec=")) {
            found(AttachmentSign.SHORTCUT, item, "a starter of a Linux desktop");
        }
        if (beginning.contains("<librarydescription")
                || beginning.contains("<searchconnectordescription")
                || beginning.contains("<persistedquery")
                || (beginning.contains("settingcontent") && text.contains("<deeplink"))) {
            found(AttachmentSign.SHORTCUT, item, "a Windows library, search or settings file");
        }
        if (text.contains("full address:s:")) {
            found(AttachmentSign.SHORTCUT, item, "a remote desktop connection");
        }
    }

    /** Office documents in XML, MHTML or SYLK. */
    private void officeText(Item item, String text) {
        if (text.contains("w:macrospresent=\"yes\"")
                || text.contains("editdata.mso")
                || text.contains("activemime")
                || text.contains("qwn0axzltwltzq")) {
            found(AttachmentSign.MACRO, item, "a document with macros");
        }
        boolean isSylk = text.startsWith("id;p");
        if (isSylk && (text.contains("exec(") || text.contains("call(") || text.contains(";nn;"))) {
            found(AttachmentSign.EXCEL4_MACRO, item, "a SYLK file with macros");
        }
    }

    /** Whether the mail says that it is something which is no text. */
    static boolean claimsBinary(Item item) {
        String type = item.declaredType();
        return item.names().stream().anyMatch(FileNames::isBinary)
                || type.startsWith("image/") && !type.contains("svg")
                || type.startsWith("audio/")
                || type.startsWith("video/")
                || type.equals("application/pdf")
                || type.equals("application/zip")
                || type.equals("application/msword")
                || type.startsWith("application/vnd.ms-")
                || type.startsWith("application/vnd.openxmlformats-");
    }

    private static String disguise(Item item) {
        return claimsBinary(item) && !item.declaredType().isEmpty() ? ", declared " + item.declaredType() : "";
    }

    private void found(AttachmentSign sign, Item item, String what) {
        findings.add(sign, item.path(), what);
    }
}
