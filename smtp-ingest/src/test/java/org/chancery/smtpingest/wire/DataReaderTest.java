package org.chancery.smtpingest.wire;

import static org.chancery.smtpingest.wire.ScriptedSocket.latin1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.chancery.smtpingest.wire.DataReader.End;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataReaderTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
    private record Read(End end, byte[] content, Wire wire) {}

    private static Read read(Socket socket) throws IOException {
        Wire wire = new Wire(socket, PATIENCE);
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        End end = new DataReader(wire, new Pace(System.nanoTime(), PATIENCE, PATIENCE, 1))
                .readInto((bytes, offset, length) -> {
                    content.write(bytes, offset, length);
                    return true;
                });
        return new Read(end, content.toByteArray(), wire);
    }

    private static String text(Read read) {
        return new String(read.content(), StandardCharsets.ISO_8859_1);
    }

    // What some server takes, or took, for the end of a mail, and we must not.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\n.\n",
                "\n.\r\n",
                "\r\n.\n",
                "\r.\r",
                "\r.\r\n",
                "\r\n.\r",
                "\n.\r",
                "\r.\n",
                "\n\n.\r\n",
                "\r\r\n.\r\n",
                "\r\n.\r\r\n",
                "\r\n\r.\r\n",
                "\n\r.\r\n",
                "\n\r\n.\r\n",
                "\r\n.\n\r\n"
            })
    void no_broken_line_end_ends_a_mail_wherever_packets_end(String sequence) throws IOException {
        byte[] sent = latin1("a" + sequence + "MAIL FROM:<smuggled@else.test>\r\n.\r\n");
        for (int border = 0; border < sent.length; border++) {
            assertEquals(
                    End.BARE_LINE_END,
                    read(ScriptedSocket.sendingSplit(sent, border)).end(),
                    "border " + border);
        }
    }

    // These are content: the dot does not stand alone on its line.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n\0.\r\n",
                "\r\n.\0\r\n",
                "\r\n. \r\n",
                "\r\n .\r\n",
                "\r\n..\r\n",
                "\r\n.\t\r\n",
                "\r\n\u0085.\r\n"
            })
    void a_dot_in_company_does_not_end_a_mail_wherever_packets_end(String sequence) throws IOException {
        byte[] sent = latin1("a" + sequence + "b\r\n.\r\nNOOP\r\n");
        String expected = ("a" + sequence + "b\r\n").replace("\r\n.", "\r\n");
        for (int border = 0; border < sent.length; border++) {
            Read read = read(ScriptedSocket.sendingSplit(sent, border));
            assertEquals(End.COMPLETE, read.end());
            assertEquals(expected, text(read));
            assertEquals(
                    "NOOP",
                    assertInstanceOf(Line.Text.class, read.wire().readLine(PATIENCE))
                            .text());
        }
    }

    @Test
    void an_empty_mail_ends_at_once() throws IOException {
        Read read = read(ScriptedSocket.sending(".\r\nQUIT\r\n"));
        assertEquals(End.COMPLETE, read.end());
        assertEquals("", text(read));
    }

    @Test
    void the_last_line_end_belongs_to_the_mail_and_the_dot_does_not() throws IOException {
        assertEquals("a\r\n", text(read(ScriptedSocket.sending("a\r\n.\r\n"))));
        assertEquals("\r\n", text(read(ScriptedSocket.sending("\r\n.\r\n"))));
        assertEquals(".\r\n", text(read(ScriptedSocket.sending("..\r\n.\r\n"))));
    }

    @Test
    void a_mail_without_end_is_no_mail() throws IOException {
        for (String sent : new String[] {"", "a", "a\r\n", "a\r\n.", "a\r\n.\r", ".", "a\r"}) {
            assertEquals(End.HUNG_UP, read(ScriptedSocket.sending(sent)).end(), sent);
        }
    }

    @Test
    void a_sink_that_wants_no_more_gets_no_more() throws IOException {
        Wire wire = new Wire(ScriptedSocket.sending("a\r\n..b\r\n.\r\n"), PATIENCE);
        int[] calls = {0};
        End end = new DataReader(wire, new Pace(System.nanoTime(), PATIENCE, PATIENCE, 1))
                .readInto((bytes, offset, length) -> {
                    calls[0]++;
                    return false;
                });
        assertEquals(End.STOPPED, end);
        assertEquals(1, calls[0]);
    }

    @Test
    void whatever_is_stuffed_comes_out_the_same_in_whatever_pieces() throws IOException {
        Random random = new Random(20_261_121);
        for (int round = 0; round < 3_000; round++) {
            byte[] content = content(random, random.nextInt(round % 100 == 0 ? 200_000 : 300));
            int largest = 1 + random.nextInt(round % 2 == 0 ? 5 : 40_000);
            byte[] sent = stuffed(content);
            Socket socket = new ScriptedSocket(sent, () -> 1 + random.nextInt(largest), "192.0.2.1");
            Read read = read(socket);
            assertEquals(End.COMPLETE, read.end());
            assertArrayEquals(content, read.content(), "round " + round);
        }
    }

    /** Lines of octets that are likely to be mistaken, each with its CRLF. */
    private static byte[] content(Random random, int size) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        byte[] likely = {'.', '.', 0, ' ', 'a', (byte) 0x8d, (byte) 0xff, '-'};
        while (content.size() < size) {
            int length = random.nextInt(4) == 0 ? random.nextInt(3) : random.nextInt(100);
            for (int i = 0; i < length; i++) {
                content.write(likely[random.nextInt(likely.length)]);
            }
            content.write('\r');
            content.write('\n');
        }
        return content.toByteArray();
    }

    /** As a client sends it; by another way than we undo it. */
    private static byte[] stuffed(byte[] content) {
        String text = "\r\n" + new String(content, StandardCharsets.ISO_8859_1);
        return latin1(text.replace("\r\n.", "\r\n..").substring(2) + ".\r\n");
    }
}
