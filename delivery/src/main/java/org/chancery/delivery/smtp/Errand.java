package org.chancery.delivery.smtp;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.TransportSecurity;
import org.chancery.core.mailbox.ChangedMail;
import org.chancery.core.queue.Attempt;
import org.chancery.core.queue.Attempt.Result;
import org.chancery.core.queue.Attempt.Session;
import org.chancery.core.queue.Courier.Talk;
import org.chancery.core.queue.OutgoingJob;
import org.chancery.delivery.dkim.Signer.Outcome;
import org.chancery.delivery.smtp.ConversationEnded.TlsFailed;
import org.chancery.delivery.smtp.SmtpConnection.Protection;
import org.chancery.delivery.smtp.SmtpCourier.Load;
import org.chancery.delivery.smtp.SmtpCourier.Means;
import org.chancery.delivery.smtp.SmtpCourier.Way;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt: which hosts there are, what the destination demands of them, and a session with one after the other, until every
 * recipient has a result that no further host could better. Used once, by one thread.
 */
final class Errand {
    private static final Logger LOG = LoggerFactory.getLogger(Errand.class);

    private final Means means;
    private final Way way;
    private final DeliveryConfig config;
    private final OutgoingJob job;
    private final OutgoingMail mail;
    private final Outcome signature;
    private final Talk talk;
    private final Recipients recipients;
    private final Instant startedAt;
    private final TimeLimit limit;
    /** The last conversation that there was, for the record. */
    private Session last = Session.NONE;
    /** The one that is under way with a host; none until it has answered. */
    private Session now = Session.NONE;

    private Demand demand = Demand.none();
    private Set<String> hosts = Set.of();

    Errand(Means means, OutgoingJob job, Load load, Talk talk) {
        this.means = means;
        this.way = means.way();
        this.config = means.config();
        this.startedAt = means.clock().instant();
        this.limit = TimeLimit.in(config.timeouts().attempt());
        this.job = job;
        this.mail = load.mail();
        this.signature = load.signature();
        this.talk = talk;
        this.recipients = new Recipients(job.recipients(), () -> asDemanded(now));
    }

    Attempt run() {
        if (mail.hasBareLineEnds()) {
            settleAll(false, "554 5.6.0 the mail has a CR or LF alone, which cannot be sent as it is");
        } else if (signature instanceof Outcome.Unable unable) {
            // Never without: a mail that lost its signature on the way looks forged.
            settleAll(unable.forNow(), unable.why());
        } else {
            visitAsDemanded();
        }
        String signedWith = signature instanceof Outcome.Signed signed ? signed.signedWith() : null;
        Session told = asDemanded(last);
        return new Attempt(
                startedAt,
                means.clock().instant(),
                new Attempt.Way(told.remote(), told.security(), signedWith),
                recipients.results(hosts),
                recipients.sessions());
    }

    /** With what its destination's policy makes of it. */
    private Session asDemanded(Session session) {
        TransportSecurity security = session.security();
        return new Session(
                session.remote(), new TransportSecurity(security.tls(), security.certificate(), demand.told()));
    }

    private void visitAsDemanded() {
        try {
            demand = Demand.of(way.policies().of(job.destination()));
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return;
        } catch (IllegalStateException unknown) {
            // Not without: it may be the very mail that the policy is to protect.
            LOG.warn("mail for {} waits: {}", job.destination(), unknown.getMessage());
            settleAll(true, "451 4.7.5 it cannot be found out what " + job.destination() + " demands (MTA-STS)");
            return;
        }
        switch (way.router().to(job.destination(), demand::allows)) {
            case Route.None none -> settleAll(none.forNow(), none.reply());
            case Route.Barred ignored -> {
                // RFC 8461 §5.1: the policy may be mended, so that this is never for good.
                demand.unmet("none of the mail exchangers is one of its hosts");
                settleAll(true, "451 4.7.5 the policy of " + job.destination() + " (MTA-STS) names none of its hosts");
            }
            case Route.Through through -> visit(through.hops());
        }
    }

    private void visit(List<Route.Hop> hops) {
        List<Route.Hop> tried = hops.subList(0, Math.min(hops.size(), config.addressesPerAttempt()));
        hosts = tried.stream().map(Route.Hop::host).collect(Collectors.toSet());
        for (Route.Hop hop : tried) {
            if (recipients.isAllSettled()
                    || limit.isOver()
                    || Thread.currentThread().isInterrupted()) {
                return;
            }
            try {
                visit(hop);
            } catch (ConversationEnded ended) {
                postponeAll(ended.reply(), ended.peerSaid());
            } catch (ChangedMail changed) {
                // The conversation ended before the final dot: nobody has the mail (RFC 5321 §4.1.1.4).
                LOG.error("message={} is not sent to {}: {}", job.message(), hop, changed.getMessage());
                settleAll(false, ChangedMail.REPLY);
                return;
            } catch (RuntimeException broken) {
                // What hosts have said so far must not be lost with it, least of all a 250.
                LOG.error("attempt at {} for {} broke off", hop, job.id(), broken);
                postponeAll("451 4.3.0 something broke on our side", false);
                return;
            }
        }
    }

