package org.chancery.core.send;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.chancery.core.access.AccessRepository;
import org.chancery.core.access.ApprovalRule;
import org.chancery.core.access.ApprovalRule.Facts;
import org.chancery.core.access.ApprovalRule.Recipient;
import org.chancery.core.access.ApprovalRules;
import org.chancery.core.access.Principal;
import org.chancery.core.access.Scope;
import org.chancery.core.audit.Channel;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.Message.RecipientStatus;
import org.chancery.core.mailbox.MessageRepository;
import org.chancery.core.mailbox.MessageRepository.MessageQuery;
import org.chancery.core.screening.SenderIdentity;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/** Finds the approval rule that holds a mail, and what it has to know for that. */
final class RulesInForce {
    /** The newest mails of an address among which one that is believably theirs is looked for. */
    private static final int NEWEST = 20;

    private final AccessRepository access;
    private final MessageRepository messages;

    RulesInForce(AccessRepository access, MessageRepository messages) {
        this.access = access;
        this.messages = messages;
    }

    /**
     * Those that the sender was let in with and those that its token has by now: a session or a long request may be older than the
     * latest change of its token, its person or its agent. Empty where it lets nobody in any more, or may not send.
     */
    Optional<ApprovalRules> of(Tx tx, Principal by, Instant now) {
        if (by.channel() == Channel.SERVER) {
            return Optional.of(by.approvalRules());
        }
        return access.standing(tx, by.workspace(), by.token())
                .flatMap(standing -> standing.principal(now))
                .filter(again -> again.may(Scope.EMAIL_SEND) || !by.may(Scope.EMAIL_SEND))
                .map(again -> {
                    List<ApprovalRule> rules =
                            new ArrayList<>(by.approvalRules().rules());
                    rules.addAll(again.approvalRules().rules());
                    return new ApprovalRules(rules);
                });
    }

    /** The strictest of the rules that apply to a mail; empty where none does. */
    Optional<ApprovalRule> holding(Tx tx, Candidate candidate, ApprovalRules rules) {
        if (rules.isEmpty()) {
            return Optional.empty();
        }
        Facts facts = facts(tx, candidate, rules);
        Optional<ApprovalRule> rule = rules.strictest(facts);
        if (!facts.isReply() || isAmongCorrespondents(candidate)) {
            return rule;
        }
        // An answer that goes to others as well is a new mail to them.
        Facts asNew = new Facts(facts.recipients(), facts.hasAttachments(), facts.isGenerated(), false);
        return stricter(rule, rules.strictest(asNew));
    }

    private Facts facts(Tx tx, Candidate candidate, ApprovalRules rules) {
        boolean asked = rules.askAboutFirstContact();
        List<Recipient> recipients = candidate.message().recipients().stream()
                .map(RecipientStatus::address)
                .map(address -> new Recipient(address, asked && isFirstContact(tx, candidate.endpoint(), address)))
                .toList();
        return new Facts(
                recipients,
                candidate.content().hasFiles(),
                // A program's text is nobody's own.
                candidate.principal().isProgram(),
                candidate.answers() != null);
    }

    /** Mail that anybody could have written in their name makes no contact. */
    private boolean isFirstContact(Tx tx, Endpoint endpoint, EmailAddress address) {
        if (messages.wroteTo(tx, endpoint.id(), address.canonical())) {
            return false;
        }
        MessageQuery theirs = new MessageQuery(
                endpoint.workspace(),
                List.of(endpoint.id()),
                List.of(address.canonical()),
                true,
                null,
                null,
                null,
                null,
                null);
        return messages.page(tx, theirs, NEWEST).stream()
                .map(Inbound.class::cast)
                .noneMatch(mail -> SenderIdentity.of(address, mail.reversePath(), mail.authentication())
                        instanceof SenderIdentity.Believed);
    }

    private static boolean isAmongCorrespondents(Candidate candidate) {
        Inbound answered = candidate.answers();
        if (answered == null) {
            return true;
        }
        Set<EmailAddress> correspondents = new HashSet<>();
        Stream.of(
                        List.of(answered.facts().from()),
                        answered.facts().to(),
                        answered.facts().cc())
                .flatMap(List::stream)
                .map(Mailbox::emailAddress)
                .forEach(address -> address.ifPresent(correspondents::add));
        return candidate.message().recipients().stream()
                .map(RecipientStatus::address)
                .allMatch(correspondents::contains);
    }

    private static Optional<ApprovalRule> stricter(Optional<ApprovalRule> one, Optional<ApprovalRule> other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.or(() -> other);
        }
        ApprovalRule first = one.get();
        ApprovalRule second = other.get();
        ApprovalRule more = second.reviewers() > first.reviewers() ? second : first;
        return Optional.of(new ApprovalRule(more.action(), more.when(), more.reviewers(), shorter(first, second)));
    }

    private static @Nullable Duration shorter(ApprovalRule one, ApprovalRule other) {
        return Stream.of(one, other)
                .map(ApprovalRule::expiresAfter)
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder())
                .orElse(null);
    }
}
