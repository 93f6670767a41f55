package org.chancery.core.access;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.chancery.core.audit.AuditKind;
import org.chancery.core.audit.Notes;
import org.chancery.core.audit.RefusedAttempts.Attempt;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.PublicId;
import org.chancery.core.id.UserId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/** Makes, shows and changes the people of a workspace; for its admins. */
public final class PeopleService {
    private final Transactions transactions;
    private final AccessRepository access;
    private final SenderBindings bindings;
    private final SignInRepository signIns;
    private final PasswordHashing hashing;
    private final Notes notes;
    private final Clock clock;

    public PeopleService(
            Transactions transactions,
            AccessRepository access,
            SignInRepository signIns,
            Passwords passwords,
            Notes notes,
            Clock clock) {
        this.transactions = transactions;
        this.access = access;
        this.bindings = new SenderBindings(access);
        this.signIns = signIns;
        this.hashing = new PasswordHashing(transactions, signIns, passwords);
        this.notes = notes;
        this.clock = clock;
    }

    /**
     * What a new person is to be.
     *
     * @param password null for somebody who does not sign in
     * @param addresses sender addresses bound to the person; null for their own address alone
     */
    public record NewPerson(
            String email,
            String name,
            Role role,
            @Nullable Password password,
            @Nullable List<String> addresses) {}

    /**
     * What is to change; null leaves things as they are.
     *
     * @param isDisabled whether the person gets in nowhere from now on, with no session and no token, and is told of nothing
     */
    public record Change(
            @Nullable String name,
            @Nullable Role role,
            @Nullable Boolean isDisabled,
            @Nullable Password password,
            @Nullable List<String> addresses) {

        /** The names of what is to change, in the API's words. */
        List<String> given() {
            List<String> given = new ArrayList<>();
            if (name != null) {
                given.add("name");
            }
            if (role != null) {
                given.add("role");
            }
            if (isDisabled != null) {
                given.add("status");
            }
            if (password != null) {
                given.add("password");
            }
            if (addresses != null) {
                given.add("addresses");
            }
            return given;
        }
    }

    /** A person, and whether they can sign in. */
    public record Shown(User user, boolean hasPassword) {}

    /**
     * Adds a person.
     *
     * @param id reserved for them; where a person of that id exists already, that one is given back unchanged
     */
    public Shown create(Principal by, NewPerson wanted, UserId id) {
        return notingEscalation(by, by.token(), () -> add(by, wanted, id));
    }

    private Shown add(Principal by, NewPerson wanted, UserId id) {
        requireUnrestricted(by);
        EmailAddress own = address(wanted.email(), "/email");
        String email = own.canonical();
        List<String> addresses = wanted.addresses() == null
                ? List.of(SenderBindings.bindable(own, "/email"))
                : bindable(wanted.addresses());
        // Hashed before the transaction begins: it takes its time.
        String hash = wanted.password() == null ? null : hashing.hash(email, wanted.password());
        return transactions.durably(tx -> {
            access.lockWorkspace(tx, by.workspace());
            requireStill(tx, by);
            Optional<User> already = access.user(tx, by.workspace(), id);
            if (already.isPresent()) {
                return shown(tx, already.get());
            }
            if (wanted.role() == Role.OWNER) {
                requireOwner(tx, by);
            }
            Instant now = clock.instant();
            User user = new User(id, by.workspace(), email, wanted.name(), wanted.role(), List.of(), now);
            if (!access.add(tx, user)) {
                throw CallerFault.conflict("user_exists", email + " is a user of this workspace already.");
            }
            bind(tx, user, addresses);
            if (hash != null) {
                signIns.setPassword(tx, id, hash, now);
            }
            notes.log().append(tx, AccessRecord.userCreated(user, addresses.size(), hash != null, by.author()));
            return shown(tx, found(tx, by, id));
        });
    }

    /** A page of the workspace's people, oldest first. */
    public List<Shown> list(Principal by, @Nullable UserId after, int limit) {
        return transactions.in(tx -> access.users(tx, by.workspace(), after, limit).stream()
                .map(user -> shown(tx, user))
                .toList());
    }

    /** One person of the caller's workspace. */
    public Shown get(Principal by, UserId id) {
        return transactions.in(tx -> shown(tx, found(tx, by, id)));
    }

    /**
     * Changes a person. A new password ends the sessions that were opened with the old one; somebody who is disabled has none, and
     * their tokens let nobody in for as long as they are.
     */
    public Shown change(Principal by, UserId id, Change wanted) {
        return notingEscalation(by, id, () -> update(by, id, wanted));
    }

