package org.chancery.core.attachment;

import static org.chancery.core.attachment.FileSamples.NOTES;
import static org.chancery.core.attachment.FileSamples.compound;
import static org.chancery.core.attachment.FileSamples.deflate;
import static org.chancery.core.attachment.FileSamples.gzip;
import static org.chancery.core.attachment.FileSamples.overlappingZip;
import static org.chancery.core.attachment.FileSamples.pdf;
import static org.chancery.core.attachment.FileSamples.rawZip;
import static org.chancery.core.attachment.FileSamples.stream;
import static org.chancery.core.attachment.FileSamples.text;
import static org.chancery.core.attachment.FileSamples.windowsProgram;
import static org.chancery.core.attachment.FileSamples.zip;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.chancery.core.mail.MessageReader;
import org.junit.jupiter.api.Test;

/** What is built to cost more than it looks, and what it costs here. */
class BoundsTest {
    /** Many times what it takes on a busy machine; without the bound under test it would be hours, or all memory. */
    private static final Duration BOUND = Duration.ofMinutes(2);

    @Test
    void a_file_that_grows_a_thousandfold_is_a_bomb() {
        byte[] bomb = zip("zeros.txt", new byte[64 << 20]);
        assertEquals(List.of("archive_bomb"), dangers("a.zip", bomb));
        assertEquals(List.of("archive_bomb"), dangers("a.gz", gzip(new byte[64 << 20])));
    }

    @Test
    void a_bomb_that_lies_about_its_size_is_one_all_the_same() {
        byte[] data = deflate(new byte[64 << 20], false);
        assertEquals(List.of("archive_bomb"), dangers("a.zip", rawZip("a.txt", "a.txt", 0, 8, data, 10)));
    }

    @Test
    void a_bomb_in_an_archive_in_an_archive_is_found() {
        byte[] bomb = zip("a.zip", zip("b.zip", zip("zeros.txt", new byte[64 << 20])));
        assertTrue(dangers("x.zip", bomb).contains("archive_bomb"));
    }

    @Test
    void a_size_that_would_be_too_much_is_believed_where_it_can_be_true() {
        byte[] data = deflate(new byte[1 << 20], false);
        assertEquals(List.of(), dangers("a.zip", rawZip("a.txt", "a.txt", 0, 8, data, 1 << 20)));
        byte[] claimed = rawZip("a.txt", "a.txt", 0, 8, new byte[64 << 10], 40L << 20);
        assertEquals(List.of("archive_bomb"), dangers("a.zip", claimed));
    }

    @Test
    void files_that_lie_upon_each_other_are_a_bomb() {
        assertTrue(dangers("a.zip", overlappingZip(1_000, deflate(new byte[1 << 20], false)))
                .contains("archive_bomb"));
    }

    @Test
    void more_entries_than_anybody_opens_are_a_bomb() {
        Object[] entries = new Object[2 * (Budget.MAX_ENTRIES + 10)];
        for (int i = 0; i < entries.length; i += 2) {
            entries[i] = "n" + i + ".txt";
            entries[i + 1] = new byte[] {'x'};
        }
        byte[] archive = zip(entries);
        assertTimeoutPreemptively(BOUND, () -> assertEquals(List.of("archive_bomb"), dangers("a.zip", archive)));
    }

    @Test
    void archives_within_archives_come_to_an_end() {
        byte[] archive = zip("notes.txt", NOTES);
        for (int depth = 0; depth < 40; depth++) {
            archive = depth % 2 == 0 ? zip("a.zip", archive) : gzip(archive);
        }
        assertEquals(List.of("nested_too_deep"), dangers("a.zip", archive));
    }

    @Test
    void messages_within_messages_come_to_an_end() {
        String message = Mails.mail(Mails.part("a.dat", "application/octet-stream", windowsProgram()));
        for (int depth = 0; depth < AttachmentInspector.MAX_MESSAGES - 2; depth++) {
            message = "Content-Type: message/rfc822\r\n\r\n" + message;
        }
        assertEquals(List.of("executable"), Mails.dangers(Mails.inspect(message)));
        String deeper = "Content-Type: message/rfc822\r\n\r\n".repeat(30) + message;
        assertEquals(List.of("nested_too_deep"), Mails.dangers(Mails.inspect(deeper)));
    }

