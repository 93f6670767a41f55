package org.chancery.core.send;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.chancery.core.access.Actor;
import org.chancery.core.access.KeptToken;
import org.chancery.core.audit.Author;
import org.chancery.core.event.EventType;
import org.chancery.core.id.TokenId;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.Message.Rejection;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.send.Dispatch.Books;
import org.chancery.core.send.ScheduleRepository.Scheduled;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/** How mail that leaves later is entered, and how it is taken out undone. */
final class Timetable {
    private final Books books;
    private final Departure departure;

    Timetable(Books books, Departure departure) {
        this.books = books;
        this.departure = departure;
    }

    static boolean isLater(Outbound message, Instant now) {
        return message.sendAt() != null && message.sendAt().isAfter(now);
    }

    /**
     * Enters a message, kept as scheduled already.
     *
     * @param token by which it was asked for
     * @param by on whose word it leaves then: its sender's, or who approved it
     */
    void enter(Tx tx, Outbound message, TokenId token, Author by, Instant now) {
        Instant at = message.sendAt();
        if (at == null) {
            throw new IllegalArgumentException(message.id() + " has no time");
        }
        books.schedule()
                .add(
                        tx,
                        new Scheduled(
                                message.id(),
                                message.facts().workspace(),
                                message.facts().endpoint(),
                                kept(tx, message, token),
                                at));
        books.audit().append(tx, SendRecord.scheduled(message, at, by, now));
        Map<String, Object> further = new LinkedHashMap<>();
        further.put("by", by.label());
        further.put("send_at", at.truncatedTo(ChronoUnit.MILLIS).toString());
        departure.tell(tx, EventType.MESSAGE_SCHEDULED, message, null, further, now);
    }

    /** A session ends long before a mail's time may come, and means nothing by it. */
    private @Nullable TokenId kept(Tx tx, Outbound message, TokenId token) {
        boolean isSession = books.access()
                .token(tx, message.facts().workspace(), token)
                .filter(KeptToken::isSession)
                .isPresent();
        return isSession ? null : token;
    }

    /** Takes a scheduled message out; false where it has left or was cancelled meanwhile. */
    boolean cancel(Tx tx, Outbound message, Author by, String reason, Instant now) {
        if (!books.schedule().take(tx, message.id())) {
            return false;
        }
        end(tx, message, by, reason, now);
        return true;
    }

    /** The same for one that was taken out already. */
    void end(Tx tx, Outbound message, Author by, String reason, Instant now) {
        Rejection why = new Rejection(reason, by.label(), now);
        if (!books.messages().end(tx, message.id(), OutboundStatus.SCHEDULED, OutboundStatus.CANCELLED, why)) {
            throw new IllegalStateException(message.id() + " is not scheduled");
        }
        books.audit().append(tx, SendRecord.cancelled(message, why, by));
        Map<String, Object> further = new LinkedHashMap<>(Map.of("reason", reason, "by", by.label()));
        if (message.author() instanceof Actor.Program program) {
            // It is told, by its webhook too.
            further.put("agent_id", program.id().text());
        }
        departure.tell(tx, EventType.MESSAGE_CANCELLED, message, null, further, now);
    }
}
