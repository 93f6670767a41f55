package org.chancery.api.http;

import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chancery.core.access.Credentials;
import org.chancery.core.access.Principal;
import org.chancery.core.access.TokenSecret;
import org.jspecify.annotations.Nullable;

/** Lets a call in for its bearer token (RFC 6750) and its token's scopes, or says why not. Used by all calls at once. */
public final class Doorkeeper {
    private static final Pattern BEARER = Pattern.compile("(?i)bearer +([\\x21-\\x7e]+) *");

    /** Tokens remembered as good, by hash. */
    private static final int MAX_KNOWN = 2_000;

    private final Credentials credentials;
    private final Clock clock;
    private final FailedTries failedTries = new FailedTries();

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
     * @param authorization the header's value, or null
     * @throws HttpFault where the call is not let in
     */
    @Nullable
    Principal admit(Access access, @Nullable String authorization, InetAddress client) {
        return switch (access) {
            case Access.Open ignored -> null;
            case Access.AnyToken ignored -> authenticate(authorization, client);
            case Access.Scoped scoped -> {
                Principal principal = authenticate(authorization, client);
                if (!principal.may(scoped.scope())) {
                    throw HttpFault.missingScope(scoped.scope().text());
                }
                yield principal;
            }
        };
    }

    private Principal authenticate(@Nullable String authorization, InetAddress client) {
        Matcher bearer = authorization == null ? null : BEARER.matcher(authorization);
        if (bearer == null || !bearer.matches()) {
            throw HttpFault.unauthorized(false);
        }
        String secret = bearer.group(1);
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
                yield valid.principal();
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
