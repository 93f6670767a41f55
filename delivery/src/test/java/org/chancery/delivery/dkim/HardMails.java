package org.chancery.delivery.dkim;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Mails whose form tells good signers from others. */
final class HardMails {
    private static final String HEAD = "From: Ann <ann@sender.test>\r\nTo: bob@example.com\r\nSubject: hello\r\n";

    private HardMails() {}

    static byte[] named(String name) {
        return Objects.requireNonNull(all().get(name), name);
    }

    static Map<String, byte[]> all() {
        Map<String, String> mails = new LinkedHashMap<>();
        mails.put("plain", HEAD + "\r\nHello.\r\n");
        mails.put("empty-body", HEAD + "\r\n");
        mails.put("no-body-at-all", HEAD);
        mails.put("only-empty-lines", HEAD + "\r\n\r\n\r\n\r\n");
        mails.put("only-white-space", HEAD + "\r\n \t\r\n\t\r\n  ");
        mails.put("no-last-line-end", HEAD + "\r\nHello.");
        mails.put("last-line-of-spaces", HEAD + "\r\nHello.\r\n   ");
        mails.put("trailing-empty-lines", HEAD + "\r\nHello.\r\n\r\n \r\n\t\r\n\r\n");
        mails.put("leading-empty-lines", HEAD + "\r\n\r\n\r\nHello.\r\n");
        mails.put("tabs-and-spaces", HEAD + "\r\n\tHello, \t  you \t \r\n  there\t\r\n\t\r\nand here\r\n");
        mails.put("dots", HEAD + "\r\n.\r\n..\r\n.a\r\n");
        mails.put(
                "folded",
                "From: \"A very long name\"\r\n  <ann@sender.test>\r\nTo: one@example.com,\r\n\ttwo@example.com,\r\n \t"
                        + " three@example.com\r\nSubject:\r\n folded at once\r\n and  again  \t \r\n\r\nHello.\r\n");
        mails.put(
                "odd-names",
                "FROM: \t Ann <ann@sender.test>\r\nto:bob@example.com\r\nsUbJeCt:\t hello\t\r\n\r\nHello.\r\n");
        mails.put(
                "several-of-a-name",
                "Received: by one\r\nReceived: by two\r\n" + HEAD
                        + "Subject: once more\r\nTo: eve@example.com\r\nTo: again@example.com\r\n\r\nHello.\r\n");
        mails.put(
                "eight-bit", HEAD + "Content-Type: text/plain; charset=utf-8\r\n\r\nGr\u00fc\u00dfe, \u4f60\u597d\r\n");
        mails.put("eight-bit-header", HEAD.replace("hello", "gr\u00fc\u00dfe") + "\r\nHello.\r\n");
        mails.put("long-lines", HEAD + "\r\n" + "x".repeat(50_000) + "\r\n" + " y".repeat(30_000) + "\r\n");
        mails.put(
                "everything",
                HEAD + "Reply-To: desk@sender.test\r\nCc: carl@example.com\r\nDate: Sun, 1 Mar 2026 10:00:00 +0000\r\n"
                        + "Message-ID: <1@sender.test>\r\nIn-Reply-To: <0@example.com>\r\nReferences: <0@example.com>\r\n"
                        + "MIME-Version: 1.0\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: 7bit\r\n"
                        + "List-Unsubscribe: <https://sender.test/u/1>\r\n"
                        + "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nAuto-Submitted: auto-generated\r\n"
                        + "\r\nHello.\r\n");
        Map<String, byte[]> bytes = new LinkedHashMap<>();
        mails.forEach((name, mail) -> bytes.put(name, mail.getBytes(StandardCharsets.UTF_8)));
        bytes.put(
                "big",
                (HEAD + "\r\n" + "A line of the usual length, which stands here many times.  \r\n".repeat(430_000))
                        .getBytes(StandardCharsets.UTF_8));
        return bytes;
    }
}
