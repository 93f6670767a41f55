package org.chancery.storage.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.chancery.core.access.Password;
import org.chancery.core.access.Passwords;
import org.chancery.core.fault.Unavailable;
import org.jspecify.annotations.Nullable;

/**
 * Passwords by Argon2id (RFC 9106), kept as {@code $argon2id$v=19$m=…,t=…,p=…$salt$hash}. Each takes 19 MiB for its while, and
 * so only a few are worked on at once.
 */
public final class Argon2idPasswords implements Passwords {
    /** KiB; with two passes what OWASP's Password Storage Cheat Sheet asks for at least. */
    private static final int MEMORY = 19 * 1024;

    private static final int PASSES = 2;
    private static final int LANES = 1;
    private static final int SALT_OCTETS = 16;
    private static final int HASH_OCTETS = 32;

    /** Past this a hash in the database is no hash of ours, and would take memory as somebody likes. */
    private static final int MAX_MEMORY = 1024 * 1024;

    private static final int MAX_PASSES = 100;

    /** 80 MiB at most. */
    private static final int AT_ONCE = 4;

    private static final int PATIENCE_SECONDS = 10;

    private static final Pattern KEPT = Pattern.compile(
            "\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,3}),p=(\\d)\\$([A-Za-z0-9+/]{1,88})\\$([A-Za-z0-9+/]{1,88})");

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Semaphore places = new Semaphore(AT_ONCE, true);

    private record Cost(int memory, int passes, int lanes) {
        static final Cost OURS = new Cost(MEMORY, PASSES, LANES);
    }

    /** What a hash was made with; those that were made alike are looked at in one go. */
    private record Recipe(Cost cost, String salt, int octets) {
        static final Base64.Encoder ENCODER = Base64.getEncoder().withoutPadding();

        static Recipe withOwnSalt() {
            byte[] salt = new byte[SALT_OCTETS];
            RANDOM.nextBytes(salt);
            return new Recipe(Cost.OURS, ENCODER.encodeToString(salt), HASH_OCTETS);
        }

        String hash(byte[] derived) {
            return "$argon2id$v=19$m=" + cost.memory() + ",t=" + cost.passes() + ",p=" + cost.lanes() + '$' + salt + '$'
                    + ENCODER.encodeToString(derived);
        }
    }

    /** A hash as it is kept. */
    private record Kept(String text, Recipe recipe, byte[] derived) {
        static Kept parse(String hash) {
            Matcher kept = KEPT.matcher(hash);
            if (!kept.matches()) {
                throw new IllegalStateException("a password is kept in a form that is none of ours");
            }
            Cost cost = new Cost(
                    Integer.parseInt(kept.group(1)), Integer.parseInt(kept.group(2)), Integer.parseInt(kept.group(3)));
            if (cost.memory() > MAX_MEMORY || cost.passes() > MAX_PASSES) {
                throw new IllegalStateException("a password is kept in a form that costs too much to check");
            }
            byte[] derived = Base64.getDecoder().decode(kept.group(5));
            return new Kept(hash, new Recipe(cost, kept.group(4), derived.length), derived);
        }
    }

    @Override
    public String hash(Password password, @Nullable String alike) {
        Recipe own = Recipe.withOwnSalt();
        Recipe recipe = alike == null
                ? own
                : new Recipe(own.cost(), Kept.parse(alike).recipe().salt(), own.octets());
        return recipe.hash(derive(password, recipe));
    }

    @Override
    public Set<String> fitting(Password password, Collection<String> hashes) {
        Map<Recipe, List<Kept>> byRecipe =
                hashes.stream().distinct().map(Kept::parse).collect(Collectors.groupingBy(Kept::recipe));
        Set<String> fitting = new HashSet<>();
        byRecipe.forEach((recipe, alike) -> {
            byte[] found = derive(password, recipe);
            alike.stream()
                    .filter(kept -> MessageDigest.isEqual(kept.derived(), found))
                    .forEach(kept -> fitting.add(kept.text()));
        });
        return fitting;
    }

    @Override
    public void takeAsLong(Password password) {
        derive(password, Recipe.withOwnSalt());
    }

    private byte[] derive(Password password, Recipe recipe) {
        try {
            if (!places.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new Unavailable("too many passwords are being checked", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("checking a password was interrupted", e);
        }
        try {
            Cost cost = recipe.cost();
            Argon2BytesGenerator argon2 = new Argon2BytesGenerator();
            argon2.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                    .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                    .withMemoryAsKB(cost.memory())
                    .withIterations(cost.passes())
                    .withParallelism(cost.lanes())
                    .withSalt(Base64.getDecoder().decode(recipe.salt()))
                    .build());
            byte[] hash = new byte[recipe.octets()];
            argon2.generateBytes(password.reveal().getBytes(StandardCharsets.UTF_8), hash);
            return hash;
        } finally {
            places.release();
        }
    }
}
