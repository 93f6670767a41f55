package org.chancery.core.access;

import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.EndpointId;
import org.jspecify.annotations.Nullable;

/**
 * How far a caller may go with tokens: none that it makes, changes or gets the secret of may do more than its own. Pure.
 *
 * @param by the caller, as they are now
 * @param own the token that they came with
 */
record TokenLimit(Principal by, KeptToken own) {

    /** Which tokens the caller may know of. */
    TokenSight sight() {
        Token token = own.token();
        EndpointId endpoint = token.endpoint();
        AgentId agent = token.agent();
        if (by.isAdmin()) {
            return new TokenSight.All(by.workspace());
        }
        if (endpoint != null) {
            return new TokenSight.OfInbox(by.workspace(), endpoint, agent);
        }
        return agent != null
                ? new TokenSight.OfAgent(by.workspace(), agent)
                : new TokenSight.OfPerson(by.workspace(), by.maker());
    }

    /** Refuses a grant that gives more than the caller has. */
    void requireWithin(Grant wanted) {
        Set<Scope> beyond =
                wanted.scopes().stream().filter(scope -> !by.may(scope)).collect(Collectors.toSet());
        if (!beyond.isEmpty()) {
            throw CallerFault.forbidden(
                    "scope_escalation",
                    "A token cannot give what it does not have: "
                            + beyond.stream().map(Scope::text).sorted().collect(Collectors.joining(", "))
                            + ".");
        }
        requireAsStrict(wanted.approvalRules(), by.approvalRules());
        Instant end = by.grant().expiresAt();
        // Whoever signed in stays who they are when the session is over.
        boolean outlives = end != null
                && !own.isSession()
                && (wanted.expiresAt() == null || wanted.expiresAt().isAfter(end));
        if (outlives) {
            throw CallerFault.forbidden(
                    "expiry_escalation", "A token cannot give what lasts longer than itself: until " + end + ".");
        }
    }

    /** Refuses to loosen rules, where the caller has rules itself. */
    void requireNotLoosened(ApprovalRules before, ApprovalRules after) {
        if (by.isRestricted()) {
            requireAsStrict(after, before);
        }
    }

    private static void requireAsStrict(ApprovalRules wanted, ApprovalRules limit) {
        if (!wanted.areAtLeastAsStrictAs(limit)) {
            throw CallerFault.forbidden(
                    "approval_escalation",
                    "A token whose doing waits for people cannot loosen that, for itself or for another.");
        }
    }

    /** Refuses a token for somebody else than whom the caller acts for. */
    void requireReach(@Nullable EndpointId endpoint, @Nullable AgentId agent) {
        boolean wider = by.endpoint() != null && !by.endpoint().equals(endpoint);
        // The very same agent or none: what acts for an inbox goes over to its next agent, what acts for an agent does
        // not.
        // A program's token without either would act for the person behind it.
        boolean otherActor = by.isProgram() && !Objects.equals(own.token().agent(), agent);
        // A person without admin sees mail of their own addresses only; an inbox's or agent's token sees all that it
        // gets.
        boolean seesMore = !by.isProgram() && !by.isAdmin() && (endpoint != null || agent != null);
        if (wider || otherActor || seesMore) {
            throw CallerFault.forbidden(
                    "reach_escalation", "A token cannot make one for another inbox or agent than its own.");
        }
    }

    /** Refuses the secret of a token that can do more than the caller, or acts for another person. */
    void requireSecret(Token token) {
        requireWithin(token.grant());
        // An agent knows of the tokens for it at every inbox, and some of these may not be its own.
        boolean reachesFurther = by.isProgram() && by.endpoint() == null && token.endpoint() != null;
        if (reachesFurther) {
            throw CallerFault.forbidden(
                    "reach_escalation", "The secret of an inbox's token is not for a token of its agent.");
        }
        boolean isPersonal = token.endpoint() == null && token.agent() == null;
        if (isPersonal && !token.maker().equals(by.maker())) {
            throw CallerFault.forbidden(
                    "reach_escalation", "The secret of a person's own token is for that person alone.");
        }
    }
}
