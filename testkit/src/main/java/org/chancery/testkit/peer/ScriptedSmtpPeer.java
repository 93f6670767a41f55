package org.chancery.testkit.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * An SMTP server on loopback that takes every mail and keeps it, unless its script says otherwise:
 *
 * <pre>{@code
 * try (var peer = ScriptedSmtpPeer.start()) {
 *     peer.at(Stage.RCPT, "bob@").answer("550 5.1.1 no such user");
 *     peer.at(Stage.END_OF_DATA).once().hangUp();
 *     ...
 *     ReceivedMail mail = peer.awaitMail(1, Duration.ofSeconds(10)).getFirst();
 * }
 * }</pre>
 *
 * <p>It offers PIPELINING, 8BITMIME, SMTPUTF8 and SIZE, and what {@link #offering} names instead; STARTTLS and AUTH come
 * with {@link #withStartTls} and {@link #requiringAuth}. Each session has a thread; the script may be changed at any time.
 */
public final class ScriptedSmtpPeer implements AutoCloseable {
    private static final List<String> USUAL_EXTENSIONS =
            List.of("PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE 104857600", "ENHANCEDSTATUSCODES");

    private final ServerSocket listener;
    private final boolean implicitTls;
    private final Thread accepting;
    private final Script script = new Script();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Set<PeerSession> talking = ConcurrentHashMap.newKeySet();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<ReceivedMail> mails = new ArrayList<>();
    private final List<String> commands = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private final Map<Stage, Integer> reached = new EnumMap<>(Stage.class);
    private int sessions;
    private int openSessions;
    private int mostOpenSessions;

    private volatile List<String> extensions = USUAL_EXTENSIONS;
    private volatile boolean startTls;
    private volatile @Nullable Login login;
    private volatile boolean digestsOnly;

    /** The user and password that AUTH has to give. */
    record Login(String user, String password) {}

    private ScriptedSmtpPeer(ServerSocket listener, boolean implicitTls) {
        this.listener = listener;
        this.implicitTls = implicitTls;
        this.accepting =
                Thread.ofVirtual().name("peer-" + listener.getLocalPort()).start(this::acceptSessions);
    }

    /** Listens on a free port of 127.0.0.1. */
    public static ScriptedSmtpPeer start() {
        return start("127.0.0.1", 0);
    }

    /** Listens where told; on Linux every 127.x.y.z is there, so that several hosts can share a port number. */
    public static ScriptedSmtpPeer start(String address, int port) {
        return new ScriptedSmtpPeer(listen(address, port), false);
    }

    /** Speaks TLS from the first byte, on a free port of 127.0.0.1. */
    public static ScriptedSmtpPeer startWithImplicitTls() {
        return new ScriptedSmtpPeer(listen("127.0.0.1", 0), true);
    }

    private static ServerSocket listen(String address, int port) {
        try {
            ServerSocket listener = new ServerSocket();
            listener.bind(new InetSocketAddress(InetAddress.getByName(address), port));
            return listener;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on " + address + ":" + port, e);
        }
    }

    // ---- what it is like

    /** Answers EHLO with these extensions instead of the usual ones; STARTTLS and AUTH are added where they are on. */
    public ScriptedSmtpPeer offering(String... extensions) {
        this.extensions = List.of(extensions);
        return this;
    }

    /** Offers STARTTLS, with {@link PeerCertificate}. */
    public ScriptedSmtpPeer withStartTls() {
        startTls = true;
        return this;
    }

    /** Takes mail only after AUTH PLAIN, LOGIN or CRAM-MD5 with this user and password. */
    public ScriptedSmtpPeer requiringAuth(String user, String password) {
        login = new Login(user, password);
        return this;
    }

    /** Keeps size and digest of what comes in, so that big mails leave no trace on the heap. */
    public ScriptedSmtpPeer keepingOnlyDigests() {
        digestsOnly = true;
        return this;
    }

    // ---- the script

    /** What to do at a stage, until told otherwise. */
    public Step at(Stage stage) {
        return at(stage, "");
    }

    /** The same for commands that contain a text, such as a recipient's address. */
    public Step at(Stage stage, String part) {
        return new Step(stage, part, Integer.MAX_VALUE);
    }

    /** One rule of the script in the making. */
    public final class Step {
        private final Stage stage;
        private final String part;
        private final int times;

        private Step(Stage stage, String part, int times) {
            this.stage = stage;
            this.part = part;
            this.times = times;
        }

        /** The next time only. */
        public Step once() {
            return times(1);
        }

        /** The next few times only. */
        public Step times(int times) {
            return new Step(stage, part, times);
        }

        /** Answers with these lines, codes and all. MAIL, RCPT, DATA and the mail itself are taken if the code says so. */
        public void answer(String... lines) {
            script.add(stage, part, new Script.Action.Answer(List.of(lines), false), times);
        }

        public void answerAndHangUp(String... lines) {
            script.add(stage, part, new Script.Action.Answer(List.of(lines), true), times);
        }

        /** Closes the connection without a word. At the end of data the mail is kept, unacknowledged. */
        public void hangUp() {
            script.add(stage, part, new Script.Action.HangUp(), times);
        }

        /** Says nothing until released, then goes on as usual. */
        public Stall stall() {
            Stall stall = new Stall();
            script.add(stage, part, new Script.Action.Wait(stall), times);
            return stall;
        }
    }

    /** Says a line in every session that is open, whoever's turn it is; it is on its way when this returns. */
    public void sayUnasked(String line) {
        for (PeerSession session : talking) {
            session.sayUnasked(line);
        }
    }

    // ---- what was seen

    public int port() {
        return listener.getLocalPort();
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    /** The mails that were acknowledged, oldest first. */
    public List<ReceivedMail> mails() {
        return locked(() ->
                List.copyOf(mails.stream().filter(ReceivedMail::acknowledged).toList()));
    }

    /** The mails that came in whole and whose acknowledgement the script cut off. */
    public List<ReceivedMail> unacknowledgedMails() {
        return locked(() -> mails.stream().filter(mail -> !mail.acknowledged()).toList());
    }

    /** Every command line of every session, in the order in which they were read. */
    public List<String> commands() {
        return locked(() -> List.copyOf(commands));
    }

    /** Where a client did not keep to RFC 5321, such as a bare line feed. */
    public List<String> violations() {
        return locked(() -> List.copyOf(violations));
    }

    /** How many connections there were. */
    public int sessions() {
        return locked(() -> sessions);
    }

    /** The most connections that were open at one time. */
    public int mostOpenSessions() {
        return locked(() -> mostOpenSessions);
    }

    /** Waits until so many mails were acknowledged; returns all there are. */
    public List<ReceivedMail> awaitMail(int count, Duration atMost) {
        await(() -> mails.stream().filter(ReceivedMail::acknowledged).count() >= count, count + " mails", atMost);
        return mails();
    }

    /** How often a stage was reached, by all sessions together. */
    public int timesReached(Stage stage) {
        return locked(() -> reached.getOrDefault(stage, 0));
    }

    /** Waits until a stage was reached so many times, by all sessions together. */
    public void awaitStage(Stage stage, int times, Duration atMost) {
        await(() -> reached.getOrDefault(stage, 0) >= times, stage + " reached " + times + " times", atMost);
    }

    /** Waits until no session is open. */
    public void awaitNoSession(Duration atMost) {
        await(() -> openSessions == 0, "no open session", atMost);
    }

    private void await(BooleanSupplier condition, String what, Duration atMost) {
        long left = atMost.toNanos();
        lock.lock();
        try {
            while (!condition.getAsBoolean()) {
                if (left <= 0) {
                    throw new AssertionError("waited " + atMost + " for " + what + "; reached " + reached + ", mails "
                            + mails.size() + ", commands " + commands);
                }
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + what, e);
        } finally {
            lock.unlock();
        }
    }

    /** Stops listening and cuts all sessions off. */
    @Override
    public void close() {
        try {
            listener.close();
            accepting.join(); // Before that, the kernel may still take connections.
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot stop the peer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- for the sessions

    Script script() {
        return script;
    }

    @Nullable
    SSLContext startTls() {
        return startTls ? PeerCertificate.serving() : null;
    }

    @Nullable
    Login login() {
        return login;
    }

    boolean keepsOnlyDigests() {
        return digestsOnly;
    }

    List<String> extensions() {
        return extensions;
    }

    void reached(Stage stage) {
        note(() -> reached.merge(stage, 1, Integer::sum));
    }

    void command(String line) {
        note(() -> commands.add(line));
    }

    void violation(String what) {
        note(() -> violations.add(what));
    }

    void keep(ReceivedMail mail) {
        note(() -> mails.add(mail));
    }

    private void acceptSessions() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                // Replies to a flight of commands are many small writes; without this each waits for an ACK.
                socket.setTcpNoDelay(true);
                open.add(socket);
                note(() -> {
                    sessions++;
                    openSessions++;
                    mostOpenSessions = Math.max(mostOpenSessions, openSessions);
                });
                Thread.ofVirtual().name("peer-session").start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            Socket spoken = implicitTls ? PeerSession.serveTls(socket, PeerCertificate.serving()) : socket;
            PeerSession session = new PeerSession(this, spoken);
            talking.add(session);
            try {
                session.run();
            } finally {
                talking.remove(session);
            }
        } catch (IOException gone) {
            // The client went away, which is its good right; tests look at what was kept.
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(socket);
            note(() -> openSessions--);
        }
    }

    private void note(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private <T> T locked(Supplier<T> read) {
        lock.lock();
        try {
            return read.get();
        } finally {
            lock.unlock();
        }
    }
}
