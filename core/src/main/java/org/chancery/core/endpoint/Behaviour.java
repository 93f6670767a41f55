package org.chancery.core.endpoint;

import java.util.List;
import java.util.Map;
import org.chancery.core.endpoint.Endpoint.Plane;
import org.chancery.core.endpoint.Endpoint.ReplyPolicy;
import org.chancery.core.id.AgentId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.screening.SenderPolicy;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint does with its mail: all that admins may set. The parts have delegating accessors, so that a step which
 * needs one setting need not know where it stands.
 *
 * @param categoryPolicy what becomes of mail by its category; a category that is not named is routed
 * @param deliverTo people who get a copy of what is delivered at the endpoint
 * @param enabled whether mail is taken
 */
public record Behaviour(
        Handler handler,
        Admission admission,
        Answers answers,
        Map<String, CategoryAction> categoryPolicy,
        List<EmailAddress> deliverTo,
        boolean enabled) {

    /**
     * Who handles the mail first, and how often.
     *
     * @param agent who gets the turn on plane {@link Plane#AGENT}; null there means that mail is unrouted
     * @param allowEscalation whether the agent may hand a thread to a person
     * @param maxTurnsPerSenderDay how often a day (UTC) one sender's mail gives the agent a turn
     * @param maxTurnsPerDay how often a day (UTC) all mail together does
     */
    public record Handler(
            Plane plane,
            @Nullable AgentId agent,
            boolean allowEscalation,
            int maxTurnsPerSenderDay,
            int maxTurnsPerDay) {

        public Handler with(Plane next, @Nullable AgentId nextAgent) {
            return new Handler(next, nextAgent, allowEscalation, maxTurnsPerSenderDay, maxTurnsPerDay);
        }

        public Handler withTurns(int perSenderDay, int perDay) {
            return new Handler(plane, agent, allowEscalation, perSenderDay, perDay);
        }

        public Handler withEscalation(boolean allowed) {
            return new Handler(plane, agent, allowed, maxTurnsPerSenderDay, maxTurnsPerDay);
        }
    }

    /**
     * Which mail is let in without a person looking at it first.
     *
     * @param allowPatterns senders under an allow-list, in lower case
     * @param spamScoreMax the score from which on mail is quarantined; 5 is "probably spam", 15 "certainly"
     */
    public record Admission(SenderPolicy senderPolicy, List<String> allowPatterns, double spamScoreMax) {
        public Admission {
            allowPatterns = List.copyOf(allowPatterns);
        }
    }

    /**
     * How it is answered.
     *
     * @param replyPolicy what becomes of a program's reply
     * @param instructions what the built-in model runner is told; may be empty
     * @param defaultReplyLang BCP 47 tag of the language that replies are written in, or null for that of the mail
     */
    public record Answers(
            ReplyPolicy replyPolicy,
            String instructions,
            @Nullable String defaultReplyLang,
            Sending sending) {}

    /**
     * What holds for all mail that it sends.
     *
     * @param capPerDay how many mails may leave a day (UTC); null for any number
     * @param missedReplyDays after how many days without an answer a sent mail is told of; null for never
     */
    public record Sending(
            @Nullable Integer capPerDay, @Nullable Integer missedReplyDays) {
        public static final Sending FREE = new Sending(null, null);
    }

    /** A copy of every mail goes to each of {@code deliverTo}: a team, not a mailing list. */
    public static final int MAX_DELIVER_TO = 20;

    /** A year: whoever has not answered by then was forgotten by everybody. */
    public static final int MAX_MISSED_REPLY_DAYS = 365;

    /** More than one server sends in a day; who wants no cap leaves it out. */
    public static final int MAX_SEND_CAP = 10_000_000;

    /** What a new endpoint does unless told. */
    public static final Behaviour DEFAULT = new Behaviour(
            new Handler(Plane.LIGHT, null, true, 20, 500),
            new Admission(SenderPolicy.ANYONE, List.of(), 5.0),
            new Answers(ReplyPolicy.HUMAN_REVIEW, "", null, Sending.FREE),
            Map.of(),
            List.of(),
            true);

    public Behaviour {
        categoryPolicy = Map.copyOf(categoryPolicy);
        deliverTo = List.copyOf(deliverTo);
    }

    public Plane plane() {
        return handler.plane();
    }

    public @Nullable AgentId agent() {
        return handler.agent();
    }

    public boolean allowEscalation() {
        return handler.allowEscalation();
    }

    public int maxTurnsPerSenderDay() {
        return handler.maxTurnsPerSenderDay();
    }

    public int maxTurnsPerDay() {
        return handler.maxTurnsPerDay();
    }

    public SenderPolicy senderPolicy() {
        return admission.senderPolicy();
    }

    public List<String> allowPatterns() {
        return admission.allowPatterns();
    }

    public double spamScoreMax() {
        return admission.spamScoreMax();
    }

    public ReplyPolicy replyPolicy() {
        return answers.replyPolicy();
    }

    public String instructions() {
        return answers.instructions();
    }

    public @Nullable String defaultReplyLang() {
        return answers.defaultReplyLang();
    }

    public @Nullable Integer missedReplyDays() {
        return answers.sending().missedReplyDays();
    }

    public @Nullable Integer sendCapPerDay() {
        return answers.sending().capPerDay();
    }

    public Behaviour with(Handler next) {
        return new Behaviour(next, admission, answers, categoryPolicy, deliverTo, enabled);
    }

    /** The same, handled by an agent; by nobody yet where it is null. */
    public Behaviour handledBy(@Nullable AgentId agent) {
        return with(handler.with(Plane.AGENT, agent));
    }

    public Behaviour with(Admission next) {
        return new Behaviour(handler, next, answers, categoryPolicy, deliverTo, enabled);
    }

    public Behaviour with(Answers next) {
        return new Behaviour(handler, admission, next, categoryPolicy, deliverTo, enabled);
    }

    public Behaviour with(ReplyPolicy next) {
        return with(new Answers(next, instructions(), defaultReplyLang(), answers.sending()));
    }

    public Behaviour withCategoryPolicy(Map<String, CategoryAction> next) {
        return new Behaviour(handler, admission, answers, next, deliverTo, enabled);
    }

    public Behaviour withDeliverTo(List<EmailAddress> next) {
        return new Behaviour(handler, admission, answers, categoryPolicy, next, enabled);
    }

    public Behaviour withEnabled(boolean next) {
        return new Behaviour(handler, admission, answers, categoryPolicy, deliverTo, next);
    }
}
