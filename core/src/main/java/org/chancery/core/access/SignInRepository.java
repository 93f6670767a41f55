package org.chancery.core.access;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.chancery.core.id.TokenId;
import org.chancery.core.id.UserId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/** Keeps what people sign in with, and the sessions that they opened. A session is a token that people never see. */
public interface SignInRepository {

    /**
     * The people of that address, oldest first.
     *
     * @param workspace the only one in question; null for whichever
     */
    List<User> byEmail(Tx tx, String email, @Nullable WorkspaceId workspace, int limit);

    /** The hash of a person's password; empty where they have none and cannot sign in. */
    Optional<String> passwordHash(Tx tx, UserId user);

    /** Sets or replaces a person's password. */
    void setPassword(Tx tx, UserId user, String hash, Instant at);

    /** Opens a session; its token expires. */
    void open(Tx tx, Token session, String secretHash);

    /** A person's sessions that go on at that time, those opened last first. */
    List<KeptToken> sessions(Tx tx, UserId user, Instant now, int limit);

    /** Ends one session of a person at once; whether that token was one and went on until now. */
    boolean end(Tx tx, UserId user, TokenId session, Instant at);

    /** Ends all sessions of a person but that one at once. */
    void endOthers(Tx tx, UserId user, TokenId session, Instant at);

    /** Ends all sessions of a person at once. */
    void endAll(Tx tx, UserId user, Instant at);

    /** Forgets sessions that ended before that time; returns how many went. */
    int forget(Tx tx, Instant before, int limit);
}
