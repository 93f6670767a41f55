package org.chancery.mailets.authentication.dns;

import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.chancery.mailets.authentication.dns.Dns.Answer;
import org.chancery.mailets.authentication.dns.Dns.Answer.Trouble;
import org.chancery.mailets.authentication.dns.Dns.Type;

/**
 * Questions that one mail gives reason to ask: each is asked once, and the time and number of all together are bounded.
 * What is not answered within is {@link Trouble}. Used by one thread.
 */
public final class Lookups {
    private static final Trouble TOO_SLOW = new Trouble("the name servers took too long");
    private static final Trouble CROWDED = new Trouble("other mail waits for slow name servers already");
    private static final Trouble TOO_MANY = new Trouble("the mail asks too many questions");

    /** A name that keeps a mail for this part of its time, and has no answer then, is too slow. */
    private static final int LONG = 4;

    private final Dns dns;
    private final Bounds bounds;
    private final SlowLane lane;
    private final String network;
    private final Map<String, CompletableFuture<Answer>> asked = new HashMap<>();
    private Duration waited = Duration.ZERO;

    /**
     * @param quick every mail may wait so long in all
     * @param total a mail may wait so long in all, where there is room for it in the {@link SlowLane}
     * @param questions at most so many different ones
     */
    public record Bounds(Duration quick, Duration total, int questions) {
        /**
         * An ordinary mail needs some five questions, which a near resolver answers in a tenth of a second. RFC 7208 §4.6.4 asks
         * for 20 s at least where a mail would be refused otherwise; here nothing is refused, and others wait. Most are
         * for SPF, whose ten terms can name ten hosts each, and for the fifty seals of ARC.
         */
        public static final Bounds OF_A_MAIL = new Bounds(Duration.ofMillis(500), Duration.ofSeconds(8), 250);

        /**
         * For what says how the mail is to be judged: the DMARC records, asked for together and apart from the rest, so that no
         * question which a stranger chooses takes their time. As long as a single question may take.
         */
        public static final Bounds OF_POLICIES = new Bounds(Duration.ofSeconds(1), NameServers.QUESTION_TIME, 10);
    }

    /** Of a mail that waits for nobody: for measuring. */
    public static Lookups of(Dns dns) {
        return new Lookups(dns, Bounds.OF_A_MAIL, new SlowLane(1), "");
    }

    /** @param network of the client that brought the mail */
    public Lookups(Dns dns, Bounds bounds, SlowLane lane, String network) {
        this.dns = dns;
        this.bounds = bounds;
        this.lane = lane;
        this.network = network;
    }

    /** Begins to ask what will be wanted later, so that answers are waited for together. */
    public void expect(String name, Type type) {
        question(name, type);
    }

    /** Asks, and waits for the answer. */
    public Answer ask(String name, Type type) {
        CompletableFuture<Answer> question = question(name, type);
        if (!question.isDone() && lane.isTooSlow(name)) {
            return TOO_SLOW;
        }
        Duration before = waited;
        Answer answer = await(name, question);
        boolean tookLong = waited.minus(before).compareTo(bounds.total().dividedBy(LONG)) >= 0;
        if (answer instanceof Trouble && tookLong) {
            lane.remember(name);
        }
        return answer;
    }

    private Answer await(String name, CompletableFuture<Answer> question) {
        if (wait(question, bounds.quick())) {
            return question.getNow(TOO_SLOW);
        }
        if (waited.compareTo(bounds.total()) >= 0) {
            return TOO_SLOW;
        }
        if (!lane.enter(network, name)) {
            return CROWDED;
        }
        try {
            return wait(question, bounds.total()) ? question.getNow(TOO_SLOW) : TOO_SLOW;
        } finally {
            lane.leave(network, name);
        }
    }

    private CompletableFuture<Answer> question(String name, Type type) {
        String key = type + " " + name.toLowerCase(Locale.ROOT);
        CompletableFuture<Answer> known = asked.get(key);
        if (known != null) {
            return known;
        }
        if (asked.size() >= bounds.questions()) {
            return CompletableFuture.completedFuture(TOO_MANY);
        }
        CompletableFuture<Answer> question = dns.ask(name, type).toCompletableFuture();
        asked.put(key, question);
        return question;
    }

    /** Whether the answer is there before the mail has waited that long in all. */
    private boolean wait(CompletableFuture<Answer> question, Duration until) {
        if (question.isDone()) {
            return true;
        }
        Duration left = until.minus(waited);
        if (!left.isPositive()) {
            return false;
        }
        long start = System.nanoTime();
        try {
            question.get(left.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException late) {
            return false;
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException broken) {
            throw new IllegalStateException("a question to the name servers failed instead of being answered", broken);
        } finally {
            waited = waited.plusNanos(System.nanoTime() - start);
        }
    }
}
