package org.chancery.delivery.net;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Cache;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.lookup.LookupResult;
import org.xbill.DNS.lookup.LookupSession;
import org.xbill.DNS.lookup.NoSuchDomainException;
import org.xbill.DNS.lookup.NoSuchRRSetException;

/**
 * Questions to the name servers, each answered in bounded time with one of four answers. Aliases are followed (RFC 5321
 * §5.1), answers remembered as long as their TTL allows; {@code /etc/hosts} and search paths play no part.
 */
public final class Dns {

    /** What came of a question. */
    public sealed interface Answer {
        /** Records of the wanted type; at least one. */
        record Found(List<Record> records) implements Answer {}

        /** The name exists and has none. */
        record NoRecords() implements Answer {}

        /** The name does not exist, or cannot. */
        record NoSuchName() implements Answer {}

        /** Nobody answered, or not with an answer. */
        record Unanswered() implements Answer {}
    }

    /** A question that is under way; several may be at once, and be waited for one after the other in the time of one. */
    public final class Question {
        private final CompletionStage<LookupResult> asked;
        private final long since = System.nanoTime();

        private Question(CompletionStage<LookupResult> asked) {
            this.asked = asked;
        }

        public Answer answer() {
            try {
                List<Record> records = asked.toCompletableFuture()
                        .get(timeout.toNanos() - (System.nanoTime() - since), TimeUnit.NANOSECONDS)
                        .getRecords();
                return records.isEmpty() ? new Answer.NoRecords() : new Answer.Found(records);
            } catch (ExecutionException e) {
                return meaningOf(e.getCause());
            } catch (TimeoutException late) {
                return new Answer.Unanswered();
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
                return new Answer.Unanswered();
            }
        }

        private static Answer meaningOf(@Nullable Throwable failure) {
            if (failure instanceof CompletionException) {
                return meaningOf(failure.getCause());
            }
            if (failure instanceof NoSuchDomainException) {
                return new Answer.NoSuchName();
            }
            if (failure instanceof NoSuchRRSetException) {
                return new Answer.NoRecords();
            }
            // SERVFAIL, a refusal, aliases in a circle, no network: somebody may mend it.
            return new Answer.Unanswered();
        }
    }

    private final LookupSession session;
    private final Duration timeout;

    private Dns(Resolver resolver, Duration timeout) {
        this.session = LookupSession.builder()
                .resolver(resolver)
                .cache(new Cache(DClass.IN))
                .build();
        this.timeout = timeout;
    }

    /**
     * Asks these name servers.
     *
     * @param servers resolved addresses; none for the system's name servers
     * @param timeout for one question, all servers and repetitions together
     */
    public static Dns asking(List<InetSocketAddress> servers, Duration timeout) {
        ExtendedResolver resolver;
        if (servers.isEmpty()) {
            resolver = new ExtendedResolver();
        } else {
            List<Resolver> each = new ArrayList<>();
            for (InetSocketAddress server : servers) {
                SimpleResolver asked = new SimpleResolver(server);
                // Each server is asked up to three times (UDP loses packets), the next one as soon as one is silent.
                asked.setTimeout(timeout.dividedBy(4));
                each.add(asked);
            }
            resolver = new ExtendedResolver(each);
        }
        resolver.setTimeout(timeout);
        return new Dns(resolver, timeout);
    }

    /** Asks; the answer is awaited when it is wanted. */
    public Question ask(String domain, int type) {
        try {
            return new Question(session.lookupAsync(Name.fromString(domain, Name.root), type));
        } catch (TextParseException notAName) {
            return new Question(CompletableFuture.failedStage(new NoSuchDomainException(Name.root, type)));
        }
    }
}
