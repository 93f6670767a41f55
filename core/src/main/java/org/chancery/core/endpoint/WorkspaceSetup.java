package org.chancery.core.endpoint;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.chancery.core.access.AccessRecord;
import org.chancery.core.access.AccessRepository;
import org.chancery.core.access.Grant;
import org.chancery.core.access.Role;
import org.chancery.core.access.Scope;
import org.chancery.core.access.SignInRepository;
import org.chancery.core.access.Token;
import org.chancery.core.access.TokenSecret;
import org.chancery.core.access.User;
import org.chancery.core.access.Workspace;
import org.chancery.core.audit.AuditLog;
import org.chancery.core.audit.Author;
import org.chancery.core.endpoint.Endpoint.Kind;
import org.chancery.core.endpoint.Endpoint.ReplyPolicy;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.TokenId;
import org.chancery.core.id.UserId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/** Makes a workspace with all that it needs to begin: its owner, the owner's token and the outbound mailbox. */
public final class WorkspaceSetup {

    /** The outbound mailbox's name until somebody chooses another. */
    public static final String OUTBOUND_LOCAL_PART = "mail";

    // Part of an address after a dash (RFC 5321 §4.1.2); no dash at the ends, so that addresses can be taken apart.
    private static final Pattern SLUG = Pattern.compile("|[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?");

    private final Transactions transactions;
    private final AccessRepository access;
    private final SignInRepository signIns;
    private final EndpointService endpoints;
    private final EndpointDirectory directory;
    private final AuditLog audit;
    private final Clock clock;

    public WorkspaceSetup(
            Transactions transactions,
            AccessRepository access,
            SignInRepository signIns,
            EndpointService endpoints,
            EndpointDirectory directory,
            AuditLog audit,
            Clock clock) {
        this.transactions = transactions;
        this.access = access;
        this.signIns = signIns;
        this.endpoints = endpoints;
        this.directory = directory;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * What a new workspace is to be.
     *
     * @param token the owner's token as the operator chose it, or null to generate one
     * @param passwordHash of the owner's password, or null where they do not sign in
     */
    public record NewWorkspace(
            String name,
            String domain,
            String slug,
            String ownerEmail,
            @Nullable TokenSecret token,
            @Nullable String passwordHash) {}

    /** What was made; the token is shown here and never again. */
    public record Made(Workspace workspace, User owner, TokenSecret ownerToken) {}

    /** Whether a workspace may have that slug; an empty one means that it owns its domain. */
    public static boolean isSlug(String text) {
        return SLUG.matcher(text).matches();
    }

    /** Whether there is no workspace yet. */
    public boolean isFirstToCome() {
        return transactions.in(tx -> access.workspaces(tx).isEmpty());
    }

    /** Makes the first workspace where there is none; empty where there is one already. */
    public Optional<Made> first(NewWorkspace wanted) {
        return transactions.durably(
                tx -> access.workspaces(tx).isEmpty() ? Optional.of(make(tx, wanted)) : Optional.empty());
    }

    /** Makes one more workspace. */
    public Made add(NewWorkspace wanted) {
        return transactions.durably(tx -> make(tx, wanted));
    }

    private Made make(Tx tx, NewWorkspace wanted) {
        Instant now = clock.instant();
        String domain = EmailAddress.domainOf(wanted.domain())
                .orElseThrow(() -> CallerFault.invalid("/domain", "'" + wanted.domain() + "' is no domain name"));
        if (!isSlug(wanted.slug())) {
            throw CallerFault.invalid(
                    "/slug", "must be up to 32 lower-case letters, digits and inner dashes, or empty");
        }
        EmailAddress ownerEmail = EmailAddress.parse(wanted.ownerEmail())
                .orElseThrow(() -> CallerFault.invalid("/owner", "'" + wanted.ownerEmail() + "' is no e-mail address"));

        Workspace workspace = new Workspace(WorkspaceId.at(now), wanted.name(), domain, wanted.slug(), now);
        if (!access.add(tx, workspace)) {
            throw CallerFault.conflict(
                    "workspace_exists", "A workspace with the domain " + domain + " and that slug exists already.");
        }
        User owner = new User(
                UserId.at(now),
                workspace.id(),
                ownerEmail.canonical(),
                ownerEmail.localPart(),
                Role.OWNER,
                List.of(ownerEmail.canonical()),
                now);
        access.add(tx, owner);
        if (wanted.passwordHash() != null) {
            signIns.setPassword(tx, owner.id(), wanted.passwordHash(), now);
        }
        TokenId id = TokenId.at(now);
        TokenSecret secret = wanted.token() == null ? TokenSecret.generate(id) : wanted.token();
        Grant everything = Grant.of(Set.of(Scope.ADMIN));
        Token token = new Token(id, workspace.id(), "owner", everything, null, null, owner.id(), now);
        if (!access.add(tx, token, secret.hash())) {
            throw CallerFault.conflict("token_in_use", "That token is in use already.");
        }
        audit.append(tx, AccessRecord.workspaceCreated(workspace));
        audit.append(tx, AccessRecord.userCreated(owner, 1, wanted.passwordHash() != null, Author.OPERATOR));
        audit.append(tx, AccessRecord.tokenCreated(token, Author.OPERATOR));
        endpoints.add(tx, outboundMailbox(workspace, now), Author.OPERATOR, now);
        tx.afterCommit(directory::markStale);
        return new Made(workspace, owner, secret);
    }

    private static Endpoint outboundMailbox(Workspace workspace, Instant now) {
        return new Endpoint(
                EndpointId.at(now),
                workspace.id(),
                OUTBOUND_LOCAL_PART,
                workspace.address(OUTBOUND_LOCAL_PART),
                Kind.MAILBOX,
                true,
                // It never answers by itself, and that is not configurable.
                Behaviour.DEFAULT
                        .with(ReplyPolicy.NEVER_REPLY)
                        .with(Behaviour.DEFAULT.handler().withTurns(0, 0)),
                now,
                now);
    }
}
