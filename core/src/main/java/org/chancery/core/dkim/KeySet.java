package org.chancery.core.dkim;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/**
 * A domain's keys: an RSA and an Ed25519 key, which are replaced together. They wait until the DNS shows them, then they sign,
 * then they stay published until nothing that they signed is on its way any more. Those that wait can be given up instead. The private
 * keys of those that sign no more are destroyed.
 */
public sealed interface KeySet {
    Pair pair();

    /** When it became what it is. */
    Instant since();

    /** Published or about to be; nothing is signed with it. */
    record Waiting(Pair pair) implements KeySet {
        @Override
        public Instant since() {
            return pair.createdAt();
        }

        public Active activate(Instant at) {
            return new Active(pair, at);
        }

        public Discarded discard(Instant at) {
            return new Discarded(pair, at);
        }
    }

    /** What is sent is signed with it; a domain has one of them. */
    record Active(Pair pair, Instant since) implements KeySet {
        public Retired retire(Instant at) {
            return new Retired(pair, at);
        }
    }

    /** Nothing is signed with it any more, and what was may still be on its way. */
    record Retired(Pair pair, Instant since) implements KeySet {
        public Retired {
            pair = pair.destroyed();
        }
    }

    /** Nothing was ever signed with it; only its name is kept, until nobody remembers what the DNS showed under it. */
    record Discarded(Pair pair, Instant since) implements KeySet {
        public Discarded {
            pair = pair.destroyed();
        }
    }

    /**
     * The two keys.
     *
     * @param domain lower case, A-labels
     * @param number 1 for a domain's first, and so on
     * @param name what both selectors begin with
     */
    record Pair(String domain, int number, String name, Instant createdAt, Kept rsa, Kept ed25519) {
        private static final DateTimeFormatter DAY =
                DateTimeFormatter.ofPattern("yyyyMMdd", Locale.ROOT).withZone(ZoneOffset.UTC);

        /** The day is part of the name: a server that begins anew does not take names that others remember other keys by. */
        static String name(int number, Instant createdAt) {
            return "c" + DAY.format(createdAt) + "-" + number;
        }

        private Pair destroyed() {
            return new Pair(domain, number, name, createdAt, rsa.destroyed(), ed25519.destroyed());
        }

        public Kept key(KeyType type) {
            return switch (type) {
                case RSA -> rsa;
                case ED25519 -> ed25519;
            };
        }

        public String selector(KeyType type) {
            return name + "-" + type.text();
        }

        public List<String> selectors() {
            return List.of(selector(KeyType.RSA), selector(KeyType.ED25519));
        }

        /** What has to stand in the DNS. */
        public List<KeyRecord> records() {
            return List.of(record(KeyType.RSA), record(KeyType.ED25519));
        }

        private KeyRecord record(KeyType type) {
            return new KeyRecord(
                    selector(type) + "._domainkey." + domain, type, key(type).published());
        }
    }

    /**
     * One key, as it is kept.
     *
     * @param published base64, as {@code p=} says
     * @param sealed the private key in a {@link org.chancery.core.access.SecretBox}; empty where it was destroyed
     */
    record Kept(String published, String sealed) {
        private Kept destroyed() {
            return new Kept(published, "");
        }

        @Override
        public String toString() {
            return "Kept[published=" + published + "]";
        }
    }
}
