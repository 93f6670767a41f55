package org.chancery.smtpingest;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.chancery.core.access.TokenGuard;
import org.chancery.smtpingest.tls.TlsMaterial;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** SMTP in: the MX port and the submission ports. Started once, stopped once. */
public final class SmtpIngest {
    private static final Logger LOG = LoggerFactory.getLogger(SmtpIngest.class);
    private static final Duration LOOK = Duration.ofMillis(10);

    private final SmtpFigures figures = new SmtpFigures();
    private final ConnectionGate mxGate;
    private final ConnectionGate submissionGate;
    private final Listener mx;
    private final @Nullable Listener submission;
    private final @Nullable Listener submissions;
    private final List<Listener> listeners = new ArrayList<>();
    private final SessionWatch watch;

    /**
     * Prepares the ports; {@link #start} opens them.
     *
     * @throws IllegalArgumentException where a submitted mail of the largest size would not fit into the heap
     */
    public SmtpIngest(SmtpConfig config, TlsMaterial tls, CorePorts core, Clock clock) {
        Surroundings surroundings = new Surroundings(
                config, tls, core, figures, new TokenGuard(SubmissionAuth.LIMITS), memory(config), clock);
        this.mxGate = new ConnectionGate(config.session());
        this.submissionGate = new ConnectionGate(config.session());
        this.mx = listener(Service.MX, OptionalInt.of(config.mxPort()), surroundings, mxGate)
                .orElseThrow();
        this.submission = listener(Service.SUBMISSION, config.submissionPort(), surroundings, submissionGate)
                .orElse(null);
        this.submissions = listener(Service.SUBMISSIONS, config.submissionsPort(), surroundings, submissionGate)
                .orElse(null);
        this.watch = new SessionWatch(List.copyOf(listeners), config.time(), Thread::startVirtualThread);
    }

    private static SubmissionMemory memory(SmtpConfig config) {
        return config.submissionPort().isPresent() || config.submissionsPort().isPresent()
                ? SubmissionMemory.of(
                        Runtime.getRuntime().maxMemory(), config.mail().maxMessage())
                : SubmissionMemory.none();
    }

    private Optional<Listener> listener(
            Service service, OptionalInt port, Surroundings surroundings, ConnectionGate gate) {
        if (port.isEmpty()) {
            return Optional.empty();
        }
        Listener listener = new Listener(service, port.getAsInt(), surroundings, gate, new SessionThreads(service));
        listeners.add(listener);
        return Optional.of(listener);
    }

    /**
     * Listens.
     *
     * @throws IllegalStateException where a port is taken; what was opened before is closed again
     */
    public void start() {
        try {
            listeners.forEach(Listener::start);
        } catch (IllegalStateException cannotListen) {
            listeners.forEach(Listener::stop);
            throw cannotListen;
        }
        watch.start();
    }

    /**
     * Whether every port takes connections and the time of their sessions is watched. Cheap, and true from the end of {@link
     * #start} to {@link #stop}; false in between means that a thread of ours has died, which only a restart mends.
     */
    public boolean isListening() {
        return watch.isWatching() && listeners.stream().allMatch(Listener::isListening);
    }

    /** The real port, also where any free one was asked for. */
    public int mxPort() {
        return mx.port();
    }

    /** Empty where submission is switched off. */
    public OptionalInt submissionPort() {
        return submission == null ? OptionalInt.empty() : OptionalInt.of(submission.port());
    }

    /** Empty where submission is switched off. */
    public OptionalInt submissionsPort() {
        return submissions == null ? OptionalInt.empty() : OptionalInt.of(submissions.port());
    }

    public SmtpFigures figures() {
        return figures;
    }

    /**
     * Stops: newcomers and clients at rest get a 421, mails under way may end within the given time, whoever is left then is
     * cut off. A mail that was not answered with 250 by then stays with its client.
     */
    public void stop(Duration grace) {
        mxGate.close();
        submissionGate.close();
        watch.drain();
        long until = System.nanoTime() + grace.toNanos();
        try {
            while (openSessions() > 0 && System.nanoTime() - until < 0) {
                Thread.sleep(LOOK);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (openSessions() > 0) {
            LOG.warn("{} SMTP sessions are cut off", openSessions());
        }
        listeners.forEach(listener ->
                listener.sessions().forEach(session -> session.wire().abort()));
        listeners.forEach(Listener::stop);
        watch.stop();
    }

    private int openSessions() {
        return listeners.stream()
                .mapToInt(listener -> listener.sessions().size())
                .sum();
    }
}
