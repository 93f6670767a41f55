package org.chancery.core.dkim;

import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chancery.core.access.AccessRepository;
import org.chancery.core.access.SecretBox;
import org.chancery.core.access.Workspace;
import org.chancery.core.audit.AuditEntry;
import org.chancery.core.audit.AuditLog;
import org.chancery.core.audit.Author;
import org.chancery.core.dkim.PublishedKeys.Shown;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;

/**
 * Makes a domain's keys when they are needed first, and replaces them. The first keys sign at once, for there are no others;
 * later ones when the DNS shows them, so that no mail is signed with what nobody can look up; or they are given up. Keys that were
 * replaced are shown for {@link #SHOWN_AFTER_RETIREMENT}.
 *
 * <p>All servers on a database share the keys. Safe for use by many of them: states change by compare-and-set.
 */
public final class DomainKeys {
    /** Mail is tried for two days and may lie in somebody's queue for five more; receivers look at keys when they get it. */
    public static final Duration SHOWN_AFTER_RETIREMENT = Duration.ofDays(14);

    private final Transactions transactions;
    private final Stores stores;
    private final SecretBox secrets;
    private final PublishedKeys published;
    private final Clock clock;

    /** What is read and written. */
    public record Stores(KeySetRepository keys, AccessRepository access, AuditLog audit) {}

    public DomainKeys(
            Transactions transactions, Stores stores, SecretBox secrets, PublishedKeys published, Clock clock) {
        this.transactions = transactions;
        this.stores = stores;
        this.secrets = secrets;
        this.published = published;
        this.clock = clock;
    }

    /** What binds a sealed key to its place. */
    static String owner(KeySet.Pair pair, KeyType type) {
        return owner(pair.domain(), pair.name(), type);
    }

    private static String owner(String domain, String name, KeyType type) {
        return "dkim " + domain + " " + name + "-" + type.text();
    }

    /** The domains that sign: those of all workspaces. */
    public List<String> domains() {
        return transactions.in(tx -> stores.access().workspaces(tx)).stream()
                .map(Workspace::domain)
                .distinct()
                .sorted()
                .toList();
    }

    /** All keys of a domain, the newest first; made where there are none. */
    public List<KeySet> of(String domain) {
        List<KeySet> sets = transactions.in(tx -> {
            ours(tx, domain);
            return stores.keys().of(tx, domain);
        });
        if (!sets.isEmpty()) {
            return sets;
        }
        active(domain);
        return transactions.in(tx -> stores.keys().of(tx, domain));
    }

    /** The keys that a domain's mail is signed with now; made where there are none. */
    public KeySet.Active active(String domain) {
        return transactions.in(tx -> stores.keys().active(tx, domain)).orElseGet(() -> makeFirst(domain));
    }

    private KeySet.Active makeFirst(String domain) {
        KeySet.Pair pair = make(domain, 1);
        return transactions.durably(tx -> {
            KeySet.Active first = new KeySet.Active(pair, pair.createdAt());
            List<Workspace> workspaces = ours(tx, domain);
            if (stores.keys().add(tx, first)) {
                tell(tx, workspaces, pair, SigningKeyRecord::created, Author.SERVER);
                return first;
            }
            // Another thread or server was first.
            return stores.keys().active(tx, domain).orElseThrow();
        });
    }

    /** Makes the keys that are to replace the active ones once the DNS shows them. */
    public KeySet.Waiting rotate(String domain) {
        int newest = of(domain).getFirst().pair().number();
        KeySet.Waiting next = new KeySet.Waiting(make(domain, newest + 1));
        return transactions.durably(tx -> {
            List<Workspace> workspaces = ours(tx, domain);
            Optional<KeySet> waiting = stores.keys().of(tx, domain).stream()
                    .filter(KeySet.Waiting.class::isInstance)
                    .findFirst();
            if (waiting.isPresent() || !stores.keys().add(tx, next)) {
                throw CallerFault.conflict(
                        "rotation_under_way",
                        "New keys of " + domain
                                + " wait already; publish and activate them first, or give them up with 'dkim discard'.");
            }
            tell(tx, workspaces, next.pair(), SigningKeyRecord::created, Author.OPERATOR);
            return next;
        });
    }

    /**
     * Has a domain's waiting keys sign from now on.
     *
     * @param unseen also where the DNS does not show them to us
     */
    public KeySet.Active activate(String domain, boolean unseen) {
        KeySet.Waiting waiting = waiting(domain);
        if (!unseen) {
            look(waiting.pair()).forEach((record, shown) -> {
                if (shown != Shown.YES) {
                    throw CallerFault.conflict(
                            "not_published",
                            "The DNS does not show " + record.name()
                                    + " as it should; mail signed with it would not verify.");
                }
            });
        }
        return change(waiting, Author.OPERATOR).orElseThrow(DomainKeys::waitedNoMore);
    }

