package org.chancery.smtpingest.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class WireTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Reply OK = Reply.of(250, "2.0.0", "ok");

    private static Line line(Wire wire) throws IOException {
        return wire.readLine(PATIENCE);
    }

    @Test
    void a_line_ends_with_crlf_wherever_packets_end() throws IOException {
        byte[] sent = ScriptedSocket.latin1("NOOP\r\n\r\nQUIT\r\n");
        for (int border = 0; border < sent.length; border++) {
            Wire wire = new Wire(ScriptedSocket.sendingSplit(sent, border), PATIENCE);
            assertEquals(new Line.Text("NOOP"), line(wire));
            assertEquals(new Line.Text(""), line(wire));
            assertEquals(new Line.Text("QUIT"), line(wire));
            assertEquals(new Line.End(), line(wire));
        }
    }

    @Test
    void bare_line_ends_are_no_line_ends() throws IOException {
        for (String sent : List.of("NOOP\n", "NOOP\rQUIT\r\n", "\n", "\r\r\n", "NOOP\n\r\n")) {
            byte[] octets = ScriptedSocket.latin1(sent + "QUIT\r\n");
            for (int border = 0; border < octets.length; border++) {
                Wire wire = new Wire(ScriptedSocket.sendingSplit(octets, border), PATIENCE);
                assertEquals(new Line.BareLineEnd(), line(wire));
            }
        }
    }

    @Test
    void a_line_has_a_longest_length() throws IOException {
        String longest = "x".repeat(Wire.MAX_LINE - 2);
        assertEquals(new Line.Text(longest), line(new Wire(ScriptedSocket.sending(longest + "\r\n"), PATIENCE)));
        assertEquals(new Line.TooLong(), line(new Wire(ScriptedSocket.sending(longest + "x\r\n"), PATIENCE)));
        assertEquals(new Line.TooLong(), line(new Wire(ScriptedSocket.sending("x".repeat(1_000_000)), PATIENCE)));
    }

    @Test
    void a_line_that_is_not_utf8_is_passed_over() throws IOException {
        Wire wire = new Wire(ScriptedSocket.sending("\u00ff\r\nNOOP\r\n"), PATIENCE);
        assertInstanceOf(Line.NotUtf8.class, line(wire));
        assertEquals(new Line.Text("NOOP"), line(wire));
    }

    @Test
    void an_unfinished_line_is_no_line() throws IOException {
        assertEquals(new Line.End(), line(new Wire(ScriptedSocket.sending("QUIT"), PATIENCE)));
        assertEquals(new Line.End(), line(new Wire(ScriptedSocket.sending("QUIT\r"), PATIENCE)));
    }

    @Test
    void replies_to_pipelined_lines_leave_in_one_write() throws IOException {
        ScriptedSocket socket = ScriptedSocket.sending("A\r\nB\r\nC\r\n");
        Wire wire = new Wire(socket, PATIENCE);
        for (int i = 0; i < 3; i++) {
            assertInstanceOf(Line.Text.class, line(wire));
            wire.say(OK);
            assertEquals(List.of(), socket.writes());
        }
        assertEquals(new Line.End(), line(wire));
        assertEquals(List.of("250 2.0.0 ok\r\n".repeat(3)), socket.writes());
    }

    @Test
    void replies_that_nobody_reads_do_not_pile_up_in_memory() throws IOException {
        ScriptedSocket socket = ScriptedSocket.sending("");
        Wire wire = new Wire(socket, PATIENCE);
        for (int i = 0; i < 1000; i++) {
            wire.say(OK);
        }
        assertTrue(socket.written().length() > 10_000);
        wire.close();
        assertEquals("250 2.0.0 ok\r\n".repeat(1000), socket.written());
    }

    @Test
    void a_client_that_is_not_waited_for_is_never_overdue() throws IOException {
        Wire wire = new Wire(ScriptedSocket.sending(""), PATIENCE);
        assertFalse(
                wire.waiting().isOverdue(System.nanoTime() + Duration.ofDays(1).toNanos()));
        assertFalse(wire.waiting().isAtRest());
    }

    @Test
    void a_client_is_not_sent_away_for_a_wait_that_is_over() throws IOException {
        Wire[] wire = new Wire[1];
        Waiting[] seen = new Waiting[1];
        ScriptedSocket socket = new ScriptedSocket(
                ScriptedSocket.latin1("NOOP\r\nQUIT\r\n"),
                () -> {
                    seen[0] = wire[0].waiting();
                    return 6;
                },
                "192.0.2.1");
        wire[0] = new Wire(socket, PATIENCE);
        assertEquals(new Line.Text("NOOP"), line(wire[0]));
        Waiting over = seen[0];
        assertTrue(over.isAtRest());
        wire[0].sendAway(over, OK);
        wire[0].cutOff(over);
        wire[0].sendAway(wire[0].waiting(), OK);
        assertFalse(socket.isClosed());
        assertEquals("", socket.written());
        assertEquals(new Line.Text("QUIT"), line(wire[0]));
    }

    @Test
    void a_client_that_is_sent_away_while_it_is_waited_for_hears_the_last_word_and_is_not_obeyed() throws IOException {
        Wire[] wire = new Wire[1];
        ScriptedSocket socket = new ScriptedSocket(
                ScriptedSocket.latin1("NOOP\r\n"),
                () -> {
                    wire[0].sendAway(wire[0].waiting(), OK);
                    return 6;
                },
                "192.0.2.1");
        wire[0] = new Wire(socket, PATIENCE);
        assertEquals(new Line.End(), line(wire[0]));
        assertTrue(socket.isClosed());
        assertEquals("250 2.0.0 ok\r\n", socket.written());
        assertThrows(IOException.class, () -> line(wire[0]));
    }
}
