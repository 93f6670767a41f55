package org.chancery.core.mailbox;

import java.util.List;
import java.util.Set;
import org.chancery.core.access.AccessRepository;
import org.chancery.core.access.Actor;
import org.chancery.core.access.Principal;
import org.chancery.core.access.User;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.endpoint.EndpointService;
import org.chancery.core.id.MessageId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.tx.Tx;

/**
 * Who may see which mail. Admins see all of their workspace; a member sees mail from the addresses bound to them; a program
 * sees the mail of its endpoints, and what was given to it; and who wrote a mail sees it. What the pipeline gave up is the
 * admins' alone: it may have failed before anybody looked whether it is dangerous.
 */
public final class Visibility {
    private final AccessRepository access;
    private final MessageRepository messages;

    public Visibility(AccessRepository access, MessageRepository messages) {
        this.access = access;
        this.messages = messages;
    }

    /** Whether the caller may see a message, which stands at that endpoint. */
    public boolean sees(Tx tx, Principal by, Message message, Endpoint endpoint) {
        if (isGivenUp(message) && !seesGivenUp(by)) {
            return false;
        }
        if (isLimitedToEndpoints(by)) {
            return EndpointService.mayUse(by, endpoint)
                    || (by.endpoint() == null && (isAuthor(by, message) || isHandler(by, message)));
        }
        return by.isAdmin()
                || isAuthor(by, message)
                || boundAddresses(tx, by)
                        .contains(message.facts()
                                .from()
                                .emailAddress()
                                .map(EmailAddress::canonical)
                                .orElse(""));
    }

    /** Whether the caller sees the mail of some endpoints, all of it, and hardly any other. */
    public static boolean isLimitedToEndpoints(Principal by) {
        return by.isProgram() || by.endpoint() != null;
    }

    /** Whether the pipeline gave the mail up. */
    public static boolean isGivenUp(Message message) {
        return message instanceof Inbound inbound && inbound.state() == HandlingState.ERROR;
    }

    /** Whether the caller sees mail that the pipeline gave up. */
    public static boolean seesGivenUp(Principal by) {
        return by.isAdmin() && !isLimitedToEndpoints(by);
    }

    private static boolean isAuthor(Principal by, Message message) {
        return message instanceof Outbound outbound
                && outbound.author().idText().equals(by.actor().idText());
    }

    /** Whether the mail was given to the agent, perhaps by a person and at an endpoint that is not the agent's. */
    private static boolean isHandler(Principal by, Message message) {
        return message instanceof Inbound inbound
                && by.actor() instanceof Actor.Program program
                && program.id().equals(inbound.agent());
    }

    /** Which of some messages a person without admin may see. */
    public Set<MessageId> visibleTo(Tx tx, Principal person, Set<MessageId> ids) {
        return messages.concerning(tx, person.workspace(), ids, boundAddresses(tx, person), person.maker());
    }

    /** The addresses whose mail the person behind the caller may see, canonical. */
    public List<String> boundAddresses(Tx tx, Principal by) {
        return access.user(tx, by.workspace(), by.maker()).map(User::addresses).orElse(List.of());
    }
}
