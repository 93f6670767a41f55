package org.chancery.core.access;

import java.util.Optional;
import org.chancery.core.tx.Transactions;

/** Makes what is kept of a password that somebody is to sign in with. */
record PasswordHashing(Transactions transactions, SignInRepository signIns, Passwords passwords) {

    /**
     * The hash, with the salt of other accounts of the same address: then a refused sign-in takes as long for several of them as
     * for one, and does not tell in how many workspaces somebody is. Not to be called within a transaction: it takes its
     * time.
     */
    String hash(String email, Password password) {
        Optional<String> alike =
                transactions.in(tx -> signIns.byEmail(tx, email, null, SignInService.MAX_ACCOUNTS).stream()
                        .flatMap(user -> signIns.passwordHash(tx, user.id()).stream())
                        .findFirst());
        return passwords.hash(password, alike.orElse(null));
    }
}
