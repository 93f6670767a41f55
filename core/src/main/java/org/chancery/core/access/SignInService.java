package org.chancery.core.access;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.chancery.core.audit.AuditLog;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.TokenId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.tx.Transactions;
import org.jspecify.annotations.Nullable;

/** Lets people in with address and password, for as long as a session lasts. Used by all calls at once. */
public final class SignInService {

    /** A working day; after it people sign in again. */
    public static final Duration SESSION = Duration.ofHours(12);

    /** One address in more workspaces than these is looked up in the oldest of them. */
    private static final int MAX_ACCOUNTS = 10;

    /** Longer than idempotency keys live, which name the session. */
    private static final Duration FORGOTTEN_AFTER = Duration.ofDays(2);

    private static final int FORGOTTEN_AT_ONCE = 1_000;

    private final Transactions transactions;
    private final AccessRepository access;
    private final SignInRepository signIns;
    private final Passwords passwords;
    private final Notes notes;
    private final Clock clock;
    private final SignInGuard guard = new SignInGuard();

    public SignInService(
            Transactions transactions,
            AccessRepository access,
            SignInRepository signIns,
            Passwords passwords,
            Notes notes,
            Clock clock) {
        this.transactions = transactions;
        this.access = access;
        this.signIns = signIns;
        this.passwords = passwords;
        this.notes = notes;
        this.clock = clock;
    }

    /** Where it is noted who got in, and who did not. */
    public record Notes(AuditLog audit, AuthFailures failures) {}

    /** What came of a try. */
    public sealed interface Outcome {
        /** The person is in; the secret works as a bearer token until the session expires. */
        record SignedIn(User user, Workspace workspace, Instant expiresAt, TokenSecret secret) implements Outcome {}

        /** Address or password are wrong; which one is nobody's business. */
        record Refused() implements Outcome {}

        /** The address was tried too often, from there or from everywhere, or too many others from there. */
        record TooMany(Duration pause) implements Outcome {}

        /** The same address and password fit in several workspaces: the person has to say which is meant. */
        record Several(List<Workspace> workspaces) implements Outcome {}
    }

    /**
     * Signs a person in.
     *
     * @param workspace where the person wants in; null where there is but one
     */
    public Outcome signIn(String email, Password password, @Nullable WorkspaceId workspace, Client client) {
        Instant now = clock.instant();
        String address = EmailAddress.parse(email).map(EmailAddress::canonical).orElse("");
        Duration wait = guard.take(client.network(), address, now);
        if (wait.isPositive()) {
            return new Outcome.TooMany(wait);
        }
        try {
            List<Account> accounts = accounts(address, workspace);
            Outcome outcome = judge(accounts, password, now);
            if (outcome instanceof Outcome.Refused) {
                notes.failures().signIn(accounts.stream().map(Account::user).toList(), client);
            } else {
                guard.succeeded(client.network(), address);
                accounts.forEach(
                        account -> notes.failures().succeeded(account.user().id()));
            }
            return outcome;
        } catch (Unavailable nobodysFault) {
            guard.giveBack(client.network(), address);
            throw nobodysFault;
        }
    }

    private Outcome judge(List<Account> accounts, Password password, Instant now) {
        if (accounts.isEmpty()) {
            passwords.takeAsLong(password);
        }
        List<Account> fitting = accounts.stream()
                .filter(account -> passwords.matches(password, account.hash()))
                .toList();
        return switch (fitting.size()) {
            case 0 -> new Outcome.Refused();
            case 1 -> open(fitting.getFirst(), now);
            default ->
                new Outcome.Several(fitting.stream().map(Account::workspace).toList());
        };
    }

    /** Ends the session that the caller came with; false where they came with a token of another kind. */
    public boolean signOut(Principal by) {
        return transactions.durably(tx -> {
            boolean ended = signIns.end(tx, by.token(), clock.instant());
            if (ended) {
                notes.audit().append(tx, AccessRecord.sessionEnded(by, clock.instant()));
            }
            return ended;
        });
    }

    /** Forgets sessions that ended long ago; for a timer, every hour or so. */
    public int sweep() {
        Instant before = clock.instant().minus(FORGOTTEN_AFTER);
        return transactions.in(tx -> signIns.forget(tx, before, FORGOTTEN_AT_ONCE));
    }

    private record Account(User user, Workspace workspace, String hash) {}

    private List<Account> accounts(String address, @Nullable WorkspaceId workspace) {
        return transactions.in(tx -> signIns.byEmail(tx, address, MAX_ACCOUNTS).stream()
                .filter(user -> workspace == null || user.workspace().equals(workspace))
                .flatMap(user -> signIns
                        .passwordHash(tx, user.id())
                        .map(hash -> new Account(
                                user, access.workspace(tx, user.workspace()).orElseThrow(), hash))
                        .stream())
                .toList());
    }

    private Outcome open(Account account, Instant now) {
        User user = account.user();
        TokenId id = TokenId.at(now);
        TokenSecret secret = TokenSecret.generate(id);
        Instant end = now.plus(SESSION);
        Grant grant = new Grant(user.role().scopes(), ApprovalRules.NONE, end);
        Token session = new Token(id, user.workspace(), "session", grant, null, null, user.id(), now);
        boolean opened = transactions.durably(tx -> {
            // A password that was changed while this one was checked lets nobody in.
            Optional<String> current = signIns.passwordHash(tx, user.id());
            if (!current.equals(Optional.of(account.hash()))) {
                return false;
            }
            signIns.open(tx, session, secret.hash());
            notes.audit().append(tx, AccessRecord.sessionOpened(session, user));
            return true;
        });
        return opened ? new Outcome.SignedIn(user, account.workspace(), end, secret) : new Outcome.Refused();
    }
}
