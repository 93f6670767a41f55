package org.chancery.core.access;

import java.time.Duration;
import java.util.List;
import org.chancery.core.mail.EmailAddress;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a token may ask for and not do: it waits until people approve.
 *
 * @param action what waits; {@link #EMAIL_SEND} is the only one so far
 * @param reviewers how many different people have to approve, 1 or 2
 * @param expiresAfter how long people have; null where it waits for ever
 */
public record ApprovalRule(
        String action, When when, int reviewers, @Nullable Duration expiresAfter) {
    /** Mail that leaves. */
    public static final String EMAIL_SEND = "email:send";

    public static final int MAX_REVIEWERS = 2;

    public ApprovalRule {
        if (reviewers < 1 || reviewers > MAX_REVIEWERS) {
            throw new IllegalArgumentException("reviewers: " + reviewers);
        }
    }

    /** What there is to know of a mail before it leaves. */
    public record Facts(List<Recipient> recipients, boolean hasAttachments, boolean isGenerated, boolean isReply) {
        public Facts {
            recipients = List.copyOf(recipients);
        }
    }

    /**
     * One envelope recipient.
     *
     * @param isFirstContact whether the endpoint and this address have exchanged no mail so far
     */
    public record Recipient(EmailAddress address, boolean isFirstContact) {}

    /**
     * To which mail a rule applies: to that which meets all conditions that are not null. A condition about recipients is met
     * by any one of them, so that a recipient who is added never lets a mail out.
     */
    public record When(
            @Nullable RecipientDomains recipientDomainIn,
            @Nullable RecipientDomains recipientDomainNotIn,
            @Nullable Integer recipientsOver,
            @Nullable Boolean firstContact,
            @Nullable Boolean hasAttachments,
            @Nullable Boolean generated,
            @Nullable Boolean reply) {

        public static final When ALWAYS = new When(null, null, null, null, null, null, null);

        boolean matches(Facts facts) {
            List<Recipient> recipients = facts.recipients();
            return (recipientDomainIn == null
                            || recipients.stream().anyMatch(to -> recipientDomainIn.contains(to.address())))
                    && (recipientDomainNotIn == null
                            || recipients.stream().anyMatch(to -> !recipientDomainNotIn.contains(to.address())))
                    && (recipientsOver == null || recipients.size() > recipientsOver)
                    && (firstContact == null || recipients.stream().anyMatch(to -> to.isFirstContact() == firstContact))
                    && (hasAttachments == null || hasAttachments == facts.hasAttachments())
                    && (generated == null || generated == facts.isGenerated())
                    && (reply == null || reply == facts.isReply());
        }

        /** Whether every mail that meets the other conditions meets these, too; false where that cannot be told. */
        boolean covers(When other) {
            return (recipientDomainIn == null
                            || (other.recipientDomainIn != null
                                    && recipientDomainIn.containsAll(other.recipientDomainIn)))
                    && (recipientDomainNotIn == null
                            || (other.recipientDomainNotIn != null
                                    && other.recipientDomainNotIn.containsAll(recipientDomainNotIn)))
                    && (recipientsOver == null
                            || (other.recipientsOver != null && other.recipientsOver >= recipientsOver))
                    && covers(firstContact, other.firstContact)
                    && covers(hasAttachments, other.hasAttachments)
                    && covers(generated, other.generated)
                    && covers(reply, other.reply);
        }

        private static boolean covers(@Nullable Boolean condition, @Nullable Boolean other) {
            return condition == null || condition.equals(other);
        }
    }

    /** Whether it holds all that the other one holds, for as many people and no longer. */
    boolean covers(ApprovalRule other) {
        return action.equals(other.action)
                && when.covers(other.when)
                && reviewers >= other.reviewers
                && (other.expiresAfter == null
                        || (expiresAfter != null && expiresAfter.compareTo(other.expiresAfter) <= 0));
    }
}
