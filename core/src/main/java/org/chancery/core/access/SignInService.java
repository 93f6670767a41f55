package org.chancery.core.access;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.chancery.core.access.SignInGuard.Turn;
import org.chancery.core.audit.AuditLog;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.TokenId;
import org.chancery.core.id.UserId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/** Lets people in with address and password, for as long as a session lasts. Used by all calls at once. */
public final class SignInService {

    /** A working day; after it people sign in again. */
    public static final Duration SESSION = Duration.ofHours(12);

    /** One address in more workspaces than these is looked up in the oldest of them, unless one is named. */
    static final int MAX_ACCOUNTS = 10;

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
        List<Account> accounts = accounts(address, workspace);
        List<UserId> ids = accounts.stream().map(Account::id).toList();
        return switch (guard.take(client.network(), address, ids, now)) {
            case Turn.Wait wait -> new Outcome.TooMany(wait.pause());
            case Turn.Taken taken ->
                compare(
                        accounts.stream()
                                .filter(account -> taken.includes(account.id()))
                                .toList(),
                        password,
                        taken,
                        client);
        };
    }

    private Outcome compare(List<Account> accounts, Password password, Turn.Taken taken, Client client) {
        List<Account> fitting;
        Outcome outcome;
        try {
            fitting = fitting(accounts, password);
            outcome = switch (fitting.size()) {
                case 0 -> new Outcome.Refused();
                case 1 -> open(fitting.getFirst(), clock.instant());
                default ->
                    new Outcome.Several(fitting.stream().map(Account::workspace).toList());
            };
        } catch (Unavailable nobodysFault) {
            guard.giveBack(taken);
            throw nobodysFault;
        }
        if (outcome instanceof Outcome.SignedIn in) {
            guard.succeeded(taken, in.user().id());
            notes.failures().succeeded(in.user().id());
        } else if (outcome instanceof Outcome.Several) {
            // Nobody is in yet: what failed before stays failed.
            guard.giveBack(taken, fitting.stream().map(Account::id).toList());
        }
        // The password of one account is a guess at every other one of that address.
        List<User> missed = outcome instanceof Outcome.Refused
                ? accounts.stream().map(Account::user).toList()
                : accounts.stream()
                        .filter(account -> !fitting.contains(account))
                        .map(Account::user)
                        .toList();
        if (outcome instanceof Outcome.Refused || !missed.isEmpty()) {
            notes.failures().signIn(missed, client);
        }
        return outcome;
    }

    private List<Account> fitting(List<Account> accounts, Password password) {
        if (accounts.isEmpty()) {
            passwords.takeAsLong(password);
            return List.of();
        }
        Set<String> fitting =
                passwords.fitting(password, accounts.stream().map(Account::hash).toList());
        return accounts.stream()
                .filter(account -> fitting.contains(account.hash()))
                .toList();
    }

    /** Whether somebody who is in knows their password. */
    sealed interface Confirmation {
        /** They do; the hash is the one that it fits. */
        record Right(String hash) implements Confirmation {}

        record Wrong() implements Confirmation {}

        record TooMany(Duration pause) implements Confirmation {}
    }

    /** Compares the password of a person who is in. It counts as a sign-in does: a session that was stolen allows no more guesses. */
    Confirmation confirm(Principal by, Password password, Client client) {
        Optional<Account> found = transactions.in(
                tx -> access.user(tx, by.workspace(), by.maker()).flatMap(user -> account(tx, user)));
        if (found.isEmpty()) {
            return new Confirmation.Wrong();
        }
        Account account = found.get();
        return switch (guard.take(client.network(), account.user().email(), List.of(account.id()), clock.instant())) {
            case Turn.Wait wait -> new Confirmation.TooMany(wait.pause());
            case Turn.Taken taken -> confirm(account, password, taken, client);
        };
    }

    private Confirmation confirm(Account account, Password password, Turn.Taken taken, Client client) {
        if (!taken.includes(account.id())) {
            return new Confirmation.TooMany(SignInGuard.FIRST_WAIT);
        }
        try {
            if (passwords.matches(password, account.hash())) {
                guard.succeeded(taken, account.id());
                return new Confirmation.Right(account.hash());
            }
        } catch (Unavailable nobodysFault) {
            guard.giveBack(taken);
            throw nobodysFault;
        }
        notes.failures().signIn(List.of(account.user()), client);
        return new Confirmation.Wrong();
    }

    /** Ends the session that the caller came with; false where they came with a token of another kind. */
    public boolean signOut(Principal by) {
        return transactions.durably(tx -> {
            Instant now = clock.instant();
            boolean ended = signIns.end(tx, by.maker(), by.token(), now);
            if (ended) {
                notes.audit().append(tx, AccessRecord.sessionEnded(by, by.token(), now));
            }
            return ended;
        });
    }

    /** Forgets sessions that ended long ago; for a timer, every hour or so. */
    public int sweep() {
        Instant before = clock.instant().minus(FORGOTTEN_AFTER);
        return transactions.in(tx -> signIns.forget(tx, before, FORGOTTEN_AT_ONCE));
    }

    private record Account(User user, Workspace workspace, String hash) {
        UserId id() {
            return user.id();
        }
    }

    private List<Account> accounts(String address, @Nullable WorkspaceId workspace) {
        return transactions.in(tx -> signIns.byEmail(tx, address, workspace, MAX_ACCOUNTS).stream()
                .flatMap(user -> account(tx, user).stream())
                .toList());
    }

    /** Who can sign in: somebody with a password who is not disabled. */
    private Optional<Account> account(Tx tx, User user) {
        return signIns.passwordHash(tx, user.id())
                .filter(hash -> user.isActive())
                .map(hash ->
                        new Account(user, access.workspace(tx, user.workspace()).orElseThrow(), hash));
    }

    private Outcome open(Account account, Instant now) {
        User user = account.user();
        TokenId id = TokenId.at(now);
        TokenSecret secret = TokenSecret.generate(id);
        Instant end = now.plus(SESSION);
        Grant grant = new Grant(user.role().scopes(), ApprovalRules.NONE, end);
        Token session = new Token(id, user.workspace(), "session", grant, null, null, user.id(), now);
        boolean opened = transactions.durably(tx -> {
            // A password that was changed while this one was checked lets nobody in, nor does a person who was
            // disabled. Whoever changes either has the lock too, and ends the sessions that were opened before.
            access.lockWorkspace(tx, user.workspace());
            Optional<Account> current =
                    access.user(tx, user.workspace(), user.id()).flatMap(found -> account(tx, found));
            if (current.filter(found -> found.hash().equals(account.hash())).isEmpty()) {
                return false;
            }
            signIns.open(tx, session, secret.hash());
            notes.audit().append(tx, AccessRecord.sessionOpened(session, user));
            return true;
        });
        return opened ? new Outcome.SignedIn(user, account.workspace(), end, secret) : new Outcome.Refused();
    }
}
