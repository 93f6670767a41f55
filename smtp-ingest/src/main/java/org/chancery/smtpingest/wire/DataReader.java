package org.chancery.smtpingest.wire;

import static org.chancery.smtpingest.wire.LineEnds.CR;
import static org.chancery.smtpingest.wire.LineEnds.LF;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the content of one mail after DATA: up to {@code <CRLF>.<CRLF>}, wherever buffers end, with dot-stuffing undone
 * (RFC 5321 §4.5.2). Every other octet is handed on as it came, NUL and 8-bit ones included: what SMTP does not need to
 * understand it does not judge.
 *
 * <p>A CR or LF on its own ends the reading (RFC 5321 §2.3.8): servers that disagree on what ends a line disagree on where
 * a mail ends, and a second mail can be smuggled through the difference.
 */
public final class DataReader {

    /** Takes the content piece by piece. */
    public interface Sink {
        /** Takes a piece; false where no more is wanted, and the reading stops. The array is used again after the call. */
        boolean take(byte[] bytes, int offset, int length) throws IOException;
    }

    /** How the reading ended. */
    public enum End {
        /** At the end of data. What was sent after it waits on the wire. */
        COMPLETE,
        /** At a bare CR or LF. Nothing behind it may be taken for a command. */
        BARE_LINE_END,
        /** Because the sink wants no more. Nothing behind it may be taken for a command. */
        STOPPED,
        /** Because the client hung up or was sent away. */
        HUNG_UP
    }

    private enum State {
        /** After a CRLF, or at the beginning. */
        LINE_START,
        IN_LINE,
        AFTER_CR,
        /** After a dot at the start of a line. */
        AFTER_DOT,
        /** After dot and CR at the start of a line. */
        AFTER_DOT_CR
    }

    private final Wire wire;
    private final Pace pace;
    private State state = State.LINE_START;

    public DataReader(Wire wire, Pace pace) {
        this.wire = wire;
        this.pace = pace;
    }

    public End readInto(Sink sink) throws IOException {
        long received = 0;
        while (wire.hasBuffered() || wire.fillWithData(pace.deadline(System.nanoTime(), received))) {
            int before = wire.position;
            End end = scan(sink);
            received += wire.position - before;
            if (end != null) {
                return end;
            }
        }
        return End.HUNG_UP;
    }

    /** Works off what is buffered; null where the end is not in it. */
    private @Nullable End scan(Sink sink) throws IOException {
        byte[] bytes = wire.buffer;
        int limit = wire.limit;
        int at = wire.position;
        int piece = at; // what stands between here and `at` is content and not handed on yet
        while (at < limit) {
            switch (state) {
                case IN_LINE -> {
                    at = LineEnds.next(bytes, at, limit);
                    if (at < limit) {
                        if (bytes[at] == LF) {
                            return End.BARE_LINE_END;
                        }
                        at++;
                        state = State.AFTER_CR;
                    }
                }
                case AFTER_CR -> {
                    if (bytes[at] != LF) {
                        return End.BARE_LINE_END;
                    }
                    at++;
                    state = State.LINE_START;
                }
                case LINE_START -> {
                    if (bytes[at] == '.') {
                        if (at > piece && !sink.take(bytes, piece, at - piece)) {
                            return End.STOPPED;
                        }
                        at++;
                        piece = at;
                        state = State.AFTER_DOT;
                    } else {
                        state = State.IN_LINE;
                    }
                }
                case AFTER_DOT -> {
                    if (bytes[at] == CR) {
                        at++;
                        piece = at;
                        state = State.AFTER_DOT_CR;
                    } else {
                        state = State.IN_LINE;
                    }
                }
                case AFTER_DOT_CR -> {
                    if (bytes[at] != LF) {
                        return End.BARE_LINE_END;
                    }
                    wire.position = at + 1;
                    return End.COMPLETE;
                }
            }
        }
        wire.position = limit;
        return limit == piece || sink.take(bytes, piece, limit - piece) ? null : End.STOPPED;
    }
}
