package org.chancery.core.triage;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.chancery.core.access.Principal;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.endpoint.EndpointRepository;
import org.chancery.core.endpoint.EndpointService;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.MessageId;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.mailbox.Message;
import org.chancery.core.mailbox.MessageRepository;
import org.chancery.core.mailbox.MessageRepository.Filter;
import org.chancery.core.mailbox.MessageRepository.MessageQuery;
import org.chancery.core.mailbox.MessageRepository.Place;
import org.chancery.core.mailbox.MessageRepository.Totalled;
import org.chancery.core.mailbox.Visibility;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/** The mail that a caller sees, one by one, in lists and in totals; {@link Visibility} says which it is. */
public final class MailSight {
    private final MessageRepository messages;
    private final EndpointRepository endpointRepository;
    private final EndpointService endpoints;
    private final Visibility visibility;

    public MailSight(
            MessageRepository messages,
            EndpointRepository endpointRepository,
            EndpointService endpoints,
            Visibility visibility) {
        this.messages = messages;
        this.endpointRepository = endpointRepository;
        this.endpoints = endpoints;
        this.visibility = visibility;
    }

    /** A message with the endpoint it stands at. */
    public record Row(Message message, Endpoint endpoint) {}

    /** One message; 404 where the caller does not see it. */
    Row one(Tx tx, Principal by, MessageId id) {
        Message message = messages.find(tx, by.workspace(), id).orElseThrow(() -> CallerFault.notFound("message"));
        Endpoint endpoint = endpointRepository
                .kept(tx, by.workspace(), message.facts().endpoint())
                .orElseThrow(() -> CallerFault.notFound("message"));
        if (!visibility.sees(tx, by, message, endpoint)) {
            throw CallerFault.notFound("message");
        }
        return new Row(message, endpoint);
    }

    /** Which of some messages a person without admin sees. */
    Set<MessageId> among(Tx tx, Principal person, Set<MessageId> ids) {
        return visibility.visibleTo(tx, person, ids);
    }

    /** One page, newest first. */
    List<Row> page(Tx tx, Principal by, Filter filter, @Nullable Place before, int limit) {
        return withEndpoints(tx, by, messages.page(tx, query(tx, by, filter, before), limit));
    }

    /** One page by offset, newest first. */
    List<Row> pageFrom(Tx tx, Principal by, Filter filter, int offset, int limit) {
        return withEndpoints(tx, by, messages.pageFrom(tx, query(tx, by, filter, null), offset, limit));
    }

    /**
     * How many there are in all, without looking at them.
     *
     * @param endpoint only at this one, or null
     * @param state only inbound mail in that state, or null for all but what the pipeline gave up
     */
    long total(Tx tx, Principal by, @Nullable EndpointId endpoint, @Nullable HandlingState state) {
        Reach reach = reach(tx, by, endpoint);
        return messages.total(tx, new Totalled(by.workspace(), reach.endpoints(), reach.senders(), state));
    }

    /** What a caller's lists are narrowed to before anything else; null means that they are not. */
    private record Reach(
            @Nullable List<EndpointId> endpoints, @Nullable List<String> senders) {}

    private Reach reach(Tx tx, Principal by, @Nullable EndpointId only) {
        List<EndpointId> visibleEndpoints = null;
        List<String> senders = null;
        if (Visibility.isLimitedToEndpoints(by)) {
            visibleEndpoints = endpoints.usable(tx, by, null, EndpointService.MAX_PER_AGENT).stream()
                    .map(Endpoint::id)
                    .toList();
        } else if (!by.isAdmin()) {
            senders = visibility.boundAddresses(tx, by);
        }
        if (only != null) {
            visibleEndpoints = visibleEndpoints == null || visibleEndpoints.contains(only) ? List.of(only) : List.of();
        }
        return new Reach(visibleEndpoints, senders);
    }

    /** What the caller sees of what passes the filter. */
    MessageQuery query(Tx tx, Principal by, Filter filter, @Nullable Place before) {
        Reach reach = reach(tx, by, filter.endpoint());
        return new MessageQuery(
                by.workspace(),
                reach.endpoints(),
                reach.senders(),
                filter.inbound(),
                filter.state(),
                filter.status(),
                filter.thread(),
                filter.since(),
                before);
    }

    /** The same messages, each with its endpoint. */
    List<Row> withEndpoints(Tx tx, Principal by, List<Message> page) {
        Set<EndpointId> ids =
                page.stream().map(message -> message.facts().endpoint()).collect(Collectors.toSet());
        Map<EndpointId, Endpoint> found = ids.isEmpty()
                ? Map.of()
                : endpointRepository.all(tx, by.workspace(), ids).stream()
                        .collect(Collectors.toMap(Endpoint::id, Function.identity()));
        List<Row> rows = new ArrayList<>();
        for (Message message : page) {
            Endpoint endpoint = found.get(message.facts().endpoint());
            if (endpoint != null) {
                rows.add(new Row(message, endpoint));
            }
        }
        return rows;
    }
}
