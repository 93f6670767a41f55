package org.chancery.smtpingest;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.chancery.smtpingest.wire.Reply;
import org.chancery.smtpingest.wire.Wire;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.subethamail.smtp.server.SMTPServer;

/** One port: accepts connections, turns away those beyond the limits, and lets SubEthaSMTP run a session for each other. */
final class Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
    /** Connections that the system keeps ready while we are busy accepting others. */
    private static final int BACKLOG = 512;

    private final Service service;
    private final Surroundings surroundings;
    private final ConnectionGate gate;
    private final Set<SmtpSession> sessions = ConcurrentHashMap.newKeySet();
    private final SMTPServer engine;
    /** The engine's thread, from the first connection that it waited for. */
    private volatile @Nullable Thread acceptor;

    Listener(Service service, int port, Surroundings surroundings, ConnectionGate gate, SessionThreads sessionThreads) {
        this.service = service;
        this.surroundings = surroundings;
        this.gate = gate;
        this.engine = SMTPServer.port(port)
                .bindAddress(surroundings.config().bind())
                .backlog(BACKLOG)
                .hostName(surroundings.config().hostname())
                .softwareName("Chancery")
                // The gate counts; the engine, whose accepting thread would stand still at its limit, never gets there.
                .maxConnections(surroundings.config().session().maxConnections() * 2)
                .serverSocketFactory(Gatekeeper::new)
                .executorService(sessionThreads)
                .serverThreadName("smtp-accept-" + service)
                .build();
        Arrays.stream(Verb.values()).map(EngineCommand::new).forEach(engine.getCommandHandler()::addCommand);
    }

    void start() {
        try {
            engine.start();
        } catch (RuntimeException e) {
            InetAddress bind = surroundings.config().bind();
            throw new IllegalStateException(
                    "cannot listen for " + service + " on " + bind.getHostAddress() + " port " + engine.getPort()
                            + ": is another server running there?",
                    e);
        }
    }

    /** The real port. */
    int port() {
        return engine.getPortAllocated();
    }

    /** Whether connections are taken: it was started, not stopped, and its thread lives. */
    boolean isListening() {
        Thread thread = acceptor;
        return engine.isRunning() && (thread == null || thread.isAlive());
    }

    boolean isCrowded() {
        return gate.isCrowded();
    }

    Set<SmtpSession> sessions() {
        return sessions;
    }

    /** Stops accepting and closes what is still open. */
    void stop() {
        engine.stop();
    }

    /** The server socket that SubEthaSMTP accepts from. */
    private final class Gatekeeper extends ServerSocket {
        Gatekeeper() throws IOException {
            setReuseAddress(true);
        }

        /**
         * The next connection within the limits; it begins to be a session.
         *
         * @throws IOException where one could not be taken. Every other failure, want of memory too, becomes this one: after
         *     it the engine rests for a second and goes on, after any other its thread ends, and nobody is heard any more.
         */
        @Override
        public Socket accept() throws IOException {
            acceptor = Thread.currentThread();
            while (true) {
                Socket connection = next();
                try {
                    Optional<Reply> refusal = gate.admit(connection.getInetAddress());
                    if (refusal.isEmpty()) {
                        return begin(connection);
                    }
                    turnAway(connection, refusal.get());
                } catch (IOException alreadyGone) {
                    closeQuietly(connection);
                } catch (RuntimeException | Error e) {
                    closeQuietly(connection);
                    throw new IOException("a connection could not be taken", e);
                }
            }
        }

        private Socket next() throws IOException {
            try {
                return super.accept();
            } catch (Error e) {
                throw new IOException("no connection could be taken", e);
            }
        }
    }

    // Done by the accepting thread, so that a flood of connections costs no other: one short write into an empty
    // buffer.
    private void turnAway(Socket connection, Reply reply) {
        surroundings.figures().refused(reply);
        LOG.info("refused {} {}: {}", service, connection.getInetAddress().getHostAddress(), reply);
        try {
            if (!service.isImplicitTls()) {
                Wire wire = new Wire(connection, surroundings.config().time().idle());
                wire.say(reply);
                wire.flush();
            }
        } catch (IOException alreadyGone) {
            LOG.debug("it did not wait for the refusal", alreadyGone);
        }
        closeQuietly(connection);
    }

    private EngineSocket begin(Socket connection) throws IOException {
        boolean begun = false;
        try {
            Wire wire = new Wire(connection, surroundings.config().time().idle());
            SmtpSession session = new SmtpSession(surroundings, service, wire);
            EngineSocket socket = new EngineSocket(session, () -> ended(session));
            sessions.add(session);
            surroundings.figures().sessionBegins();
            begun = true;
            return socket;
        } finally {
            if (!begun) {
                gate.release(connection.getInetAddress());
            }
        }
    }

    private static void closeQuietly(Socket connection) {
        try {
            connection.close();
        } catch (IOException alreadyGone) {
            LOG.debug("it is closed either way", alreadyGone);
        }
    }

    private void ended(SmtpSession session) {
        sessions.remove(session);
        surroundings.figures().sessionEnds();
        gate.release(session.wire().client());
    }
}
