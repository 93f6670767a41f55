package org.chancery.core.dkim;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.chancery.core.access.SecretBox;

/**
 * The keys that mail is signed with now, opened and at hand. What another server changed is noticed within {@link
 * #REMEMBERED}; what was replaced meanwhile is still shown in the DNS. Safe for use by many threads.
 */
public final class KeyRing {
    static final Duration REMEMBERED = Duration.ofMinutes(1);

    private final DomainKeys keys;
    private final SecretBox secrets;
    private final Clock clock;
    private final ConcurrentMap<String, Opened> opened = new ConcurrentHashMap<>();

    private record Opened(List<SigningKey> keys, Instant until) {}

    /** A key that signs. */
    public record SigningKey(KeyType type, String selector, PrivateKey key) {
        @Override
        public String toString() {
            return "SigningKey[" + selector + "]";
        }
    }

    /** A key that is kept and cannot be used: sealed with another server's key, or damaged. */
    public static final class UnusableKey extends Exception {
        private static final long serialVersionUID = 1L;

        public UnusableKey(String selector, String domain) {
            super("the key " + selector + " of " + domain
                    + " cannot be opened; data/keys/secret.key has to be that of the server which made it");
        }
    }

    public KeyRing(DomainKeys keys, SecretBox secrets, Clock clock) {
        this.keys = keys;
        this.secrets = secrets;
        this.clock = clock;
    }

    /**
     * The keys of a domain of ours, one of each type; made where there are none.
     *
     * @throws org.chancery.core.fault.Unavailable where they are not at hand and the database is away
     */
    public List<SigningKey> of(String domain) throws UnusableKey {
        Instant now = clock.instant();
        Opened known = opened.get(domain);
        if (known != null && now.isBefore(known.until())) {
            return known.keys();
        }
        List<SigningKey> fresh = open(keys.active(domain).pair());
        opened.put(domain, new Opened(fresh, now.plus(REMEMBERED)));
        return fresh;
    }

    /** Keys were replaced here: they are read again before the next mail. */
    public void forget() {
        opened.clear();
    }

    private List<SigningKey> open(KeySet.Pair pair) throws UnusableKey {
        List<SigningKey> open = new ArrayList<>();
        for (KeyType type : KeyType.values()) {
            String selector = pair.selector(type);
            Optional<byte[]> pkcs8 =
                    secrets.open(DomainKeys.owner(pair, type), pair.key(type).sealed());
            try {
                open.add(new SigningKey(
                        type, selector, type.read(pkcs8.orElseThrow(() -> new UnusableKey(selector, pair.domain())))));
            } catch (GeneralSecurityException damaged) {
                throw new UnusableKey(selector, pair.domain());
            }
        }
        return List.copyOf(open);
    }
}
