package org.chancery.mailets.host;

import static org.chancery.mailets.testing.TestContainer.withRoot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.chancery.mailets.Found;
import org.chancery.mailets.mailbox.EndedMail;
import org.chancery.mailets.testing.TestClock;
import org.chancery.mailets.testing.TestContainer;
import org.chancery.mailets.testing.TestMail;
import org.chancery.mailets.testing.TestMailbox;
import org.chancery.mailets.testing.TestMailet;
import org.chancery.mailets.testing.TestRawStore;
import org.chancery.mailets.trace.Custody;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BigMailTest {
    private static final int SIZE = 25 << 20;

    @TempDir
    Path directory;

    @Test
    void a_mail_of_25_mb_passes_without_being_held_in_memory() {
        // Also a stock matcher that looks at the header, and one that asks for the size.
        String root = withRoot("<mailet match=\"HasHeader=X-Spam\" class=\"Null\"/>"
                + "<mailet match=\"SizeGreaterThan=30m\" class=\"Null\"/>");
        TestMailbox mailbox = new TestMailbox();
        Alone processor = new Alone(directory, root, mailbox);
        TestMail warming = TestMail.to("a@here.test");
        processor.process(warming);

        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        TestMail big = TestMail.of(SIZE, BigMailTest::bytes, "a@here.test", "b@here.test");
        long before = threads.getCurrentThreadAllocatedBytes();
        processor.process(big);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < 4 << 20, "allocated " + allocated);
        assertEquals(3, mailbox.count());
    }

    @Test
    void the_copies_of_a_big_mail_that_is_split_are_on_disk_and_are_gone_afterwards() throws IOException {
        String root = withRoot(TestMailet.line("RecipientIs=b@here.test", "splits-big", mail -> {}));
        TestMailbox mailbox = new TestMailbox();
        Alone processor = new Alone(directory, root, mailbox);
        processor.process(TestMail.to("a@here.test"));
        long copies = copies();

        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        processor.process(TestMail.of(SIZE, BigMailTest::bytes, "a@here.test", "b@here.test"));
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < 4 << 20, "allocated " + allocated);
        assertEquals(copies, copies());
    }

    @Test
    void the_copies_of_a_mail_that_fails_are_gone_afterwards() throws IOException {
        long copies = copies();
        String root = withRoot(TestMailet.line("RecipientIs=b@here.test", "splits-and-fails", mail -> {
            throw new IllegalStateException("no");
        }));
        Alone processor = new Alone(directory, root, new TestMailbox());
        assertInstanceOf(
                InboundProcessor.Result.Failed.class,
                processor.attempt(TestMail.of(SIZE, BigMailTest::bytes, "a@here.test", "b@here.test")));
        assertEquals(copies, copies());
    }

    /** James's files for messages that are copied. */
    private static long copies() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith("mimemessage-"))
                    .count();
        }
    }

    /** The processor alone, in this thread. */
    private static final class Alone {
        private final InboundProcessor processor;

        Alone(Path directory, String root, TestMailbox mailbox) {
            processor = new InboundProcessor(
                    new TestRawStore(),
                    TestContainer.load(TestContainer.write(directory, root), TestContainer.over(mailbox)),
                    new EndedMail(mailbox::resolve, mailbox::deliver),
                    new InboundProcessor.Receipts(mailbox::isProcessed, mailbox::finish),
                    new TestClock());
        }

        void process(TestMail mail) {
            assertInstanceOf(InboundProcessor.Result.Processed.class, attempt(mail));
        }

        InboundProcessor.Result attempt(TestMail mail) {
            return processor.process(mail, new Found(), List.of(), new Custody());
        }
    }

    private static InputStream bytes() {
        byte[] header = "From: ann@elsewhere.test\r\nSubject: big\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        return new SequenceInputStream(new ByteArrayInputStream(header), new Lines(SIZE - header.length));
    }

    /** Lines of text without end, up to an end. */
    private static final class Lines extends InputStream {
        private int left;

        Lines(int length) {
            left = length;
        }

        @Override
        public int read() {
            if (left == 0) {
                return -1;
            }
            left--;
            return left % 78 == 0 ? '\n' : left % 78 == 1 ? '\r' : 'x';
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            int count = Math.min(length, left);
            for (int i = 0; i < count; i++) {
                bytes[offset + i] = (byte) read();
            }
            return count == 0 ? -1 : count;
        }
    }
}
