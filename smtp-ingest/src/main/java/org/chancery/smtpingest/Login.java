package org.chancery.smtpingest;

import org.chancery.core.access.Client;
import org.chancery.core.access.Credentials;
import org.chancery.core.access.Credentials.Check;
import org.chancery.core.access.Principal;
import org.chancery.core.access.Scope;
import org.chancery.core.access.TokenSecret;
import org.chancery.core.id.TokenId;
import org.chancery.smtpingest.wire.Reply;

/**
 * What a client authenticated with. Looked at again before each mail is begun and before it is taken: sessions go on for long,
 * and a token may be revoked, rotated or restricted meanwhile.
 */
record Login(Credentials credentials, Client client, TokenSecret secret, TokenId token) {

    /** How the login stands now. */
    sealed interface Standing {
        record Good(Principal principal) implements Standing {}

        record Lost(Reply reply) implements Standing {}
    }

    Standing standing() {
        return switch (credentials.bearer(secret.reveal(), client)) {
            case Check.Valid valid ->
                valid.principal().may(Scope.EMAIL_SEND)
                        ? new Standing.Good(valid.principal())
                        : new Standing.Lost(ReplyCodes.TOKEN_ENDED);
            case Check.Invalid ignored -> new Standing.Lost(ReplyCodes.TOKEN_ENDED);
            case Check.Away ignored -> new Standing.Lost(ReplyCodes.AUTH_AWAY);
        };
    }
}
