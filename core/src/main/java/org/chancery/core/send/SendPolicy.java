package org.chancery.core.send;

import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import org.chancery.core.access.ApprovalRule;
import org.chancery.core.access.ApprovalRule.When;
import org.chancery.core.approval.Approval.Holder;
import org.chancery.core.endpoint.Endpoint.ReplyPolicy;
import org.chancery.core.mail.Classification;
import org.jspecify.annotations.Nullable;

/** Decides whether a mail may leave. Pure: everything it looks at is in {@link Facts}. */
public final class SendPolicy {
    private static final String ASKED_FOR = "the sender asked for a person's look";

    /** By which a mail is held that no rule of a token holds: one look of anybody's who did not ask for it. */
    private static final ApprovalRule ONE_LOOK = new ApprovalRule(ApprovalRule.EMAIL_SEND, When.ALWAYS, 1, null);

    private SendPolicy() {}

    /**
     * What the decision rests on.
     *
     * @param byProgram whether an agent or an endpoint's token asks, not a person
     * @param policy the endpoint's reply policy
     * @param wantsDraft whether the sender asked for a person's look
     * @param answers the mail that it answers, or null for a mail that answers none
     */
    public record Facts(
            boolean byProgram,
            ReplyPolicy policy,
            boolean wantsDraft,
            @Nullable Answered answers) {}

    /**
     * The answered mail.
     *
     * @param withPerson whether it waits for a person already ({@code awaiting_review})
     * @param turnLeft whether the sender's turns leave one more answer by a program
     * @param doubts what speaks against answering it unseen
     */
    public record Answered(Classification classification, boolean withPerson, boolean turnLeft, Set<Doubt> doubts) {
        public Answered {
            doubts = Set.copyOf(doubts);
        }
    }

    /** Why an answer may reach somebody who never wrote. Without a person's look a stranger could use us to write to others. */
    public enum Doubt {
        /** DMARC failed, whatever its policy: under {@code p=none}, too, the mail is not its sender's. */
        FORGED("the answered mail failed DMARC: it may be from somebody else"),
        /** {@code Reply-To} leads away from {@code From}. */
        LED_ELSEWHERE("the answered mail wants its answer at another domain than its sender's");

        private final String reason;

        Doubt(String reason) {
            this.reason = reason;
        }
    }

    /** The verdict, with a reason that is kept in the trace. */
    public sealed interface Verdict {
        String reason();

        /** It may leave. */
        record Allowed(String reason) implements Verdict {}

        /** A person looks at it first. */
        record NeedsPerson(String reason) implements Verdict {}

        /** It is held until as many people approve it as the rule says. */
        record NeedsApproval(ApprovalRule rule, Holder holder) implements Verdict {
            @Override
            public String reason() {
                String people = rule.reviewers() == 1 ? "" : " by " + rule.reviewers() + " people";
                return switch (holder) {
                    case TOKEN -> "a rule of the token wants it approved" + people;
                    case OPERATOR -> "a rule of the outbound processor wants it approved";
                    case REQUESTER -> ASKED_FOR;
                };
            }
        }

        /** It does not leave. */
        record Denied(String code, String reason) implements Verdict {}
    }

    /** The decision. */
    public static Verdict decide(Facts facts) {
        if (!facts.byProgram()) {
            return facts.wantsDraft() ? new Verdict.NeedsPerson(ASKED_FOR) : new Verdict.Allowed("a person sends it");
        }
        Answered answered = facts.answers();
        if (answered == null) {
            // The review queue is of mail that came in, and drafts stand beside it: there is none for this one.
            return facts.wantsDraft() ? heldBy(Holder.REQUESTER) : new Verdict.Allowed("a new mail, no reply");
        }
        return switch (facts.policy()) {
            case NEVER_REPLY ->
                new Verdict.Denied("replies_not_allowed", "The endpoint's reply policy is never_reply.");
            case HUMAN_REVIEW -> new Verdict.NeedsPerson("the endpoint's reply policy is human_review");
            case AGENT_DECIDES, ALWAYS_REPLY -> unattended(facts, answered);
        };
    }

    /**
     * What a step of the operator's pipeline makes of a verdict that wants a mail held: it counts before the sender's own wish, and
     * behind rules of the token, which may ask for more.
     */
    static Verdict underOperator(Verdict verdict) {
        boolean isTheirs = verdict instanceof Verdict.Allowed
                || (verdict instanceof Verdict.NeedsApproval waits && waits.holder() == Holder.REQUESTER);
        return isTheirs ? heldBy(Holder.OPERATOR) : verdict;
    }

    private static Verdict heldBy(Holder holder) {
        return new Verdict.NeedsApproval(ONE_LOOK, holder);
    }

    /**
     * What a rule of the sender's token makes of a verdict. A mail stops once: a program's reply that waits as a draft is sent by a
     * person, and not held again, unless the rule asks for more people than that.
     *
     * @param decided whether its sender decides on it in the review queue
     */
    public static Verdict under(
            ApprovalRule rule, boolean byProgram, boolean isReply, boolean decided, Verdict verdict) {
        Verdict.NeedsApproval waits = new Verdict.NeedsApproval(rule, Holder.TOKEN);
        return switch (verdict) {
            case Verdict.Denied denied -> denied;
            case Verdict.NeedsPerson looked -> {
                boolean isEnough = byProgram && rule.reviewers() == 1;
                // A person's mail that is no reply cannot wait as a draft; they are told so.
                yield isEnough || !isReply ? looked : waits;
            }
            case Verdict.NeedsApproval ignored -> waits;
            // What leaves the queue is final; whoever's mail needs an approval does not give it there.
            case Verdict.Allowed ignored ->
                decided
                        ? new Verdict.Denied(
                                "approval_required",
                                "Mail of this token needs an approval; it cannot decide in the review queue.")
                        : waits;
        };
    }

    private static Verdict unattended(Facts facts, Answered answered) {
        if (answered.classification() != Classification.HUMAN) {
            // RFC 3834 §2: automatic mail is never answered automatically, else two programs talk for ever.
            return new Verdict.Denied(
                    "automatic_mail",
                    "The answered mail is automatic ("
                            + answered.classification().text() + "); a program must not answer it.");
        }
        if (facts.wantsDraft()) {
            return new Verdict.NeedsPerson(ASKED_FOR);
        }
        if (answered.withPerson()) {
            return new Verdict.NeedsPerson("the answered mail waits for a person");
        }
        Optional<Doubt> doubt = answered.doubts().stream().min(Comparator.naturalOrder());
        if (doubt.isPresent()) {
            return new Verdict.NeedsPerson(doubt.get().reason);
        }
        if (!answered.turnLeft()) {
            return new Verdict.NeedsPerson("the sender's turns for today are used up");
        }
        return new Verdict.Allowed("the endpoint's reply policy allows it");
    }
}
