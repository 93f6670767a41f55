package org.chancery.core.mailbox;

import org.chancery.core.access.AccessRepository;
import org.chancery.core.access.Agent;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.endpoint.EndpointDirectory;
import org.chancery.core.endpoint.EndpointRepository;
import org.chancery.core.endpoint.RecipientLookup.Destination;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/**
 * Says who handles a mail for a recipient. The recipient was one of ours when the mail was accepted; whatever became of it
 * since, the mail ends where a person sees it.
 */
public final class HandlerResolver {
    private final Transactions transactions;
    private final EndpointDirectory directory;
    private final EndpointRepository endpoints;
    private final AccessRepository access;
    private final MessageRepository messages;

    public HandlerResolver(
            Transactions transactions,
            EndpointDirectory directory,
            EndpointRepository endpoints,
            AccessRepository access,
            MessageRepository messages) {
        this.transactions = transactions;
        this.directory = directory;
        this.endpoints = endpoints;
        this.access = access;
        this.messages = messages;
    }

    /** @throws Unavailable while the database is away */
    public Handling resolve(EmailAddress recipient) {
        return switch (directory.find(recipient)) {
            case Destination.Hosted hosted ->
                transactions.in(tx -> endpoints
                        .find(tx, hosted.workspace(), hosted.endpoint())
                        .map(endpoint -> atEndpoint(tx, endpoint))
                        .orElseGet(() -> forAdmins(tx, hosted.workspace(), "the endpoint was removed meanwhile")));
            case Destination.Disabled disabled ->
                transactions.in(tx -> endpoints
                        .find(tx, disabled.workspace(), disabled.endpoint())
                        .map(endpoint -> unrouted(endpoint, "the endpoint was disabled meanwhile"))
                        .orElseGet(() -> forAdmins(tx, disabled.workspace(), "the endpoint was removed meanwhile")));
            case Destination.Admins admins ->
                transactions.in(tx -> forAdmins(tx, admins.workspace(), "mail to " + recipient + " is for the admins"));
            case Destination.ReturnPath path -> transactions.in(tx -> returned(tx, path.message(), recipient));
            case Destination.Unknown ignored -> nobodys(recipient, "the address was removed meanwhile");
            case Destination.Foreign ignored -> nobodys(recipient, "the domain was removed meanwhile");
            case Destination.Away ignored -> throw new Unavailable("looking up " + recipient, null);
        };
    }

    private Handling atEndpoint(Tx tx, Endpoint endpoint) {
        if (endpoint.isSystem()) {
            return unrouted(endpoint, "the workspace's outbound mailbox has no handler");
        }
        return switch (endpoint.plane()) {
            case LIGHT -> at(endpoint, HandlingState.AWAITING_REVIEW, null, "people handle this endpoint");
            case AGENT -> agentsTurn(tx, endpoint);
        };
    }

    private Handling agentsTurn(Tx tx, Endpoint endpoint) {
        AgentId id = endpoint.agent();
        if (id == null) {
            return unrouted(endpoint, "the endpoint has no agent yet");
        }
        Agent agent = access.agent(tx, endpoint.workspace(), id).orElse(null);
        if (agent == null || agent.status() != Agent.Status.ACTIVE) {
            return unrouted(endpoint, "the endpoint's agent is not active");
        }
        return switch (agent.executionMode()) {
            case EXTERNAL, AUTO -> at(endpoint, HandlingState.ROUTED, id, "agent " + agent.name() + " has the turn");
            case HUMAN ->
                at(endpoint, HandlingState.AWAITING_REVIEW, id, "people do the work of agent " + agent.name());
        };
    }

    private Handling returned(Tx tx, MessageId about, EmailAddress recipient) {
        WorkspaceId workspace = messages.workspaceOf(tx, about).orElse(null);
        if (workspace == null) {
            return nobodys(tx, recipient, "the mail that it is about was removed");
        }
        return messages.find(tx, workspace, about)
                .map(Message::facts)
                // Of an endpoint that was removed, too: nobody is to do anything about it, and it is part of the
                // record.
                .filter(sent -> endpoints.kept(tx, workspace, sent.endpoint()).isPresent())
                .map(sent -> new Handling(
                        workspace,
                        sent.endpoint(),
                        "Bounces",
                        HandlingState.HANDLED,
                        null,
                        0,
                        0,
                        "came back about " + about.text(),
                        sent.thread()))
                .orElseGet(() -> forAdmins(tx, workspace, "the mail that it is about was removed"));
    }

    private Handling nobodys(EmailAddress recipient, String reason) {
        return transactions.in(tx -> nobodys(tx, recipient, reason));
    }

    private Handling nobodys(Tx tx, EmailAddress recipient, String reason) {
        WorkspaceId responsible = directory.meanings(recipient).stream()
                .flatMap(address -> endpoints.formerOwner(tx, address).stream())
                .findFirst()
                .or(() -> directory.responsibleFor(recipient))
                .or(() -> access.workspaces(tx).stream()
                        .map(workspace -> workspace.id())
                        .findFirst())
                .orElseThrow(() -> new IllegalStateException("there is no workspace"));
        return forAdmins(tx, responsible, reason);
    }

    private Handling forAdmins(Tx tx, WorkspaceId workspace, String reason) {
        return unrouted(
                endpoints
                        .system(tx, workspace)
                        .orElseThrow(() -> new IllegalStateException(workspace + " has no outbound mailbox")),
                reason);
    }

    private static Handling unrouted(Endpoint endpoint, String reason) {
        return at(endpoint, HandlingState.UNROUTED, null, reason);
    }

    private static Handling at(Endpoint endpoint, HandlingState state, @Nullable AgentId agent, String reason) {
        return new Handling(
                endpoint.workspace(),
                endpoint.id(),
                "INBOX",
                state,
                agent,
                endpoint.maxTurnsPerSenderDay(),
                endpoint.maxTurnsPerDay(),
                reason);
    }
}
