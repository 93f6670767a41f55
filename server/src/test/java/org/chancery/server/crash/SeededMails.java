package org.chancery.server.crash;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Mails that follow from a seed and their number, each unlike all others, with what is easily spoilt on the way. */
record SeededMails(long seed, int octets) {
    private static final Pattern MESSAGE_ID = Pattern.compile("(?im)^Message-ID: <(\\d+)\\.(-?\\d+)@load\\.test>$");
    private static final int LONGEST_LINE = 100;

    /** The octets of a mail as they are to be stored, not dot-stuffed. */
    byte[] mail(int number) {
        SplittableRandom random = new SplittableRandom(seed + 0x9E3779B97F4A7C15L * number);
        ByteArrayOutputStream mail = new ByteArrayOutputStream(octets);
        mail.writeBytes(
                """
                From: <a@load.test>
                To: <b@crash.test>
                Subject: mail %d
                Message-ID: <%d.%d@load.test>
                Date: Sat, 21 Nov 2026 20:00:00 +0000
                MIME-Version: 1.0
                Content-Type: text/plain; charset=iso-8859-1
                Content-Transfer-Encoding: 8bit

                """.formatted(number, number, seed).replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
        while (mail.size() < octets - 2) {
            line(mail, random, Math.min(random.nextInt(LONGEST_LINE), octets - 2 - mail.size()));
        }
        return mail.toByteArray();
    }

    private static void line(ByteArrayOutputStream mail, SplittableRandom random, int length) {
        for (int i = 0; i < length; i++) {
            // A leading dot is doubled on the wire (RFC 5321 §4.5.2); upper octets are what 8BITMIME is for.
            boolean dot = i == 0 && random.nextInt(4) == 0;
            mail.write(dot ? '.' : random.nextInt(8) == 0 ? random.nextInt(0xA0, 0x100) : random.nextInt(' ', 0x7F));
        }
        mail.write('\r');
        mail.write('\n');
    }

    /** The number of one of these mails by its Message-ID; none for a mail that is not of them. */
    OptionalInt numberOf(byte[] mail) {
        Matcher found = MESSAGE_ID.matcher(new String(mail, StandardCharsets.ISO_8859_1));
        if (!found.find() || Long.parseLong(found.group(2)) != seed) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(Integer.parseInt(found.group(1)));
    }

    static String sha256(byte[] mail) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(mail));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
