package org.chancery.core.event;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.chancery.core.event.EventLog.Entry;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;

/**
 * Reads the log for those who poll it: a bounded piece at a time, with a wait for more where the caller wishes. Used by
 * many threads at once.
 */
public final class EventReader {

    /** Positions looked at in one piece at most, so that a reader of rare events does not walk the whole log in one go. */
    public static final int MAX_SCAN = 1000;

    private final Transactions transactions;
    private final EventLog log;
    private final EventSignal signal;
    private final Set<WorkspaceId> waitedFor = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;

    public EventReader(Transactions transactions, EventLog log, EventSignal signal) {
        this.transactions = transactions;
        this.log = log;
        this.signal = signal;
    }

    /** Which facts a reader may see. */
    public sealed interface Sight {
        /** All facts of the workspace. */
        record Workspace() implements Sight {}

        /**
         * Facts about messages that the reader may see, none of the workspace itself.
         *
         * @param at only facts of these endpoints; empty means of whatever endpoint
         */
        record Messages(Set<EndpointId> at, Chooser visible) implements Sight {
            public Messages {
                at = Set.copyOf(at);
            }
        }

        /**
         * Facts of these endpoints; where there are none, nothing.
         *
         * @param ofAdmin whether those for admins are among them
         */
        record Endpoints(Set<EndpointId> ids, boolean ofAdmin) implements Sight {
            public Endpoints {
                ids = Set.copyOf(ids);
            }
        }

        /** Whether a kind of fact is for this reader at all. */
        default boolean includes(EventType type) {
            return !type.isForAdmins()
                    || switch (this) {
                        case Workspace ignored -> true;
                        case Messages ignored -> false;
                        case Endpoints some -> some.ofAdmin();
                    };
        }
    }

    /** Says which of some messages a reader may see; asked in the transaction that reads the log. */
    @FunctionalInterface
    public interface Chooser {
        Set<MessageId> choose(Tx tx, Set<MessageId> messages);
    }

    /**
     * What a reader asks for.
     *
     * @param types only these; empty means all
     * @param after the position that the reader saw last; 0 for the oldest event kept
     * @param limit events in one piece at most
     */
    public record Question(WorkspaceId workspace, Sight sight, Set<EventType> types, long after, int limit) {
        public Question {
            types = Set.copyOf(types);
        }

        private Question goOnFrom(long position) {
            return new Question(workspace, sight, types, position, limit);
        }

        private boolean isAnsweredBy(DomainEvent event) {
            return sight.includes(event.type()) && (types.isEmpty() || types.contains(event.type()));
        }

        private int piece() {
            boolean everyEntryCounts = types.isEmpty() && !(sight instanceof Sight.Messages);
            return everyEntryCounts ? Math.min(limit, MAX_SCAN) : MAX_SCAN;
        }

        private Set<EndpointId> endpoints() {
            return switch (sight) {
                case Sight.Workspace ignored -> Set.of();
                case Sight.Endpoints some -> some.ids();
                case Sight.Messages some -> some.at();
            };
        }
    }

    /**
     * A piece of the log.
     *
     * @param position where to go on: past the events given, and past those that were left out
     * @param atEnd whether there was nothing beyond
     */
    public record Piece(List<Entry> entries, long position, boolean atEnd) {
        public Piece {
            entries = List.copyOf(entries);
        }
    }

    /**
     * The next piece. Where there is nothing in it yet, waits for something to happen, until then at most, or until the
     * server stops.
     */
    public Piece next(Question question, Duration atMost) throws InterruptedException {
        waitedFor.add(question.workspace());
        long until = System.nanoTime() + atMost.toNanos();
        Question open = question;
        while (true) {
            long rung = signal.count(open.workspace());
            Piece piece = look(open);
            Duration left = Duration.ofNanos(until - System.nanoTime());
            if (!piece.entries().isEmpty()
                    || !piece.atEnd()
                    || stopped
                    || !left.isPositive()
                    || !signal.await(open.workspace(), rung, left)) {
                return piece;
            }
            open = open.goOnFrom(piece.position());
        }
    }

    /** Lets everybody who waits go, and nobody wait any more. */
    public void stop() {
        stopped = true;
        waitedFor.forEach(signal::ring);
    }

    private Piece look(Question question) {
        return transactions.in(tx -> {
            // Before the entries: whatever stands at or below it was committed before, so that nothing is skipped.
            long head = log.head(tx, question.workspace());
            if (question.after() > head) {
                throw CallerFault.invalid("?after", "unknown_cursor", "is no cursor of this event log");
            }
            if (question.sight() instanceof Sight.Endpoints some && some.ids().isEmpty()) {
                return new Piece(List.of(), head, true);
            }
            List<Entry> scanned =
                    log.after(tx, question.workspace(), question.after(), question.endpoints(), question.piece());
            List<Entry> found = answers(tx, question, scanned);
            if (found.size() >= question.limit()) {
                List<Entry> first = found.subList(0, question.limit());
                return new Piece(first, first.getLast().position(), false);
            }
            if (scanned.size() == question.piece()) {
                return new Piece(found, scanned.getLast().position(), false);
            }
            long last = scanned.isEmpty() ? 0 : scanned.getLast().position();
            return new Piece(found, Math.max(head, last), true);
        });
    }

    private static List<Entry> answers(Tx tx, Question question, List<Entry> scanned) {
        List<Entry> wanted = scanned.stream()
                .filter(entry -> question.isAnsweredBy(entry.event()))
                .toList();
        if (!(question.sight() instanceof Sight.Messages some)) {
            return wanted;
        }
        Set<MessageId> told =
                wanted.stream().flatMap(entry -> message(entry).stream()).collect(Collectors.toSet());
        Set<MessageId> visible = told.isEmpty() ? Set.of() : some.visible().choose(tx, told);
        return wanted.stream()
                .filter(entry -> message(entry).filter(visible::contains).isPresent())
                .toList();
    }

    /** The message that a fact is about. */
    private static Optional<MessageId> message(Entry entry) {
        return entry.event().payload().get("message_id") instanceof String text
                ? MessageId.parse(text)
                : Optional.empty();
    }
}
