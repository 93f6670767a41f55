package org.chancery.delivery.local;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.chancery.core.id.SpoolId;
import org.chancery.core.mail.Arrival;
import org.chancery.core.mail.Envelope;
import org.chancery.core.spool.Admission;
import org.chancery.core.spool.Incoming;
import org.chancery.core.spool.Spool;
import org.chancery.core.spool.SpoolRefused;
import org.jspecify.annotations.Nullable;

/** Keeps what is committed for the test to look at, or refuses it, at the door or at the end. */
final class RecordingSpool implements Spool {

    /** A mail that was committed. */
    record Kept(SpoolId id, Envelope envelope, Arrival arrival, String content) {}

    private final List<Kept> kept = new ArrayList<>();
    private Admission admission = Admission.OPEN;
    private Admission.@Nullable Refused atCommit;
    private int begun;
    private int closed;

    void refuse(Admission.Refused refusal) {
        admission = refusal;
    }

    void refuseAtCommit(Admission.Refused refusal) {
        atCommit = refusal;
    }

    List<Kept> kept() {
        return List.copyOf(kept);
    }

    /** Mails that were begun and not closed. */
    int open() {
        return begun - closed;
    }

    @Override
    public Admission admission() {
        return admission;
    }

    @Override
    public long backlog() {
        return kept.size();
    }

    @Override
    public Incoming begin() {
        begun++;
        return new Taking();
    }

    private final class Taking implements Incoming {
        private final ByteArrayOutputStream content = new ByteArrayOutputStream();

        @Override
        public void write(byte[] bytes, int offset, int length) {
            content.write(bytes, offset, length);
        }

        @Override
        public long size() {
            return content.size();
        }

        @Override
        public SpoolId commit(Envelope envelope, Arrival arrival) {
            if (atCommit != null) {
                throw new SpoolRefused(atCommit, null);
            }
            SpoolId id = new SpoolId(new UUID(9, kept.size()));
            kept.add(new Kept(id, envelope, arrival, content.toString(StandardCharsets.UTF_8)));
            return id;
        }

        @Override
        public void close() {
            closed++;
        }
    }
}
