package org.chancery.mailets.authentication.dns;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Cache;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.lookup.LookupResult;
import org.xbill.DNS.lookup.LookupSession;
import org.xbill.DNS.lookup.NoSuchDomainException;
import org.xbill.DNS.lookup.NoSuchRRSetException;

/**
 * The name servers of {@code dns.servers}, or the system's. Answers are remembered as long as their TTL allows, those that say
 * that there is nothing, too; {@code /etc/hosts} and search paths play no part. Used by many threads at once.
 */
public final class NameServers implements Dns {
    /** For one question, all servers and repetitions together: a resolver that has to ask its way from the root answers within. */
    public static final Duration QUESTION_TIME = Duration.ofSeconds(4);
    /** Sets of records that are remembered; the records of some thousand senders. */
    static final int MAX_REMEMBERED = 20_000;
    /** Longer than this nothing is remembered, whatever its TTL says: a key that was revoked is gone within the hour. */
    static final int MAX_REMEMBERED_SECONDS = 3_600;

    /** A question that is open for so long gives reason to doubt that anybody is there. */
    private static final Executor LATER = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);

    private static final Answer.Trouble AWAY = new Answer.Trouble("the name servers are away");
    private static final int MAX_LABEL = 63;
    private static final int MAX_NAME = 255;

    private final LookupSession session;
    private final Liveness liveness;

    private NameServers(Resolver resolver) {
        Cache cache = new Cache(DClass.IN);
        cache.setMaxEntries(MAX_REMEMBERED);
        cache.setMaxCache(MAX_REMEMBERED_SECONDS);
        cache.setMaxNCache(MAX_REMEMBERED_SECONDS);
        this.session = LookupSession.builder().resolver(resolver).cache(cache).build();
        this.liveness = new Liveness(resolver);
    }

    /** @param servers resolved addresses; none for the system's name servers */
    public static NameServers at(List<InetSocketAddress> servers) {
        ExtendedResolver resolver;
        if (servers.isEmpty()) {
            resolver = new ExtendedResolver();
        } else {
            List<Resolver> asked = new ArrayList<>();
            for (InetSocketAddress server : servers) {
                SimpleResolver one = new SimpleResolver(server);
                // Each server is asked up to three times (UDP loses packets), the next one as soon as one is silent.
                one.setTimeout(QUESTION_TIME.dividedBy(4));
                asked.add(one);
            }
            resolver = new ExtendedResolver(asked);
        }
        resolver.setTimeout(QUESTION_TIME);
        return new NameServers(resolver);
    }

    @Override
    public CompletionStage<Answer> ask(String name, Type type) {
        Optional<Name> asked = name(name);
        if (asked.isEmpty()) {
            return CompletableFuture.completedFuture(new Answer.Nothing());
        }
        if (liveness.isAway()) {
            return CompletableFuture.completedFuture(AWAY);
        }
        CompletableFuture<Answer> question = session.lookupAsync(asked.get(), number(type))
                .<Answer>handle((result, failure) -> failure == null ? answer(result, type) : meaningOf(failure))
                .toCompletableFuture();
        if (!question.isDone()) {
            doubtLater(question);
        }
        return question;
    }

    /** A question that is open for long ends where the name servers are away altogether. */
    private void doubtLater(CompletableFuture<Answer> question) {
        LATER.execute(() -> {
            if (!question.isDone()) {
                liveness.probe().thenAccept(answers -> {
                    if (!answers) {
                        question.complete(AWAY);
                    }
                });
            }
        });
    }

    private static Answer answer(LookupResult result, Type type) {
        List<String> values = values(result.getRecords(), type);
        return values.isEmpty() ? new Answer.Nothing() : new Answer.Found(values);
    }

    private Answer meaningOf(@Nullable Throwable failure) {
        if (failure instanceof CompletionException) {
            return meaningOf(failure.getCause());
        }
        if (failure instanceof NoSuchDomainException || failure instanceof NoSuchRRSetException) {
            return new Answer.Nothing();
        }
        // SERVFAIL, a refusal, aliases in a circle, silence, no network: somebody may mend it.
        liveness.probe();
        return new Answer.Trouble("the name servers gave no answer");
    }

    private static int number(Type type) {
        return switch (type) {
            case A -> org.xbill.DNS.Type.A;
            case AAAA -> org.xbill.DNS.Type.AAAA;
            case MX -> org.xbill.DNS.Type.MX;
            case PTR -> org.xbill.DNS.Type.PTR;
            case TXT -> org.xbill.DNS.Type.TXT;
        };
    }

    private static List<String> values(List<Record> records, Type type) {
        return switch (type) {
            case A ->
                of(records, ARecord.class)
                        .map(a -> a.getAddress().getHostAddress())
                        .toList();
            case AAAA ->
                of(records, AAAARecord.class)
                        .map(a -> a.getAddress().getHostAddress())
                        .toList();
            case MX ->
                of(records, MXRecord.class)
                        .sorted(Comparator.comparingInt(MXRecord::getPriority))
                        .map(mx -> mx.getTarget().toString(true))
                        .toList();
            case PTR ->
                of(records, PTRRecord.class)
                        .map(ptr -> ptr.getTarget().toString(true))
                        .toList();
            case TXT -> of(records, TXTRecord.class).map(NameServers::text).toList();
        };
    }

    private static <R extends Record> Stream<R> of(List<Record> records, Class<R> type) {
        return records.stream().filter(type::isInstance).map(type::cast);
    }

    private static String text(TXTRecord record) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        record.getStringsAsByteArrays().forEach(octets::writeBytes);
        return octets.toString(StandardCharsets.ISO_8859_1);
    }

    /** From octets as they stand: dnsjava's own reading gives backslashes and other signs a meaning. */
    private static Optional<Name> name(String text) {
        String relative = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        for (String label : relative.split("\\.", -1)) {
            byte[] octets = label.getBytes(StandardCharsets.UTF_8);
            if (octets.length == 0 || octets.length > MAX_LABEL) {
                return Optional.empty();
            }
            wire.write(octets.length);
            wire.writeBytes(octets);
        }
        wire.write(0);
        if (wire.size() > MAX_NAME) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Name(wire.toByteArray()));
        } catch (IOException notAName) {
            return Optional.empty();
        }
    }
}
