package org.chancery.smtpingest;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.chancery.core.access.Actor;
import org.chancery.core.access.Client;
import org.chancery.core.access.Credentials;
import org.chancery.core.access.Grant;
import org.chancery.core.access.Principal;
import org.chancery.core.access.Scope;
import org.chancery.core.endpoint.RecipientLookup;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.TokenId;
import org.chancery.core.id.UserId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.Arrival;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.Envelope;
import org.chancery.core.send.SubmissionDoor;
import org.jspecify.annotations.Nullable;

/** The product as the sessions see it: a domain {@code ours.test} with a few addresses, and a few tokens. */
final class TestCore implements RecipientLookup, Credentials, SubmissionDoor {
    @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
    record SubmittedMail(Principal principal, Envelope envelope, Arrival arrival, byte[] raw) {}

    static final String TOKEN = "chy_token-of-agent";
    static final String TOKEN_WITHOUT_SCOPE = "chy_token-without-scope";
    static final String TOKEN_OF_OTHER = "chy_token-of-other";
    static final String TOKEN_WHILE_AWAY = "chy_token-while-away";
    static final String BROKEN_TOKEN = "chy_token-that-breaks";

    private static final Instant NOW = Instant.parse("2026-11-21T20:00:00Z");
    private static final WorkspaceId WORKSPACE = WorkspaceId.at(NOW);
    private static final EndpointId ENDPOINT = EndpointId.at(NOW);
    private static final MessageId MESSAGE = MessageId.at(NOW);

    final List<SubmittedMail> submitted = new CopyOnWriteArrayList<>();
    /** Where set, run by the door for each mail. */
    volatile @Nullable Runnable whileSubmitting;

    private final Map<String, Principal> principals = new ConcurrentHashMap<>();

    TestCore() {
        principals.put(TOKEN, principal(Set.of(Scope.EMAIL_SEND)));
        principals.put(TOKEN_WITHOUT_SCOPE, principal(Set.of(Scope.EMAIL_READ)));
        principals.put(TOKEN_OF_OTHER, principal(Set.of(Scope.EMAIL_SEND)));
    }

    private static Principal principal(Set<Scope> scopes) {
        return new Principal(
                TokenId.at(NOW),
                WORKSPACE,
                new Actor.Address(ENDPOINT, "agent"),
                UserId.at(NOW),
                ENDPOINT,
                Grant.of(scopes));
    }

    CorePorts with(TestSpool spool) {
        return new CorePorts(this, spool, this, this);
    }

    @Override
    public Destination find(EmailAddress recipient) {
        if (!recipient.domain().equals("ours.test")) {
            return new Destination.Foreign();
        }
        return switch (recipient.withoutTag().canonical()) {
            case "agent@ours.test", "sales@ours.test", "support@ours.test", "büro@ours.test" ->
                new Destination.Hosted(WORKSPACE, ENDPOINT);
            case "disabled@ours.test" -> new Destination.Disabled(WORKSPACE, ENDPOINT);
            case "postmaster@ours.test", "abuse@ours.test" -> new Destination.Admins(WORKSPACE);
            case "bounce-1@ours.test" -> new Destination.ReturnPath(MESSAGE);
            case "away@ours.test" -> new Destination.Away();
            case "broken@ours.test" -> throw new IllegalStateException("a bug");
            default -> new Destination.Unknown();
        };
    }

    @Override
    public Check bearer(String secret, Client client) {
        if (secret.equals(TOKEN_WHILE_AWAY)) {
            return new Check.Away();
        }
        if (secret.equals(BROKEN_TOKEN)) {
            throw new IllegalStateException("a bug");
        }
        Principal principal = principals.get(secret);
        return principal == null ? new Check.Invalid() : new Check.Valid(principal);
    }

    private List<EmailAddress> addressesOf(Principal principal) {
        return principal.equals(principals.get(TOKEN_OF_OTHER))
                ? List.of(EmailAddress.of("other@ours.test"))
                : List.of(EmailAddress.of("agent@ours.test"), EmailAddress.of("sales@ours.test"));
    }

    @Override
    public boolean maySendAs(Principal principal, EmailAddress reversePath) {
        return addressesOf(principal).contains(reversePath);
    }

    /** Decides by the first recipient. */
    @Override
    public Submitted submit(Principal principal, Envelope envelope, Arrival arrival, byte[] raw) {
        Runnable meanwhile = whileSubmitting;
        if (meanwhile != null) {
            meanwhile.run();
        }
        Submitted answer = switch (envelope.recipients().getFirst().localPart()) {
            case "draft" -> new Submitted.Draft(MESSAGE);
            case "refused" -> new Submitted.Refused("5.6.0", "no From\r\n250 2.0.0 forged");
            case "away" -> new Submitted.Away();
            case "broken" -> throw new IllegalStateException("a bug");
            default -> new Submitted.Queued(MESSAGE);
        };
        submitted.add(new SubmittedMail(principal, envelope, arrival, raw));
        return answer;
    }
}
