package org.chancery.api.http;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.chancery.core.access.Client;
import org.chancery.core.access.ClientNetwork;
import org.chancery.core.access.Credentials;
import org.chancery.core.access.Principal;
import org.chancery.core.access.Scope;
import org.chancery.core.access.TokenGuard;
import org.chancery.core.access.TokenSecret;
import org.chancery.core.access.TryBackoff.Limits;
import org.chancery.core.audit.Channel;
import org.jspecify.annotations.Nullable;

/** Lets a call in for its token, shown as bearer or by the cookie of a session, and its scopes, or says why not. Used by all calls at once. */
public final class Doorkeeper {
    /** A misconfigured client on several connections gets so far without noticing; twenty of them behind one address, too. */
    private static final Limits LIMITS = new Limits(20, 20, Duration.ofSeconds(3));

    /** Tokens remembered as good, by hash. */
    private static final int MAX_KNOWN = 2_000;

    private final Credentials credentials;
    private final Clock clock;
    private final TokenGuard guard = new TokenGuard(LIMITS);

    /**
     * Tokens that were valid lately. They are looked up whatever else comes from their address, so that one bad client
     * behind a proxy does not lock out all the others behind it.
     */
    private final Set<String> knownGood = Collections.newSetFromMap(new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MAX_KNOWN;
        }
    });

    public Doorkeeper(Credentials credentials, Clock clock) {
        this.credentials = credentials;
        this.clock = clock;
    }

    /**
     * Who calls; null where nobody has to say. Their scopes are another question.
     *
     * @throws HttpFault where the call is not let in
     */
    @Nullable
    Principal admit(Access access, Presented presented, ClientNetwork client) {
        return switch (access) {
            case Access.Open ignored -> null;
            case Access.AnyToken ignored -> authenticate(presented, client);
            case Access.Scoped ignored -> authenticate(presented, client);
        };
    }

    /** Refuses who was let in and has not the scope that the route needs. */
    static void requireScope(Access access, @Nullable Principal principal) {
        if (access instanceof Access.Scoped scoped) {
            for (Scope scope : scoped.scopes()) {
                if (principal == null || !principal.may(scope)) {
                    throw HttpFault.missingScope(scope.text());
                }
            }
        }
    }

    private Principal authenticate(Presented presented, ClientNetwork client) {
        String secret = presented.secret().orElseThrow(() -> HttpFault.unauthorized(false));
        if (presented.mayBeForged()) {
            throw HttpFault.csrf();
        }
        // Longer ones are refused unread, and are one to us.
        TokenSecret shown = TokenSecret.of(secret.length() > TokenSecret.MAX_LENGTH ? "" : secret);
        String hash = shown.hash();
        return isKnownGood(hash)
                ? check(presented, secret, shown, hash, client)
                : guard.look(client, shown, () -> check(presented, secret, shown, hash, client));
    }

    private Principal check(Presented presented, String secret, TokenSecret shown, String hash, ClientNetwork client) {
        Instant now = clock.instant();
        Duration wait = isKnownGood(hash) ? Duration.ZERO : guard.wait(client, shown, hash, now);
        if (wait.isPositive()) {
            throw HttpFault.tooMany(wait);
        }
        return switch (credentials.bearer(secret, new Client(client, Channel.API))) {
            case Credentials.Check.Valid valid -> {
                remember(hash, true);
                guard.succeeded(client, shown, hash);
                yield presented.isBrowsers() ? valid.principal().through(Channel.CONSOLE) : valid.principal();
            }
            case Credentials.Check.Invalid ignored -> {
                remember(hash, false);
                guard.failed(client, shown, hash, now);
                throw HttpFault.unauthorized(true);
            }
            case Credentials.Check.Away ignored ->
                throw HttpFault.unavailable("Tokens cannot be checked just now; try again soon.");
        };
    }

    private boolean isKnownGood(String hash) {
        synchronized (knownGood) {
            return knownGood.contains(hash);
        }
    }

    private void remember(String hash, boolean good) {
        synchronized (knownGood) {
            if (good) {
                knownGood.add(hash);
            } else {
                knownGood.remove(hash);
            }
        }
    }
}