    /** Gives up a domain's waiting keys; the ones that sign go on. */
    public KeySet.Discarded discard(String domain) {
        KeySet.Waiting waiting = waiting(domain);
        return transactions.durably(tx -> {
            KeySet.Discarded given = waiting.discard(clock.instant());
            if (!stores.keys().discard(tx, given)) {
                throw waitedNoMore();
            }
            tell(tx, workspaces(tx, domain), given.pair(), SigningKeyRecord::discarded, Author.OPERATOR);
            return given;
        });
    }

    private KeySet.Waiting waiting(String domain) {
        return transactions.in(tx -> {
            ours(tx, domain);
            return stores.keys().of(tx, domain).stream()
                    .filter(KeySet.Waiting.class::isInstance)
                    .map(KeySet.Waiting.class::cast)
                    .findFirst()
                    .orElseThrow(() -> CallerFault.conflict(
                            "nothing_waits", "No keys of " + domain + " wait; make some with 'dkim rotate'."));
        });
    }

    private static CallerFault waitedNoMore() {
        return CallerFault.conflict("nothing_waits", "These keys do not wait any more.");
    }

    /** Has all keys that wait and that the DNS shows sign from now on; returns them. */
    public List<KeySet.Active> activatePublished() {
        return transactions.in(stores.keys()::waiting).stream()
                .filter(waiting -> look(waiting.pair()).values().stream().allMatch(shown -> shown == Shown.YES))
                .flatMap(waiting -> change(waiting, Author.SERVER).stream())
                .toList();
    }

    private Optional<KeySet.Active> change(KeySet.Waiting waiting, Author by) {
        return transactions.durably(tx -> {
            Instant now = clock.instant();
            KeySet.Active next = waiting.activate(now);
            if (!stores.keys().activate(tx, next)) {
                return Optional.empty();
            }
            stores.keys().of(tx, next.pair().domain()).forEach(set -> {
                if (set instanceof KeySet.Active before
                        && before.pair().number() != next.pair().number()) {
                    stores.keys().retire(tx, before.retire(now));
                }
            });
            tell(tx, workspaces(tx, next.pair().domain()), next.pair(), SigningKeyRecord::activated, by);
            return Optional.of(next);
        });
    }

    /** What the DNS shows of each key of a set. */
    public Map<KeyRecord, Shown> look(KeySet.Pair pair) {
        Map<KeyRecord, Shown> shown = new LinkedHashMap<>();
        pair.records().forEach(record -> shown.put(record, published.look(record)));
        return shown;
    }

    /** Deletes keys that need not be shown any more, and names that nobody remembers. */
    public int forgetRetired() {
        return transactions.in(tx -> stores.keys().forget(tx, clock.instant().minus(SHOWN_AFTER_RETIREMENT)));
    }

    private List<Workspace> ours(Tx tx, String domain) {
        List<Workspace> workspaces = workspaces(tx, domain);
        if (workspaces.isEmpty()) {
            throw CallerFault.invalid("/domain", domain + " is the domain of no workspace here");
        }
        return workspaces;
    }

    private List<Workspace> workspaces(Tx tx, String domain) {
        return stores.access().workspaces(tx).stream()
                .filter(workspace -> workspace.domain().equals(domain))
                .toList();
    }

    private interface Telling {
        AuditEntry entry(org.chancery.core.id.WorkspaceId workspace, KeySet.Pair pair, Author by, Instant now);
    }

    private void tell(Tx tx, List<Workspace> workspaces, KeySet.Pair pair, Telling telling, Author by) {
        Instant now = clock.instant();
        workspaces.forEach(workspace -> stores.audit().append(tx, telling.entry(workspace.id(), pair, by, now)));
    }

    private KeySet.Pair make(String domain, int number) {
        Instant now = clock.instant();
        String name = KeySet.Pair.name(number, now);
        return new KeySet.Pair(
                domain, number, name, now, make(domain, name, KeyType.RSA), make(domain, name, KeyType.ED25519));
    }

    private KeySet.Kept make(String domain, String name, KeyType type) {
        KeyPair keys = type.generate();
        return new KeySet.Kept(
                Base64.getEncoder().encodeToString(type.published(keys.getPublic())),
                secrets.seal(owner(domain, name, type), keys.getPrivate().getEncoded()));
    }
}
