package org.chancery.core.access;

import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.chancery.core.audit.AuditLog;
import org.chancery.core.audit.Author;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.TokenId;
import org.chancery.core.id.UserId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;

/** Adds people and makes tokens on the word of the operator, on the server's own machine. */
public final class AccessService {
    private final Transactions transactions;
    private final AccessRepository access;
    private final AuditLog audit;
    private final Clock clock;

    public AccessService(Transactions transactions, AccessRepository access, AuditLog audit, Clock clock) {
        this.transactions = transactions;
        this.access = access;
        this.audit = audit;
        this.clock = clock;
    }

    /** A token made by the operator, with its secret. */
    public record IssuedToken(Token token, TokenSecret secret) {}

    /** The operator, on the server's own machine, gives a person a personal token. */
    public IssuedToken issueToken(String domain, String slug, String email, String label, Set<Scope> scopes) {
        TokenId id = TokenId.at(clock.instant());
        TokenSecret secret = TokenSecret.generate(id);
        return transactions.durably(tx -> {
            Workspace workspace = workspace(tx, domain, slug);
            User user = access.userByEmail(tx, workspace.id(), canonical(email))
                    .orElseThrow(() -> CallerFault.notFound("user in that workspace"));
            if (scopes.contains(Scope.ADMIN) && !user.role().isAdmin()) {
                throw CallerFault.forbidden("role", "A member's token cannot have the scope admin.");
            }
            if (!user.isActive()) {
                throw CallerFault.conflict("user_disabled", "A token of somebody who is disabled would let nobody in.");
            }
            Token token =
                    new Token(id, workspace.id(), label, Grant.of(scopes), null, null, user.id(), clock.instant());
            access.add(tx, token, secret.hash());
            audit.append(tx, AccessRecord.tokenCreated(token, Author.OPERATOR));
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
            audit.append(tx, AccessRecord.userCreated(user, 1, false, Author.OPERATOR));
            return user;
        });
    }

    /** The workspace whose addresses have that domain and slug. */
    public WorkspaceId workspace(String domain, String slug) {
        return transactions.in(tx -> workspace(tx, domain, slug).id());
    }

    private Workspace workspace(Tx tx, String domain, String slug) {
        return access.workspace(tx, domain, slug).orElseThrow(() -> CallerFault.notFound("workspace"));
    }

    private static String canonical(String email) {
        return EmailAddress.parse(email)
                .orElseThrow(() -> CallerFault.invalid("/email", "'" + email + "' is no e-mail address"))
                .canonical();
    }
}
