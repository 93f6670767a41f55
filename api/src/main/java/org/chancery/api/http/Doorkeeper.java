package org.chancery.api.http;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.chancery.core.access.Credentials;
import org.chancery.core.access.FailedTries;
import org.chancery.core.access.Principal;
import org.chancery.core.access.TokenSecret;
import org.chancery.core.audit.Channel;
import org.jspecify.annotations.Nullable;

/** Lets a call in for its token, shown as bearer or by the cookie of a session, and its scopes, or says why not. Used by all calls at once. */
public final class Doorkeeper {
    /** A misconfigured client on several connections gets so far without noticing. */
    private static final int FREE_TRIES = 20;

    private static final Duration ONE_MORE_EVERY = Duration.ofSeconds(3);
    private static final int MAX_CLIENTS = 10_000;

    /** Tokens remembered as good, by hash. */
    private static final int MAX_KNOWN = 2_000;

    private final Credentials credentials;
    private final Clock clock;
    private final FailedTries<ClientNetwork> failedTries = new FailedTries<>(FREE_TRIES, ONE_MORE_EVERY, MAX_CLIENTS);

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
     * Who calls; null where nobody has to say.
     *
     * @throws HttpFault where the call is not let in
     */
    @Nullable
    Principal admit(Access access, Presented presented, ClientNetwork client) {
        return switch (access) {
            case Access.Open ignored -> null;
            case Access.AnyToken ignored -> authenticate(presented, client);
            case Access.Scoped scoped -> {
                Principal principal = authenticate(presented, client);
                if (!principal.may(scoped.scope())) {
                    throw HttpFault.missingScope(scoped.scope().text());
                }
                yield principal;
            }
        };
    }

    private Principal authenticate(Presented presented, ClientNetwork client) {
        String secret = presented.secret().orElseThrow(() -> HttpFault.unauthorized(false));
        if (presented.mayBeForged()) {
            throw HttpFault.csrf();
        }
        String hash = secret.length() > TokenSecret.MAX_LENGTH
                ? ""
                : TokenSecret.of(secret).hash();
        Instant now = clock.instant();
        Duration wait = failedTries.wait(client, now);
        if (wait.isPositive() && !isKnownGood(hash)) {
            throw HttpFault.tooMany(wait);
        }
        return switch (credentials.bearer(secret)) {
            case Credentials.Check.Valid valid -> {
                remember(hash, true);
                yield presented.isBrowsers() ? valid.principal().through(Channel.CONSOLE) : valid.principal();
            }
            case Credentials.Check.Invalid ignored -> {
                remember(hash, false);
                failedTries.failed(client, now);
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
