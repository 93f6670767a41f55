package org.chancery.core.attachment;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Tells a script from text by what is written in it. Takes text in lower case. */
final class ScriptSigns {
    /** How much of the text may go before a first line that decides. */
    private static final int BEGINNING = 4_096;
    /** So many different words of one language are no coincidence. */
    private static final int CERTAIN = 2;

    /** At the very beginning, they decide. */
    private static final List<Words> BEGINNINGS = List.of(
            new Words("a registry file", "windows registry editor version", "regedit4"),
            new Words(
                    "a batch file",
                    "@echo off",
                    "@echo on",
                    "@setlocal",
                    "@powershell",
                    "@cmd",
                    "@start ",
                    "@if ",
                    "@set "),
            new Words(
                    "a Windows script file", "<job", "<package", "<?job", "<component", "<scriptlet", "<registration"),
            new Words("a Java Web Start file", "<jnlp"),
            new Words("a web query", "web\r\n1\r\n", "web\n1\n"));

    /** Anywhere, each alone. */
    private static final List<Words> STRUCTURES = List.of(
            new Words("an HTML application", "<hta:application"),
            new Words("a scriptlet", "<scriptlet", "<registration progid"),
            new Words("a style sheet with a script", "<msxsl:script", "<ms:script"),
            new Words("a ClickOnce application", "<asmv1:assembly", "<deploymentprovider"),
            new Words("the EICAR test file", "x5o!p%@ap[4\\pzx54(p^)7cc)7}$eicar-standard-antivirus-test-file!$h+h*"));

    private static final List<Words> LANGUAGES = List.of(
            new Words(
                    "JScript or VBScript",
                    "activexobject(",
                    "createobject(",
                    "getobject(",
                    "wscript.",
                    "wscript.shell",
                    "scripting.filesystemobject",
                    "shell.application",
                    "adodb.stream",
                    "xmlhttp",
                    "winmgmts:",
                    "executeglobal",
                    "on error resume next",
                    ".run(",
                    ".shellexecute",
                    "eval(",
                    "string.fromcharcode",
                    "unescape(",
                    "chrw("),
            new Words(
                    "PowerShell",
                    "invoke-expression",
                    "iex(",
                    "iex (",
                    "| iex",
                    "|iex",
                    "-encodedcommand",
                    "-executionpolicy",
                    "-windowstyle hidden",
                    "powershell -",
                    "powershell.exe",
                    "downloadstring(",
                    "downloadfile(",
                    "frombase64string(",
                    "invoke-webrequest",
                    "invoke-restmethod",
                    "start-process",
                    "start-bitstransfer",
                    "new-object ",
                    "set-executionpolicy",
                    "add-mppreference",
                    "[system.",
                    "[convert]::",
                    "write-host",
                    "write-output",
                    "get-childitem",
                    "param("),
            new Words(
                    "a batch file",
                    "cmd /c",
                    "cmd.exe",
                    "%comspec%",
                    "certutil -",
                    "bitsadmin ",
                    "mshta ",
                    "regsvr32 ",
                    "rundll32 ",
                    "schtasks ",
                    "reg add ",
                    "%appdata%",
                    "%temp%",
                    "%userprofile%",
                    "goto :eof",
                    "if exist ",
                    "setlocal",
                    "pause >nul",
                    "del /f",
                    "start /b",
                    "start \"\""));

    /** Code of some kind: in what claims to be a picture or a PDF, one of these is enough. */
    private static final Words CODE = new Words(
            "code",
            "function(",
            "eval(",
            "alert(",
            "document.",
            "console.log",
            "<?php",
            "#include",
            "require(",
            "use strict",
            "msgbox",
            "chmod ",
            "rm -",
            "/bin/sh",
            "/bin/bash",
            "exec(",
            "system(",
            "subprocess",
            "calc.exe");

    /** The same of what is met in other text, too: two are enough. */
    private static final Words PERHAPS_CODE = new Words(
            "code",
            "function ",
            "var ",
            "let ",
            "const ",
            "=>",
            "window.",
            "import ",
            "def ",
            "sub ",
            "dim ",
            "echo ",
            "curl ",
            "wget ",
            "print(",
            "write-",
            "get-",
            "set-",
            "();",
            "){",
            ") {");

    /** A cell that a spreadsheet takes for a command (CSV injection). */
    private static final Pattern DDE_CELL = Pattern.compile(
            "(?:^|[\\n,;\\t])[\"']?[=+\\-@][^\\n,;|]{0,40}\\b(?:cmd|msexcel|mshta|powershell|rundll32|regsvr32|wmic|certutil)\\s{0,5}\\|");

    private record Words(String what, List<String> words) {
        Words(String what, String... words) {
            this(what, List.of(words));
        }

        boolean begin(String text) {
            return words.stream().anyMatch(text::startsWith);
        }

        long in(String text) {
            return words.stream().filter(text::contains).count();
        }
    }

    private ScriptSigns() {}

    /** What kind of script the text is by the way it begins or is built; whatever its name, it is one. */
    static Optional<String> byStructure(String text) {
        // The kernel looks at the first two octets, and nothing may go before them.
        if (text.startsWith("#!")
                && text.length() > 3
                && text.substring(2, Math.min(text.length(), 80)).strip().startsWith("/")) {
            return Optional.of("a script for a Unix shell or interpreter");
        }
        String beginning = text.substring(0, Math.min(text.length(), BEGINNING)).stripLeading();
        for (Words words : BEGINNINGS) {
            if (words.begin(beginning)) {
                return Optional.of(words.what());
            }
        }
        for (Words words : STRUCTURES) {
            if (words.in(text) > 0) {
                return Optional.of(words.what());
            }
        }
        return beginning.contains("\n@echo off") ? Optional.of("a batch file") : Optional.empty();
    }

    /** What language it is by its words. */
    static Optional<String> byWords(String text) {
        return LANGUAGES.stream()
                .filter(words -> words.in(text) >= CERTAIN)
                .map(Words::what)
                .findFirst();
    }

    /** Whether it is code at all, where text is not to be expected. */
    static boolean isCode(String text) {
        return CODE.in(text) > 0
                || PERHAPS_CODE.in(text) >= CERTAIN
                || LANGUAGES.stream().anyMatch(words -> words.in(text) > 0);
    }

    static boolean hasDdeCell(String text) {
        return text.indexOf('|') >= 0 && DDE_CELL.matcher(text).find();
    }
}
