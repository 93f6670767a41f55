package org.chancery.api.triage;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.chancery.api.http.Field;
import org.chancery.core.access.Actor;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.id.AgentId;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.mailbox.Message;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.MessageFacts;
import org.chancery.core.mailbox.ModelView;
import org.chancery.core.triage.MailSight.Row;
import org.jspecify.annotations.Nullable;

/** A mail in a queue or in the activity. */
public record RowJson(
        String emailMessageId,
        @Field("inbound or outbound.") String direction,

        @Field("Where an inbound mail stands; null for outbound mail.") @Nullable
        String handlingState,

        @Field("Where an outbound mail stands; null for inbound mail.") @Nullable
        String status,

        String fromAddr,
        List<String> toAddrs,
        String subject,

        @Field("What a model takes it for; null without a model.") @Nullable
        String llmCategory,

        @Field("What a model says of it; null without a model.") @Nullable
        String llmSummary,

        @Field("The agent that has or had the turn.") @Nullable
        String agentId,

        String endpointId,
        String endpointLocalpart,
        String endpointPlane,
        @Field("The thread, to link to.") String conversationId,

        @Field(
                "Why an inbound mail stands where it stands, such as the note of an agent that escalated it; null for outbound mail.")
        @Nullable
        String reason,

        Instant occurredAt) {

    static RowJson of(Row row) {
        Message message = row.message();
        MessageFacts facts = message.facts();
        Endpoint endpoint = row.endpoint();
        return new RowJson(
                facts.id().text(),
                direction(message),
                message instanceof Inbound inbound ? inbound.state().text() : null,
                message instanceof Outbound outbound ? outbound.status().text() : null,
                facts.from().address(),
                recipients(message),
                facts.subject(),
                view(message).map(ModelView::category).orElse(null),
                view(message).map(ModelView::summary).orElse(null),
                agent(message),
                endpoint.id().text(),
                endpoint.localPart(),
                endpoint.plane().text(),
                facts.thread().text(),
                message instanceof Inbound inbound ? inbound.stateReason() : null,
                facts.occurredAt());
    }

    static List<RowJson> all(List<Row> rows) {
        return rows.stream().map(RowJson::of).toList();
    }

    static String direction(Message message) {
        return message instanceof Inbound ? "inbound" : "outbound";
    }

    static List<String> addresses(List<Mailbox> mailboxes) {
        return mailboxes.stream().map(Mailbox::address).toList();
    }

    /** Whom it is to; a mail whose header names nobody came by its envelope. */
    static List<String> recipients(Message message) {
        List<String> named = addresses(message.facts().to());
        return named.isEmpty() && message instanceof Inbound inbound
                ? List.of(inbound.recipient().toString())
                : named;
    }

    private static @Nullable String sender(Outbound outbound) {
        AgentId handler = outbound.handler();
        if (handler != null) {
            return handler.text();
        }
        return outbound.author() instanceof Actor.Program program ? program.idText() : null;
    }

    /** The agent that has or had the turn, that wrote the mail, or in whose place a person sent it. */
    static @Nullable String agent(Message message) {
        return switch (message) {
            case Inbound inbound ->
                inbound.agent() == null ? null : inbound.agent().text();
            case Outbound outbound -> sender(outbound);
        };
    }

    /** What a model made of it. */
    static Optional<ModelView> view(Message message) {
        return message instanceof Inbound inbound ? Optional.ofNullable(inbound.modelView()) : Optional.empty();
    }
}