    private void visit(Route.Hop hop) throws ConversationEnded {
        now = Session.NONE;
        demand.begins();
        try {
            converse(hop, true);
        } catch (TlsFailed failed) {
            demand.broke(failed.reply());
            if (isVerified() || way.tlsFromFirstByte()) {
                throw failed;
            }
            // RFC 7435 §3: protection where it can be had, and mail in any case; on a new connection, for the old
            // one is half way into TLS.
            converse(hop, false);
        }
    }

    private boolean isVerified() {
        return way.isVerified() || demand.isEnforced();
    }

    private void converse(Route.Hop hop, boolean withTls) throws ConversationEnded {
        // After a handshake that broke, what waits would not do either.
        Optional<SmtpClientSession> idle = withTls ? means.sessions().take(hop, enough()) : Optional.empty();
        if (idle.isPresent() && isBroughtBy(idle.get())) {
            return;
        }
        SmtpClientSession fresh = begin(hop, withTls);
        bring(fresh);
        if (withTls) {
            means.sessions().keep(fresh);
        } else {
            fresh.leave();
        }
    }

    /** What may protect a session that this mail is brought in, the best first. */
    private List<Protection> enough() {
        if (demand.isEnforced()) {
            return List.of(Protection.PROVED);
        }
        // Credentials are shown in plain text within this machine only; whoever got them so may have the mail.
        return way.isVerified()
                ? List.of(Protection.PROVED, Protection.NONE)
                : List.of(Protection.ENCRYPTED, Protection.NONE);
    }

    /**
     * Brings the mail in a session that waited for one. False where the host wanted no more of it, or had gone, while
     * recipients are still open: they are offered in a new session, as the host may just have been tired of this one.
     */
    private boolean isBroughtBy(SmtpClientSession session) {
        try {
            resume(session);
            bring(session);
        } catch (ConversationEnded ended) {
            session.connection().close();
            return recipients.isAllSettled();
        }
        means.sessions().keep(session);
        return true;
    }

    private void resume(SmtpClientSession session) throws ConversationEnded {
        session.resume(limit, config.reuse().reset());
        note(session.connection());
        demand.met(session.connection().hop(), session.connection().security());
    }

    /** The session is over where this does not return. */
    private void bring(SmtpClientSession session) throws ConversationEnded {
        boolean isInOrder = false;
        try {
            session.send(mail, job.reversePath(), recipients, talk);
            isInOrder = true;
        } finally {
            if (!isInOrder) {
                session.connection().close();
            }
        }
    }

    private SmtpClientSession begin(Route.Hop hop, boolean withTls) throws ConversationEnded {
        SmtpConnection connection = SmtpConnection.open(hop, config.timeouts().connect(), means.watchdog(), limit);
        boolean isInOrder = false;
        try {
            SmtpClientSession session = begin(connection, withTls);
            isInOrder = true;
            return session;
        } finally {
            if (!isInOrder) {
                connection.close();
            }
        }
    }

    private SmtpClientSession begin(SmtpConnection connection, boolean withTls) throws ConversationEnded {
        note(connection);
        if (way.tlsFromFirstByte()) {
            connection.secure(means.tls(), isVerified(), config.timeouts().handshake());
            note(connection);
        }
        SmtpClientSession session = new SmtpClientSession(connection, config.heloName(), config.timeouts());
        session.awaitGreeting();
        session.hello();
        if (withTls && connection.tls() == null && session.offersStartTls()) {
            session.startTls(means.tls(), isVerified());
            note(connection);
        }
        demand.met(connection.hop(), connection.security());
        if (demand.isEnforced() && connection.tls() == null) {
            throw ConversationEnded.with("451 4.7.5 " + connection.hop() + " offers no TLS, which the policy of "
                    + job.destination() + " (MTA-STS) demands");
        }
        if (way.credentials() != null) {
            session.authenticate(way.credentials());
        }
        return session;
    }

    private void note(SmtpConnection connection) {
        now = new Session(connection.hop().toString(), connection.security());
        last = now;
    }

    private void settleAll(boolean forNow, String reply) {
        for (EmailAddress recipient : recipients.open()) {
            recipients.settle(
                    forNow
                            ? new Result.TemporaryFailure(recipient, reply, false)
                            : new Result.PermanentFailure(recipient, reply, false));
        }
    }

    private void postponeAll(String reply, boolean peerSaid) {
        for (EmailAddress recipient : recipients.open()) {
            recipients.postpone(new Result.TemporaryFailure(recipient, reply, peerSaid));
        }
    }
}
