package org.chancery.core.turn;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.fault.Later;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.SpoolId;
import org.chancery.core.mailbox.ModelView;
import org.chancery.core.turn.LanguageModel.Reply;
import org.jspecify.annotations.Nullable;

/**
 * Tells the categories of mails that an endpoint's policy wants to know before anybody gets the turn. The model is asked
 * beside the pipeline, which comes back for the answer, so that a slow model holds up no other mail. What is in here is lost
 * with the process: the mail is then asked about again.
 */
public final class CategoryDesk {

    /** A mail that has waited so long goes to people. */
    public static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Mails whose answer is awaited or remembered. */
    static final int MAX_MAILS = 10_000;

    private static final Duration REMEMBERED = Duration.ofMinutes(10);
    private static final int TRIES = 2;

    private final ModelDesk desk;
    private final Executor asking;
    private final Clock clock;
    private final Map<Key, Entry> entries = new ConcurrentHashMap<>();

    private record Key(SpoolId spool, EndpointId endpoint) {}

    private record Entry(Instant since, @Nullable Sorted sorted) {}

    /** What is known of a mail's category. */
    public sealed interface Sorted {
        /** One of the endpoint's categories, or {@code other}. */
        record As(ModelView view) implements Sorted {}

        /** Nobody can tell. */
        record Unknown(String why) implements Sorted {}
    }

    /** @param asking runs the calls, a bounded number at a time */
    public CategoryDesk(ModelDesk desk, Executor asking, Clock clock) {
        this.desk = desk;
        this.asking = asking;
        this.clock = clock;
    }

    /**
     * The category of a mail.
     *
     * @param text reads its newest text; called in another thread
     * @throws Later while the model is being asked
     */
    public Sorted sort(SpoolId spool, Endpoint endpoint, Letter letter, Supplier<String> text) {
        if (!desk.hasModel()) {
            return new Sorted.Unknown("no model is configured that could tell the category");
        }
        Key key = new Key(spool, endpoint.id());
        Entry entry = entries.get(key);
        Instant now = clock.instant();
        if (entry == null) {
            forgetOld(now);
            if (entries.size() >= MAX_MAILS) {
                return new Sorted.Unknown("too many mails wait for the model");
            }
            entries.put(key, new Entry(now, null));
            begin(key, endpoint, letter, text);
            throw new Later("the model is asked for the category", Duration.ofMillis(200));
        }
        Sorted sorted = entry.sorted();
        if (sorted != null) {
            return sorted;
        }
        Duration waited = Duration.between(entry.since(), now);
        if (waited.compareTo(PATIENCE) >= 0) {
            return new Sorted.Unknown("the model did not tell the category in time");
        }
        // Soon at first, then seldom: half of what it has waited.
        throw new Later("the model is asked for the category", Duration.ofMillis(200 + waited.toMillis() / 2));
    }

    /** What was found out about a mail a little while ago. */
    Optional<ModelView> remembered(SpoolId spool, EndpointId endpoint) {
        return Optional.ofNullable(entries.get(new Key(spool, endpoint)))
                .map(Entry::sorted)
                .filter(Sorted.As.class::isInstance)
                .map(sorted -> ((Sorted.As) sorted).view());
    }

    /** What the header of a mail says of it. */
    public record Letter(String from, String subject) {}

    private void begin(Key key, Endpoint endpoint, Letter letter, Supplier<String> text) {
        try {
            asking.execute(() -> {
                Sorted sorted;
                try {
                    sorted = ask(endpoint, Quoted.single(letter.from(), letter.subject(), text.get()));
                } catch (RuntimeException broken) {
                    sorted = new Sorted.Unknown("the category could not be asked for");
                }
                Sorted found = sorted;
                entries.computeIfPresent(key, (ignored, entry) -> new Entry(entry.since(), found));
            });
        } catch (RejectedExecutionException stopping) {
            entries.remove(key);
        }
    }

    private Sorted ask(Endpoint endpoint, String quoted) {
        String why = "";
        for (int i = 0; i < TRIES; i++) {
            switch (desk.ask(endpoint.workspace(), Purpose.DECISION, ViewQuestion.of(endpoint, quoted))) {
                case Reply.Said said -> {
                    Optional<ModelView> view = ViewQuestion.read(endpoint, said.members());
                    if (view.isPresent()) {
                        return new Sorted.As(view.get());
                    }
                    why = "the model named no category that there is";
                }
                case Reply.None none -> {
                    why = none.why();
                    if (!none.mayPass()) {
                        return new Sorted.Unknown(why);
                    }
                }
            }
        }
        return new Sorted.Unknown(why);
    }

    private void forgetOld(Instant now) {
        if (entries.size() >= MAX_MAILS / 10) {
            entries.values().removeIf(entry -> entry.since().isBefore(now.minus(REMEMBERED)));
        }
    }
}
