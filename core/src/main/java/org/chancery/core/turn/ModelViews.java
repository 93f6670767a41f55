package org.chancery.core.turn;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.endpoint.EndpointRepository;
import org.chancery.core.event.DomainEvent;
import org.chancery.core.event.EventType;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.MessageId;
import org.chancery.core.mail.Classification;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.MessageRepository;
import org.chancery.core.mailbox.ModelView;
import org.chancery.core.mailbox.ThreadReader;
import org.chancery.core.queue.RetryPolicy;
import org.chancery.core.subscription.EventDelivery;
import org.chancery.core.subscription.Outcome;
import org.chancery.core.subscription.Subscriber;
import org.chancery.core.subscription.Subscription;
import org.chancery.core.turn.LanguageModel.Reply;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;

/** Has the model say of each mail, where there is a model, what category it has and what it is about. Nothing depends on it. */
public final class ModelViews implements Subscription {
    private static final RetryPolicy RETRIES = new RetryPolicy(List.of(Duration.ofSeconds(30)));
    private static final String VIEWS = "model:views";
    private static final long LANES = 8;

    private final Transactions transactions;
    private final EndpointRepository endpoints;
    private final MessageRepository messages;
    private final ThreadReader threads;
    private final ModelDesk desk;
    private final CategoryDesk categories;

    public ModelViews(
            Transactions transactions,
            EndpointRepository endpoints,
            MessageRepository messages,
            ThreadReader threads,
            ModelDesk desk,
            CategoryDesk categories) {
        this.transactions = transactions;
        this.endpoints = endpoints;
        this.messages = messages;
        this.threads = threads;
        this.desk = desk;
        this.categories = categories;
    }

    @Override
    public Subscriber.Kind kind() {
        return Subscriber.Kind.VIEW;
    }

    @Override
    public Set<EventType> types() {
        return Set.of(EventType.MESSAGE_RECEIVED);
    }

    @Override
    public List<Addressee> addressees(Tx tx, DomainEvent event) {
        EndpointId endpoint = event.endpoint();
        if (endpoint == null || !desk.hasModel()) {
            return List.of();
        }
        UUID lane = new UUID(0, Math.floorMod(event.id().value().getLeastSignificantBits(), LANES));
        return List.of(new Addressee(endpoint.value(), lane, VIEWS));
    }

    @Override
    public Outcome attempt(EventDelivery delivery, DomainEvent event) {
        try {
            Inbound message = Optional.ofNullable(event.payload().get("message_id"))
                    .flatMap(text -> MessageId.parse(text.toString()))
                    .flatMap(id -> transactions.in(tx -> messages.find(tx, event.workspace(), id)))
                    .filter(Inbound.class::isInstance)
                    .map(Inbound.class::cast)
                    .orElse(null);
            if (message == null || tellsOfDelivery(message) || message.modelView() != null) {
                return new Outcome.Delivered(null, "there is nothing to say");
            }
            Optional<ModelView> known =
                    categories.remembered(message.spool(), message.facts().endpoint());
            return known.isPresent() ? keep(message, known.get()) : ask(message);
        } catch (Unavailable away) {
            return new Outcome.Postponed("the database is away", Duration.ofSeconds(5));
        }
    }

    private static boolean tellsOfDelivery(Inbound message) {
        return message.classification() == Classification.BOUNCE
                || message.classification() == Classification.COMPLAINT;
    }

    private Outcome ask(Inbound message) {
        Endpoint endpoint = transactions
                .in(tx -> endpoints.find(
                        tx, message.facts().workspace(), message.facts().endpoint()))
                .orElse(null);
        if (endpoint == null) {
            return new Outcome.Refused(null, "the endpoint is gone");
        }
        String quoted = Quoted.single(
                message.facts().from().address(),
                message.facts().subject(),
                threads.read(message).last().newestText());
        return switch (desk.ask(endpoint.workspace(), Purpose.VIEW, ViewQuestion.of(endpoint, quoted))) {
            case Reply.None none ->
                none.mayPass() ? new Outcome.Failed(null, none.why(), null) : new Outcome.Refused(null, none.why());
            case Reply.Said said ->
                ViewQuestion.read(endpoint, said.members())
                        .map(view -> keep(message, view))
                        .orElseGet(() -> new Outcome.Failed(null, "the model named no category that there is", null));
        };
    }

    private Outcome keep(Inbound message, ModelView view) {
        transactions.run(tx -> messages.setModelView(tx, message.id(), view));
        return new Outcome.Delivered(null, "it was sorted");
    }

    @Override
    public RetryPolicy retries() {
        return RETRIES;
    }

    @Override
    public void gaveUp(Tx tx, EventDelivery delivery, DomainEvent event, String why) {
        // People see the mail without a summary.
    }
}