    @Test
    void a_mail_with_more_parts_than_are_read_is_not_waved_through() {
        StringBuilder mail = new StringBuilder("Content-Type: multipart/mixed; boundary=b\r\n\r\n");
        mail.append("--b\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nx\r\n"
                .repeat(MessageReader.MAX_PARTS + 5));
        mail.append("--b\r\n")
                .append(Mails.part("a", "image/png", windowsProgram()))
                .append("--b--\r\n");
        assertTimeoutPreemptively(
                BOUND, () -> assertEquals(List.of("parts_unread"), Mails.dangers(Mails.inspect(mail.toString()))));
    }

    @Test
    void signals_are_few_however_many_parts_there_are() {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            parts.add(Mails.part("a" + i + ".exe", "image/png", windowsProgram()));
        }
        AttachmentFindings findings = Mails.inspect(Mails.mail(parts.toArray(String[]::new)));
        assertEquals(20, findings.dangers().size());
    }

    @Test
    void a_part_larger_than_is_held_is_judged_by_its_beginning_and_that_is_said() throws IOException {
        String header =
                "Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=a.dat\r\n\r\n";
        AttachmentFindings program = AttachmentInspector.inspect(large(header + "MZ"));
        assertEquals(List.of("executable", "too_large"), Mails.names(program));
        AttachmentFindings other = AttachmentInspector.inspect(large(header + "\u0001\u0002"));
        assertEquals(List.of("too_large"), Mails.names(other));
    }

    @Test
    void chains_of_sectors_that_bite_their_tails_come_to_an_end() {
        byte[] file = compound("", "WordDocument", new byte[20_000]);
        for (int at = 512; at < 1_024; at += 4) { // every sector is followed by the directory's
            file[at] = 1;
            file[at + 1] = 0;
            file[at + 2] = 0;
            file[at + 3] = 0;
        }
        assertTimeoutPreemptively(BOUND, () -> dangers("a.doc", file));
    }

    @Test
    void a_pdf_whose_streams_burst_is_a_bomb() {
        String zeros = stream("/Type /EmbeddedFile", new byte[80 << 20]);
        assertEquals(List.of("archive_bomb"), dangers("a.pdf", pdf("<< >>", zeros)));
    }

    @Test
    void no_more_text_is_looked_through_than_some_books() {
        Budget budget = new Budget();
        assertEquals(1 << 20, budget.text(1 << 20));
        budget.text((int) Budget.MAX_TEXT);
        assertEquals(64 * 1024, budget.text(1 << 20));
    }

    @Test
    void text_that_makes_readers_go_back_is_read_once() {
        List<byte[]> texts = List.of(
                text("<a ".repeat(500_000)),
                text("<a b=\"".repeat(300_000)),
                text("<script>".repeat(200_000)),
                text("\n=".repeat(500_000) + "|"),
                text("%PDF-1.4\n" + "stream\n".repeat(300_000)),
                text("%PDF-1.4\n" + "1 0 obj ".repeat(300_000) + "/JS"),
                text("%PDF-1.4\n" + "/OpenAction <<".repeat(100_000) + "/JS"),
                text("{\\rtf1" + "\\objdata ".repeat(300_000)),
                text("begin 644 a\n".repeat(300_000)),
                text("PK\u0003\u0004".repeat(300_000)),
                text("MZ".repeat(500_000)),
                text("\u0078\u009f>\"" + "\0".repeat(2_000_000)));
        for (int i = 0; i < texts.size(); i++) {
            byte[] each = texts.get(i);
            assertTimeoutPreemptively(BOUND, () -> dangers("a.dat", each), "text " + i);
        }
    }

    private static List<String> dangers(String name, byte[] content) {
        return Mails.dangers(Mails.inspect(name, "application/octet-stream", content));
    }

    /** That beginning, and twice as much as is held behind it. */
    private static InputStream large(String beginning) {
        InputStream zeros = new InputStream() {
            private long left = 2L * AttachmentInspector.MAX_PART;

            @Override
            public int read() {
                return left-- > 0 ? 1 : -1;
            }

            @Override
            public int read(byte[] out, int offset, int length) {
                int count = (int) Math.min(left, length);
                left -= count;
                for (int i = offset; i < offset + count; i++) {
                    out[i] = i % 64 == 0 ? (byte) '\n' : 1;
                }
                return count == 0 ? -1 : count;
            }
        };
        return new SequenceInputStream(new ByteArrayInputStream(text(beginning)), zeros);
    }
}
