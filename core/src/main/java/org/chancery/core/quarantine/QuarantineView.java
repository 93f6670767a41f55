package org.chancery.core.quarantine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.chancery.core.access.Principal;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.endpoint.EndpointRepository;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.QuarantineId;
import org.chancery.core.mail.MessageContent;
import org.chancery.core.mail.MessageHeader;
import org.chancery.core.mail.MessageReader;
import org.chancery.core.mail.NewestText;
import org.chancery.core.mailbox.MissingMail;
import org.chancery.core.mailbox.RawMailStore;
import org.chancery.core.mailbox.TraceRepository;
import org.chancery.core.mailbox.TraceRepository.Step;
import org.chancery.core.quarantine.HeldMail.Passage;
import org.chancery.core.quarantine.QuarantineRepository.Filter;
import org.chancery.core.quarantine.QuarantineRepository.Place;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What admins see of held mail. */
public final class QuarantineView {
    private static final Logger LOG = LoggerFactory.getLogger(QuarantineView.class);

    /** {@code seeds/email-endpoints-and-triage.txt}, "The review queue": each queue is capped. */
    public static final int MAX_QUEUE = 200;

    private final Transactions transactions;
    private final QuarantineRepository quarantine;
    private final EndpointRepository endpoints;
    private final TraceRepository traces;
    private final RawMailStore raw;

    public QuarantineView(
            Transactions transactions,
            QuarantineRepository quarantine,
            EndpointRepository endpoints,
            TraceRepository traces,
            RawMailStore raw) {
        this.transactions = transactions;
        this.quarantine = quarantine;
        this.endpoints = endpoints;
        this.traces = traces;
        this.raw = raw;
    }

    /** A held mail with the endpoint that it is held for. */
    public record Row(HeldMail mail, Endpoint endpoint) {}

    /** What waits for the admins, newest first, and how much there really is; nothing for others. */
    public record Waiting(List<Row> rows, long count) {
        static final Waiting NOTHING = new Waiting(List.of(), 0);
    }

    /** What waits in the workspace. */
    public Waiting waiting(Principal by) {
        if (!by.isAdmin()) {
            return Waiting.NOTHING;
        }
        return transactions.in(tx -> new Waiting(
                items(tx, by, quarantine.list(tx, by.workspace(), Filter.WAITING, null, MAX_QUEUE)).stream()
                        .map(found -> new Row(found.item().mail(), found.endpoint()))
                        .toList(),
                waitingCount(tx, by)));
    }

    /** What is or was held, with the endpoint that it is or was held for. */
    public record Item(Quarantined item, Endpoint endpoint) {}

    /** A page of the caller's workspace, newest first; admins only. */
    public List<Item> list(Principal by, Filter filter, @Nullable Place before, int limit) {
        return transactions.in(tx -> items(tx, by, quarantine.list(tx, by.workspace(), filter, before, limit)));
    }

    /** How much waits, without the list of it. */
    public long waitingCount(Principal by) {
        return by.isAdmin() ? transactions.in(tx -> waitingCount(tx, by)) : 0;
    }

    private long waitingCount(Tx tx, Principal by) {
        return endpoints.totals(tx, by.workspace()).quarantined();
    }

    private List<Item> items(Tx tx, Principal by, List<Quarantined> listed) {
        Set<EndpointId> ids =
                listed.stream().map(item -> item.mail().endpoint()).collect(Collectors.toSet());
        Map<EndpointId, Endpoint> found = ids.isEmpty()
                ? Map.of()
                : endpoints.all(tx, by.workspace(), ids).stream()
                        .collect(Collectors.toMap(Endpoint::id, Function.identity()));
        List<Item> items = new ArrayList<>();
        for (Quarantined item : listed) {
            Endpoint endpoint = found.get(item.mail().endpoint());
            if (endpoint != null) {
                items.add(new Item(item, endpoint));
            }
        }
        return items;
    }

    /** All of a held mail, whether somebody has decided about it or not. */
    public record Content(Quarantined item, MessageHeader header, MessageContent content, String newestText) {}

    /** Reads a mail of the caller's workspace; admins only. One whose bytes are lost can still be decided about. */
    public Content content(Principal by, QuarantineId id) {
        Quarantined item = find(by, id);
        try {
            MessageContent content = read(item.mail(), MessageReader::content);
            return new Content(item, read(item.mail(), MessageReader::header), content, NewestText.of(content.text()));
        } catch (MissingMail damaged) {
            LOG.error("{} cannot be shown", id, damaged);
            return new Content(item, MessageHeader.NONE, MessageContent.LOST, "");
        }
    }

    /** One item of the caller's workspace, whatever its state. */
    public Quarantined find(Principal by, QuarantineId id) {
        return transactions
                .in(tx -> quarantine.find(tx, by.workspace(), id))
                .orElseThrow(() -> CallerFault.notFound("quarantined mail"));
    }

    /** What each step of the pipeline did to a mail of the caller's workspace. */
    public List<Step> trace(Principal by, QuarantineId id) {
        Passage passage = find(by, id).mail().passage();
        return transactions.in(tx -> traces.find(tx, passage.spool().value())).orElse(List.of()).stream()
                .filter(step -> step.concerns(passage.recipient()))
                .toList();
    }

    /** The bytes of a held mail; the caller closes them. */
    public InputStream rawOf(HeldMail mail) {
        return raw.open(mail.raw().digest());
    }

    private interface Reading<T> {
        T of(InputStream in) throws IOException;
    }

    private <T> T read(HeldMail mail, Reading<T> reading) {
        try (InputStream in = rawOf(mail)) {
            return reading.of(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
