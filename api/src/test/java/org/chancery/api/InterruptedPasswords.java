package org.chancery.api;

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.chancery.core.access.Password;
import org.chancery.core.access.Passwords;
import org.chancery.storage.access.Argon2idPasswords;
import org.jspecify.annotations.Nullable;

/** Passwords as they are kept, and something that happens while one is being hashed. */
final class InterruptedPasswords implements Passwords {
    private static final Runnable NOTHING = () -> {};

    private final Passwords real = new Argon2idPasswords();
    private final AtomicReference<Runnable> meanwhile = new AtomicReference<>(NOTHING);

    /** Has it happen once, while the next password is hashed. */
    void meanwhile(Runnable what) {
        meanwhile.set(what);
    }

    @Override
    public String hash(Password password, @Nullable String alike) {
        meanwhile.getAndSet(NOTHING).run();
        return real.hash(password, alike);
    }

    @Override
    public Set<String> fitting(Password password, Collection<String> hashes) {
        return real.fitting(password, hashes);
    }

    @Override
    public void takeAsLong(Password password) {
        real.takeAsLong(password);
    }
}
