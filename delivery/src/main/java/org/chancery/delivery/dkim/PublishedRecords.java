package org.chancery.delivery.dkim;

import java.util.List;
import org.chancery.core.dkim.KeyRecord;
import org.chancery.core.dkim.PublishedKeys;
import org.chancery.delivery.smtp.DomainRecords;
import org.chancery.delivery.smtp.DomainRecords.Lookup;
import org.chancery.delivery.smtp.HostPort;

/** Looks our keys up as a receiver does, and remembers nothing: an operator looks again because something was changed. */
public record PublishedRecords(List<HostPort> servers) implements PublishedKeys {

    public PublishedRecords {
        servers = List.copyOf(servers);
    }

    @Override
    public Shown look(KeyRecord record) {
        return switch (DomainRecords.askedOf(servers).texts(record.name())) {
            // RFC 6376 §3.6.2.2: of several nobody knows which one a receiver takes.
            case Lookup.Found found ->
                found.texts().size() == 1 && record.isShownBy(found.texts().getFirst()) ? Shown.YES : Shown.DIFFERENT;
            case Lookup.None ignored -> Shown.MISSING;
            case Lookup.Unanswered ignored -> Shown.UNKNOWN;
        };
    }
}
