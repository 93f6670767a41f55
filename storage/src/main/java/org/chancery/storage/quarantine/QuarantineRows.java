package org.chancery.storage.quarantine;

import static org.chancery.storage.jooq.Tables.QUARANTINED_MESSAGE;

import com.fasterxml.jackson.core.type.TypeReference;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import org.chancery.core.access.Actor;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.QuarantineId;
import org.chancery.core.id.SpoolId;
import org.chancery.core.id.UserId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.Arrival;
import org.chancery.core.mail.Classification;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.ReversePath;
import org.chancery.core.mailbox.Entrance;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.quarantine.HeldMail;
import org.chancery.core.quarantine.HeldMail.Passage;
import org.chancery.core.quarantine.HeldMail.Raw;
import org.chancery.core.quarantine.HeldMail.Shown;
import org.chancery.core.quarantine.Quarantined;
import org.chancery.core.quarantine.Quarantined.Accepted;
import org.chancery.core.quarantine.Quarantined.Decision;
import org.chancery.core.quarantine.Quarantined.Pending;
import org.chancery.core.quarantine.Quarantined.Rejected;
import org.chancery.core.quarantine.Quarantined.Release;
import org.chancery.core.quarantine.Reason;
import org.chancery.core.quarantine.Suspicion;
import org.chancery.core.screening.Signal;
import org.chancery.storage.access.Actors;
import org.chancery.storage.column.Json;
import org.chancery.storage.column.SafeText;
import org.chancery.storage.jooq.tables.records.QuarantinedMessageRecord;
import org.chancery.storage.mailbox.Addressees;
import org.chancery.storage.mailbox.KeptAuthentication;
import org.jooq.JSONB;
import org.jspecify.annotations.Nullable;

/** Quarantined mail as rows, there and back. */
final class QuarantineRows {
    private static final TypeReference<List<KeptSignal>> SIGNALS = new TypeReference<>() {};

    /** Characters of names and addresses, enough for about a hundred: a list of 200 rows shows them. The raw mail has all. */
    private static final int HEADER_ROOM = 10_000;

    private QuarantineRows() {}

    /** A signal as JSON. */
    record KeptSignal(String name, double score, String detail) {
        private static final int FRAME = 60;

        int length() {
            return name.length() + detail.length() + FRAME;
        }
    }

    /** Who stands in {@code From} and {@code To}, as JSON. */
    record KeptHeader(List<Addressees.Kept> from, List<Addressees.Kept> to) {}

    static QuarantinedMessageRecord row(HeldMail mail) {
        Passage passage = mail.passage();
        Arrival arrival = passage.arrival();
        QuarantinedMessageRecord row = new QuarantinedMessageRecord();
        row.setId(mail.id().value());
        row.setWorkspaceId(mail.workspace().value());
        row.setEndpointId(mail.endpoint().value());
        row.setState(Pending.STATE);
        row.setReason(mail.suspicion().reason().text());
        row.setSpamScore(mail.suspicion().spamScore());
        row.setSignals(signals(mail.suspicion().signals()));
        row.setSpoolId(passage.spool().value());
        row.setRecipient(passage.recipient().toString());
        row.setReturnPath(Entrance.returnPath(passage.recipient()));
        row.setReversePath(
                passage.reversePath().mailbox().map(EmailAddress::toString).orElse(""));
        row.setArrivedAt(arrival.at());
        row.setClient(withoutZone(arrival.client().getHostAddress()));
        row.setHelo(SafeText.fit(QUARANTINED_MESSAGE.HELO, arrival.helo()));
        row.setProtocol(SafeText.fit(QUARANTINED_MESSAGE.PROTOCOL, arrival.protocol()));
        row.setClassification(passage.classification().text());
        row.setAuthentication(KeptAuthentication.json(passage.authentication()));
        row.setAddressees(header(mail.shown()));
        row.setSubject(SafeText.fit(QUARANTINED_MESSAGE.SUBJECT, mail.shown().subject()));
        row.setRawDigest(mail.raw().digest().hex());
        row.setRawSize(mail.raw().size());
        row.setReleaseAttempts(0);
        return row;
    }

