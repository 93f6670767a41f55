package org.chancery.delivery.smtp;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.queue.Attempt.Result;
import org.chancery.core.queue.Attempt.Session;
import org.jspecify.annotations.Nullable;

/**
 * The recipients of one attempt and how far each has come. A recipient is <em>open</em> until its result is final for
 * this attempt; an open one is offered to the next host, and remembers what the hosts so far said about it.
 */
final class Recipients {
    private static final String NOT_TRIED = "451 4.4.1 no host could be tried in the time there was";

    private static final class State {
        private @Nullable Result result;
        /** The conversation in which it came about; null while nothing has. */
        private @Nullable Session session;
        /** What the last of {@code lackingHosts} lacked for the mail; null where none lacked anything. */
        private Result.@Nullable PermanentFailure lacking;

        private final Set<String> lackingHosts = new HashSet<>();
        private boolean settled;
    }

    private final Map<EmailAddress, State> states = new LinkedHashMap<>();
    private final Supplier<Session> now;

    /** @param now the conversation that is under way, or none */
    Recipients(List<EmailAddress> recipients, Supplier<Session> now) {
        this.now = now;
        recipients.forEach(recipient -> states.put(recipient, new State()));
    }

    /** Those without a final result, in the order of the job. */
    List<EmailAddress> open() {
        return states.entrySet().stream()
                .filter(entry -> !entry.getValue().settled)
                .map(Map.Entry::getKey)
                .toList();
    }

    boolean isAllSettled() {
        return states.values().stream().allMatch(state -> state.settled);
    }

    /** The recipient's result is final for this attempt. */
    void settle(Result result) {
        State state = state(result.recipient());
        state.result = result;
        state.session = now.get();
        state.settled = true;
    }

    /** Not at this host; the next one may be asked. A peer's own words are not replaced by ours about a dead line. */
    void postpone(Result.TemporaryFailure failure) {
        State state = state(failure.recipient());
        boolean peerSpokeBefore = state.result instanceof Result.TemporaryFailure before && before.peerSaid();
        if (failure.peerSaid() || !peerSpokeBefore) {
            state.result = failure;
            state.session = now.get();
        }
    }

    /** This host lacks what the mail needs; the next one may have it. Final where all hosts of the attempt say so. */
    void beyond(String host, Result.PermanentFailure failure) {
        State state = state(failure.recipient());
        state.lacking = failure;
        if (state.result == null) {
            state.session = now.get();
        }
        state.lackingHosts.add(host);
    }

    /**
     * Every recipient once, in the order of the job.
     *
     * @param hosts those that there were to ask; each may have several addresses
     */
    List<Result> results(Set<String> hosts) {
        return states.entrySet().stream()
                .map(entry -> result(entry.getKey(), entry.getValue(), hosts))
                .toList();
    }

    /** The conversations in which the results came about. */
    Map<EmailAddress, Session> sessions() {
        Map<EmailAddress, Session> sessions = new HashMap<>();
        states.forEach(
                (recipient, state) -> sessions.put(recipient, state.session == null ? now.get() : state.session));
        return sessions;
    }

    private static Result result(EmailAddress recipient, State state, Set<String> hosts) {
        Result.PermanentFailure lacking = state.lacking;
        if (!state.settled && lacking != null && state.lackingHosts.containsAll(hosts)) {
            return lacking;
        }
        if (state.result != null) {
            return state.result;
        }
        String why = lacking == null ? NOT_TRIED : "451 4.3.0 the other hosts could not be asked: " + lacking.reply();
        return new Result.TemporaryFailure(recipient, why, false);
    }

    private State state(EmailAddress recipient) {
        State state = states.get(recipient);
        if (state == null) {
            throw new IllegalArgumentException("not a recipient of this attempt");
        }
        return state;
    }
}
