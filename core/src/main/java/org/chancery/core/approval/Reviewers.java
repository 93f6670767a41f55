package org.chancery.core.approval;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.chancery.core.access.Actor;
import org.chancery.core.access.Principal;
import org.chancery.core.approval.Approval.Requester;
import org.chancery.core.approval.Decision.Kind;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.UserId;
import org.chancery.core.mailbox.RawDigest;

/** Who may decide, and when enough people have. Pure. */
public final class Reviewers {
    private Reviewers() {}

    /**
     * The person who lets something out, or has it wait again. A token whose own mail waits for people cannot: by a token that it
     * made, or by an edit of what somebody else asked for, it would send what nobody else looked at.
     */
    static Actor.Person requireRelease(Principal by, Approval approval) {
        Actor.Person person = require(by, approval);
        by.requireUnrestricted("approve what waits");
        return person;
    }

    /** The person who decides. Whoever asked does not, with no token; and no program does, whoever asked. */
    static Actor.Person require(Principal by, Approval approval) {
        if (isRequester(by, approval.requestedBy())) {
            throw CallerFault.forbidden(
                    "self_approval", "Whoever asked for it does not decide on it, with this or another token.");
        }
        if (!(by.actor() instanceof Actor.Person person)) {
            throw CallerFault.forbidden(
                    "person_required", "Only a person can decide here; this token acts for a program.");
        }
        return person;
    }

    /**
     * Only people decide; that a program is told of its own request is for its own good. A token that a program's token made acts
     * for the same endpoint, whichever agent that has by now.
     */
    private static boolean isRequester(Principal by, Requester requester) {
        boolean isSameActor = by.actor().idText().equals(requester.actor().idText());
        boolean isSameEndpoint =
                by.isProgram() && by.endpoint() != null && by.endpoint().equals(requester.endpoint());
        return by.token().equals(requester.token()) || isSameActor || isSameEndpoint;
    }

    /** How many different people approved these very bytes. */
    static int approvals(List<Decision> decisions, RawDigest digest) {
        return sinceReopened(decisions).stream()
                .filter(decision ->
                        decision.kind() == Kind.APPROVE && decision.digest().equals(digest))
                .map(decision -> decision.by().id())
                .collect(Collectors.toSet())
                .size();
    }

    /** Who approved another version and not these bytes: their yes does not count any more. */
    public static Set<UserId> ofAnotherVersion(List<Decision> decisions, RawDigest digest) {
        Set<UserId> people = new HashSet<>();
        decisions.stream()
                .filter(decision -> decision.kind() == Kind.APPROVE)
                .forEach(decision -> people.add(decision.by().id()));
        decisions.stream()
                .filter(decision ->
                        decision.kind() == Kind.APPROVE && decision.digest().equals(digest))
                .forEach(decision -> people.remove(decision.by().id()));
        return people;
    }

    /** Whether somebody else made these bytes of others: who does not say which ones they saw may have seen those. */
    static boolean wasEditedByAnother(List<Decision> decisions, Actor.Person person) {
        return decisions.stream()
                .anyMatch(decision ->
                        decision.edited() != null && !decision.by().id().equals(person.id()));
    }

    /** The approval of these bytes by that person. */
    static Optional<Decision> approvalBy(List<Decision> decisions, Actor.Person person, RawDigest digest) {
        return sinceReopened(decisions).stream()
                .filter(decision -> decision.kind() == Kind.APPROVE
                        && decision.digest().equals(digest)
                        && decision.by().id().equals(person.id()))
                .findFirst();
    }

    /** What was said before it expired is over with it. */
    private static List<Decision> sinceReopened(List<Decision> decisions) {
        int after = decisions.size();
        while (after > 0 && decisions.get(after - 1).kind() != Kind.REOPEN) {
            after--;
        }
        return decisions.subList(after, decisions.size());
    }
}
