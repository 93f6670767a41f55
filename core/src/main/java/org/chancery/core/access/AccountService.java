package org.chancery.core.access;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.chancery.core.access.SignInService.Confirmation;
import org.chancery.core.audit.AuditLog;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.TokenId;
import org.chancery.core.id.UserId;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;

/** What people do about their own account, from a session of theirs: no token of another kind gets as far. */
public final class AccountService {
    /** Of more the oldest are not shown; a new password ends them with all others. */
    private static final int MAX_SESSIONS = 200;

    private final Transactions transactions;
    private final AccessRepository access;
    private final SignInRepository sessions;
    private final SignInService signIns;
    private final PasswordHashing hashing;
    private final AuditLog audit;
    private final Clock clock;

    public AccountService(
            Transactions transactions, AccessRepository access, SignIns signIns, AuditLog audit, Clock clock) {
        this.transactions = transactions;
        this.access = access;
        this.sessions = signIns.repository();
        this.signIns = signIns.service();
        this.hashing = new PasswordHashing(transactions, signIns.repository(), signIns.passwords());
        this.audit = audit;
        this.clock = clock;
    }

    /** What people sign in with, and by. */
    public record SignIns(SignInRepository repository, Passwords passwords, SignInService service) {}

    /** What came of asking for a new password. */
    public sealed interface PasswordChange {
        /** It is in force, and every other session is over. */
        record Changed() implements PasswordChange {}

        /** The old one is another. */
        record WrongPassword() implements PasswordChange {}

        /** Too many wrong ones were shown. */
        record TooMany(Duration pause) implements PasswordChange {}
    }

    /** Gives the person another password; their other sessions end, and their tokens go on. */
    public PasswordChange changePassword(Principal by, Password old, Password wanted, Client client) {
        transactions.run(tx -> requireSession(tx, by));
        return switch (signIns.confirm(by, old, client)) {
            case Confirmation.Wrong ignored -> new PasswordChange.WrongPassword();
            case Confirmation.TooMany tooMany -> new PasswordChange.TooMany(tooMany.pause());
            case Confirmation.Right right -> changePassword(by, right.hash(), wanted);
        };
    }

    private PasswordChange changePassword(Principal by, String oldHash, Password wanted) {
        UserId id = by.maker();
        String email = transactions.in(tx -> person(tx, by).email());
        String hash = hashing.hash(email, wanted);
        return transactions.durably(tx -> {
            access.lockWorkspace(tx, by.workspace());
            requireSession(tx, by);
            // Somebody else may have set another one meanwhile, which this one must not undo.
            if (sessions.passwordHash(tx, id).filter(oldHash::equals).isEmpty()) {
                return new PasswordChange.WrongPassword();
            }
            Instant now = clock.instant();
            User user = person(tx, by);
            sessions.setPassword(tx, id, hash, now);
            sessions.endOthers(tx, id, by.token(), now);
            audit.append(tx, AccessRecord.userChanged(user, user, List.of("password"), by.author(), now));
            return new PasswordChange.Changed();
        });
    }

    /** The person's sessions that go on, those opened last first. */
    public List<KeptToken> sessions(Principal by) {
        return transactions.in(tx -> {
            requireSession(tx, by);
            return sessions.sessions(tx, by.maker(), clock.instant(), MAX_SESSIONS);
        });
    }

    /** Ends one of the person's sessions at once; it may be the one that they came with. */
    public void endSession(Principal by, TokenId session) {
        transactions.durably(tx -> {
            requireSession(tx, by);
            Instant now = clock.instant();
            if (!sessions.end(tx, by.maker(), session, now)) {
                throw CallerFault.notFound("session");
            }
            audit.append(tx, AccessRecord.sessionEnded(by, session, now));
            return true;
        });
    }

    private User person(Tx tx, Principal by) {
        return access.user(tx, by.workspace(), by.maker()).orElseThrow(() -> CallerFault.notFound("user"));
    }

    private void requireSession(Tx tx, Principal by) {
        access.again(tx, by, clock.instant());
        if (access.token(tx, by.workspace(), by.token())
                .filter(KeptToken::isSession)
                .isEmpty()) {
            throw CallerFault.badRequest(
                    "no_session", "This is for people who have signed in; this token is no session.");
        }
    }
}
