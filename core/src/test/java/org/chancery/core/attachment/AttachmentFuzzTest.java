package org.chancery.core.attachment;

import static org.chancery.core.attachment.FileSamples.BATCH;
import static org.chancery.core.attachment.FileSamples.JSCRIPT;
import static org.chancery.core.attachment.FileSamples.NOTES;
import static org.chancery.core.attachment.FileSamples.base64;
import static org.chancery.core.attachment.FileSamples.compound;
import static org.chancery.core.attachment.FileSamples.gzip;
import static org.chancery.core.attachment.FileSamples.pdf;
import static org.chancery.core.attachment.FileSamples.stream;
import static org.chancery.core.attachment.FileSamples.tar;
import static org.chancery.core.attachment.FileSamples.text;
import static org.chancery.core.attachment.FileSamples.windowsProgram;
import static org.chancery.core.attachment.FileSamples.zip;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Feeds the readers files that no program would write. The seeds are fixed, so that each run is the same; {@code -Dfuzz.rounds}
 * makes it as long as one likes, {@code -Dfuzz.seed} another one. What it finds becomes a plain test first.
 */
class AttachmentFuzzTest {
    private static final int ROUNDS = Integer.getInteger("fuzz.rounds", 1_500);
    private static final long SEED = Long.getLong("fuzz.seed", 20240306);

    private static final List<byte[]> SAMPLES = List.of(
            zip("a.txt", NOTES, "b.zip", zip("c.exe", windowsProgram())),
            zip("[Content_Types].xml", text("<x/>"), "word/document.xml", text("<w:instrText>PAGE</w:instrText>")),
            FileSamples.rawZip("a.txt", "a.txt", 8, 8, FileSamples.deflate(NOTES, false), NOTES.length),
            gzip(tar("a.txt", NOTES)),
            tar("run.sh", FileSamples.SHELL),
            base64(Packs.BZIP2),
            base64(Packs.XZ),
            base64(Packs.SEVEN_ZIP_LZMA),
            base64(Packs.SEVEN_ZIP_LZMA2),
            base64(Packs.SEVEN_ZIP_ENCRYPTED),
            DangerousAttachmentsTest.rar4(0x74, 4),
            DangerousAttachmentsTest.rar5("x.exe"),
            DangerousAttachmentsTest.cabinet("x.exe"),
            DangerousAttachmentsTest.tnef(windowsProgram()),
            compound("", "WordDocument", new byte[64], "VBA", FileSamples.STORAGE, "\u0001Ole10Native", new byte[90]),
            compound("", "Workbook", text("\u0009\u0008\u0002\0\0\0\u0085\0\u0008\0")),
            pdf("<< /OpenAction 2 0 R >>", stream("/Type /ObjStm", text("<< /S /JavaScript >>")), "<< /JS (x) >>"),
            text("{\\rtf1{\\object\\objemb{\\*\\objdata 0105000002000000d0cf11e0a1b11ae1}}}"),
            text("<html><script>x()</script><a onclick='y'>z</a></html>"),
            text("Hello\n\nbegin 644 a.exe\n#0V%T\n`\nend\n"),
            BATCH,
            JSCRIPT);

    @Test
    void random_octets_are_judged() {
        Random random = new Random(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] content = new byte[random.nextInt(3_000)];
            random.nextBytes(content);
            byte[] sample = SAMPLES.get(random.nextInt(SAMPLES.size()));
            // With a beginning that a reader takes for its own.
            System.arraycopy(
                    sample, 0, content, 0, Math.min(random.nextInt(40), Math.min(sample.length, content.length)));
            check(content);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void changed_and_spliced_samples_are_judged(int part) {
        Random random = new Random(SEED + part);
        for (int round = 0; round < ROUNDS; round++) {
            check(changed(random));
        }
    }

    private static byte[] changed(Random random) {
        byte[] content = SAMPLES.get(random.nextInt(SAMPLES.size())).clone();
        for (int i = random.nextInt(8); i > 0; i--) {
            int at = random.nextInt(content.length);
            switch (random.nextInt(4)) {
                case 0 -> content[at] = (byte) random.nextInt(256);
                case 1 -> content[at] = (byte) 0xff;
                case 2 -> content[at] ^= (byte) (1 << random.nextInt(8));
                default -> {
                    byte[] other = SAMPLES.get(random.nextInt(SAMPLES.size()));
                    int from = random.nextInt(other.length);
                    System.arraycopy(
                            other,
                            from,
                            content,
                            at,
                            Math.min(random.nextInt(200), Math.min(other.length - from, content.length - at)));
                }
            }
        }
        return random.nextInt(5) == 0 ? FileSamples.padded(content, 1 + random.nextInt(content.length)) : content;
    }

    private static void check(byte[] content) {
        AttachmentFindings findings = Mails.inspect("a", "application/octet-stream", content);
        assertTrue(findings.dangers().size() <= 20 && findings.suspicions().size() <= 20);
    }
}
