package org.chancery.core.attachment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

class LittleWorkTest {
    private static final long MOST = 1 << 20;

    @Test
    void a_mail_that_makes_little_work_is_judged() throws IOException {
        byte[] mail = mail(zip(10, 1_000));
        assertEquals(Optional.of(inspect(mail)), within(mail));
    }

    @Test
    void one_that_unpacks_to_more_is_left() throws IOException {
        assertEquals(Optional.empty(), within(mail(zip(1, 4 << 20))));
    }

    @Test
    void so_is_one_with_many_files_of_nothing() throws IOException {
        assertEquals(Optional.empty(), within(mail(zip(5_000, 0))));
    }

    @Test
    void and_one_that_is_large_by_itself() throws IOException {
        assertEquals(Optional.empty(), within(mail(new byte[2 << 20])));
    }

    private static Optional<AttachmentFindings> within(byte[] mail) throws IOException {
        return AttachmentInspector.inspect(new ByteArrayInputStream(mail), MOST);
    }

    private static AttachmentFindings inspect(byte[] mail) throws IOException {
        return AttachmentInspector.inspect(new ByteArrayInputStream(mail));
    }

    private static byte[] mail(byte[] attached) {
        String mail =
                "From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream; name=\"a.bin\"\r\n"
                        + "Content-Disposition: attachment; filename=\"a.bin\"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                        + Base64.getMimeEncoder().encodeToString(attached) + "\r\n";
        return mail.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] zip(int files, int size) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (int i = 0; i < files; i++) {
                zip.putNextEntry(new ZipEntry("f" + i + ".dat"));
                zip.write(new byte[size]);
                zip.closeEntry();
            }
        }
        return out.toByteArray();
    }
}