    private Shown update(Principal by, UserId id, Change wanted) {
        requireUnrestricted(by);
        List<String> addresses = wanted.addresses() == null ? null : bindable(wanted.addresses());
        String hash = wanted.password() == null ? null : hash(by, id, wanted.password());
        return transactions.durably(tx -> {
            // Two owners who take the role from each other at once: one comes second, and finds the last owner.
            access.lockWorkspace(tx, by.workspace());
            requireStill(tx, by);
            Instant now = clock.instant();
            User user = found(tx, by, id);
            User changed = changed(user, wanted, now);
            if (user.role() == Role.OWNER || changed.role() == Role.OWNER) {
                requireOwner(tx, by);
            }
            if (isActiveOwner(user) && !isActiveOwner(changed) && access.owners(tx, by.workspace()) == 1) {
                throw CallerFault.conflict("last_owner", "A workspace keeps one owner; make somebody else one first.");
            }
            access.update(tx, changed);
            if (addresses != null) {
                rebind(tx, user, addresses);
            }
            if (hash != null) {
                signIns.setPassword(tx, id, hash, now);
            }
            if (hash != null || !changed.isActive()) {
                signIns.endAll(tx, id, now);
            }
            notes.log().append(tx, AccessRecord.userChanged(user, changed, wanted.given(), by.author(), now));
            return shown(tx, found(tx, by, id));
        });
    }

    private static User changed(User user, Change wanted, Instant now) {
        Instant disabledAt = user.disabledAt();
        if (wanted.isDisabled() != null) {
            disabledAt = !wanted.isDisabled() ? null : disabledAt == null ? now : disabledAt;
        }
        return new User(
                user.id(),
                user.workspace(),
                user.email(),
                wanted.name() == null ? user.name() : wanted.name(),
                wanted.role() == null ? user.role() : wanted.role(),
                user.addresses(),
                user.createdAt(),
                disabledAt);
    }

    private static boolean isActiveOwner(User user) {
        return user.role() == Role.OWNER && user.isActive();
    }

    /** Hashing a password takes its time: whoever asks may have lost their token, or their role, meanwhile. */
    private void requireStill(Tx tx, Principal by) {
        Principal now = access.again(tx, by, clock.instant());
        now.requireScope(Scope.ADMIN);
        requireUnrestricted(now);
    }

    private String hash(Principal by, UserId id, Password password) {
        User user = transactions.in(tx -> found(tx, by, id));
        return hashing.hash(user.email(), password);
    }

    private <T> T notingEscalation(Principal by, PublicId subject, Supplier<T> action) {
        Attempt attempt = new Attempt(by.workspace(), by.author(), AuditKind.ACCESS_REFUSED, subject.text());
        return notes.refused().noting(attempt, action);
    }

    private Shown shown(Tx tx, User user) {
        return new Shown(user, signIns.passwordHash(tx, user.id()).isPresent());
    }

    private User found(Tx tx, Principal by, UserId id) {
        return access.user(tx, by.workspace(), id).orElseThrow(() -> CallerFault.notFound("user"));
    }

    /** Whoever may make people can make one who approves, or sign in as one and send what nobody approved. */
    private static void requireUnrestricted(Principal by) {
        by.requireUnrestricted("make or change people");
    }

    /** Whoever could make themselves an owner, or take an owner's place, would be one. */
    private void requireOwner(Tx tx, Principal by) {
        boolean isOwner = access.user(tx, by.workspace(), by.maker())
                .filter(PeopleService::isActiveOwner)
                .isPresent();
        if (!isOwner) {
            throw CallerFault.forbidden("owner_required", "Only an owner can make or change an owner.");
        }
    }

    private void rebind(Tx tx, User user, List<String> addresses) {
        Set<String> kept = new LinkedHashSet<>(addresses);
        user.addresses().stream()
                .filter(address -> !kept.contains(address))
                .forEach(address -> access.unbind(tx, user, address));
        bind(
                tx,
                user,
                addresses.stream()
                        .filter(address -> !user.addresses().contains(address))
                        .toList());
    }

    private void bind(Tx tx, User user, List<String> addresses) {
        addresses.forEach(address -> bindings.bind(tx, user, address));
    }

    private static List<String> bindable(List<String> addresses) {
        if (addresses.size() > SenderBindings.MAX_ADDRESSES) {
            throw CallerFault.invalid("/addresses", "must have at most " + SenderBindings.MAX_ADDRESSES + " elements");
        }
        Set<String> bindable = new LinkedHashSet<>();
        for (int i = 0; i < addresses.size(); i++) {
            String pointer = "/addresses/" + i;
            bindable.add(SenderBindings.bindable(address(addresses.get(i), pointer), pointer));
        }
        return new ArrayList<>(bindable);
    }

    private static EmailAddress address(String text, String pointer) {
        return EmailAddress.parse(text).orElseThrow(() -> CallerFault.invalid(pointer, "is no e-mail address"));
    }
}
