package org.chancery.core.access;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.TokenId;
import org.chancery.core.id.UserId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/** Makes tokens. */
public final class AccessService {
    private final Transactions transactions;
    private final AccessRepository access;
    private final Clock clock;

    public AccessService(Transactions transactions, AccessRepository access, Clock clock) {
        this.transactions = transactions;
        this.access = access;
        this.clock = clock;
    }

    /**
     * What a new token is to be.
     *
     * @param endpoint the only endpoint it may use, already known to be one that the caller may use; or null
     * @param agent the agent it acts for, or null
     */
    public record NewToken(
            String label,
            Grant grant,
            @Nullable EndpointId endpoint,
            @Nullable AgentId agent) {}

    /** A new token and its secret, which is shown once; null where the token had been made before. */
    public record MadeToken(Token token, @Nullable TokenSecret secret) {}

    /**
     * Makes a token that may do no more than the one that asks for it.
     *
     * @param id reserved for it; where a token of that id exists already, that one is given back without its secret
     */
    public MadeToken createToken(Principal by, NewToken wanted, TokenId id) {
        Instant now = clock.instant();
        checkReach(by, wanted, now);
        TokenSecret secret = TokenSecret.generate();
        return transactions.durably(tx -> {
            Optional<Token> already = access.token(tx, by.workspace(), id);
            if (already.isPresent()) {
                return new MadeToken(already.get(), null);
            }
            AgentId agent = wanted.agent();
            if (agent != null && access.agent(tx, by.workspace(), agent).isEmpty()) {
                throw CallerFault.invalid("/agent_id", "names no agent of this workspace");
            }
            Token token = new Token(
                    id, by.workspace(), wanted.label(), wanted.grant(), wanted.endpoint(), agent, by.maker(), now);
            if (!access.add(tx, token, secret.hash())) {
                throw new IllegalStateException("two random secrets were the same");
            }
            return new MadeToken(token, secret);
        });
    }

    /** A token made by the operator, with its secret. */
    public record IssuedToken(Token token, TokenSecret secret) {}

    /** The operator, on the server's own machine, gives a person a personal token. */
    public IssuedToken issueToken(String domain, String slug, String email, String label, Set<Scope> scopes) {
        TokenSecret secret = TokenSecret.generate();
        return transactions.durably(tx -> {
            Workspace workspace = workspace(tx, domain, slug);
            User user = access.userByEmail(tx, workspace.id(), canonical(email))
                    .orElseThrow(() -> CallerFault.notFound("user in that workspace"));
            if (scopes.contains(Scope.ADMIN) && !user.role().isAdmin()) {
                throw CallerFault.forbidden("role", "A member's token cannot have the scope admin.");
            }
            Token token = new Token(
                    TokenId.at(clock.instant()),
                    workspace.id(),
                    label,
                    Grant.of(scopes),
                    null,
                    null,
                    user.id(),
                    clock.instant());
            access.add(tx, token, secret.hash());
            return new IssuedToken(token, secret);
        });
    }

    /** The operator, on the server's own machine, adds a person; their own address is bound to them. */
    public User addUser(String domain, String slug, String email, String name, Role role) {
        String canonical = canonical(email);
        return transactions.durably(tx -> {
            Workspace workspace = workspace(tx, domain, slug);
            User user = new User(
                    UserId.at(clock.instant()),
                    workspace.id(),
                    canonical,
                    name.isBlank() ? canonical : name,
                    role,
                    List.of(canonical),
                    clock.instant());
            if (!access.add(tx, user)) {
                throw CallerFault.conflict("user_exists", canonical + " is a user of that workspace already.");
            }
            return user;
        });
    }

    private Workspace workspace(Tx tx, String domain, String slug) {
        return access.workspace(tx, domain, slug).orElseThrow(() -> CallerFault.notFound("workspace"));
    }

    private static String canonical(String email) {
        return EmailAddress.parse(email)
                .orElseThrow(() -> CallerFault.invalid("/email", "'" + email + "' is no e-mail address"))
                .canonical();
    }

    private static void checkReach(Principal by, NewToken wanted, Instant now) {
        Grant grant = wanted.grant();
        Set<Scope> beyond =
                grant.scopes().stream().filter(scope -> !by.may(scope)).collect(Collectors.toSet());
        if (!beyond.isEmpty()) {
            throw CallerFault.forbidden(
                    "scope_escalation",
                    "A token cannot make one that may do more than itself: "
                            + beyond.stream().map(Scope::text).sorted().collect(Collectors.joining(", "))
                            + ".");
        }
        if (!grant.approvalRules().areAtLeastAsStrictAs(by.approvalRules())) {
            throw CallerFault.forbidden(
                    "approval_escalation", "A token cannot make one whose mail waits for people less than its own.");
        }
        boolean isBound = wanted.endpoint() != null || wanted.agent() != null;
        if (isBound && grant.scopes().contains(Scope.ADMIN)) {
            throw CallerFault.invalid(
                    "/scopes", "must not hold admin in a token that is bound to an inbox or an agent");
        }
        boolean wider = by.endpoint() != null && !by.endpoint().equals(wanted.endpoint());
        boolean otherActor = by.isProgram()
                && wanted.agent() != null
                && !(by.actor() instanceof Actor.Program program && program.id().equals(wanted.agent()));
        // A program's token without an inbox or agent would act for the person behind it.
        boolean becomesPerson = by.isProgram() && wanted.endpoint() == null && wanted.agent() == null;
        // A person without admin sees mail of their own addresses only; an inbox's or agent's token sees all that it
        // gets.
        boolean seesMore = !by.isProgram() && !by.isAdmin() && isBound;
        if (wider || otherActor || becomesPerson || seesMore) {
            throw CallerFault.forbidden(
                    "reach_escalation", "A token cannot make one for another inbox or agent than its own.");
        }
        if (grant.isExpired(now)) {
            throw CallerFault.invalid("/expires_at", "must lie in the future");
        }
    }
}