    /** The zone of a link-local address (RFC 4007 §11) means something on the machine that it was seen on only. */
    private static String withoutZone(String address) {
        int zone = address.indexOf('%');
        return zone < 0 ? address : address.substring(0, zone);
    }

    private static JSONB header(Shown shown) {
        int room = HEADER_ROOM;
        return Json.write(
                new KeptHeader(Addressees.fitting(shown.originators(), room), Addressees.fitting(shown.to(), room)));
    }

    /** The first ones, as many as fit; the worst come first. */
    private static JSONB signals(List<Signal> signals) {
        List<KeptSignal> kept = new ArrayList<>();
        int length = 0;
        for (Signal signal : signals) {
            KeptSignal next = new KeptSignal(signal.name(), signal.score(), signal.detail());
            length += next.length();
            if (length > Json.ROOM) {
                break;
            }
            kept.add(next);
        }
        return Json.write(kept);
    }

    static Quarantined item(QuarantinedMessageRecord row) {
        HeldMail mail = mail(row);
        return switch (row.getState()) {
            case Pending.STATE -> new Pending(mail);
            case Accepted.STATE -> new Accepted(mail, decision(row), release(row));
            case Rejected.STATE -> new Rejected(mail, decision(row));
            default -> throw new IllegalStateException("unknown state in quarantine: " + row.getState());
        };
    }

    static HeldMail mail(QuarantinedMessageRecord row) {
        KeptHeader header = Json.read(row.getAddressees(), KeptHeader.class);
        return new HeldMail(
                new QuarantineId(row.getId()),
                new WorkspaceId(row.getWorkspaceId()),
                new EndpointId(row.getEndpointId()),
                new Suspicion(
                        Reason.parse(row.getReason()).orElseThrow(), row.getSpamScore(), signals(row.getSignals())),
                new Passage(
                        new SpoolId(row.getSpoolId()),
                        new Arrival(row.getArrivedAt(), client(row.getClient()), row.getHelo(), row.getProtocol()),
                        row.getReversePath().isEmpty()
                                ? ReversePath.NULL
                                : ReversePath.of(EmailAddress.of(row.getReversePath())),
                        EmailAddress.of(row.getRecipient()),
                        Classification.valueOf(row.getClassification().toUpperCase(Locale.ROOT)),
                        KeptAuthentication.read(row.getAuthentication())),
                new Shown(Addressees.mailboxes(header.from()), Addressees.mailboxes(header.to()), row.getSubject()),
                new Raw(new RawDigest(row.getRawDigest()), row.getRawSize()));
    }

    /** None where a list was read without them. */
    private static List<Signal> signals(@Nullable JSONB kept) {
        return kept == null
                ? List.of()
                : Json.read(kept, SIGNALS).stream()
                        .map(signal -> new Signal(signal.name(), signal.score(), signal.detail()))
                        .toList();
    }

    /** An address as numbers; no DNS is asked. */
    private static InetAddress client(String numbers) {
        try {
            return InetAddress.getByName(numbers);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("the database holds a client that is no address", e);
        }
    }

    private static Decision decision(QuarantinedMessageRecord row) {
        UUID bound = row.getBoundUserId();
        return new Decision(
                Objects.requireNonNull(row.getDecisionKey()),
                actor(row),
                Objects.requireNonNull(row.getDecidedAt()),
                Objects.requireNonNull(row.getDecisionNote()),
                bound == null ? null : new UserId(bound));
    }

    private static Actor actor(QuarantinedMessageRecord row) {
        return Actors.of(row.getDecidedByKind(), row.getDecidedById(), row.getDecidedBy());
    }

    private static Release release(QuarantinedMessageRecord row) {
        UUID message = row.getMessageId();
        if (row.getReleasedAt() != null) {
            return new Release.Done(message == null ? null : new MessageId(message), row.getReleasedAt());
        }
        return row.getReleaseDueAt() == null ? new Release.RecordOnly() : new Release.Due();
    }
}
