package org.chancery.mailets.host;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.mailet.Mail;
import org.apache.mailet.Mailet;
import org.chancery.core.quarantine.Reason;
import org.chancery.mailets.mailbox.DeliverToMailbox;
import org.chancery.mailets.mailbox.KeepForOperator;
import org.chancery.mailets.mailbox.ResolveHandler;
import org.chancery.mailets.quarantine.Confine;
import org.chancery.mailets.quarantine.Exempt;
import org.chancery.mailets.quarantine.Reasons;
import org.chancery.mailets.quarantine.Screen;
import org.chancery.mailets.send.Authorise;
import org.chancery.mailets.send.Enqueue;
import org.chancery.mailets.send.KeepAsDraft;

/** The steps without which no mail would be screened, delivered, kept or sent. An operator may add others around them. */
final class RequiredSteps {
    static final String OUTBOUND = "outbound";

    /** Where a mail goes on that a person let out of quarantine. */
    static final String ACCEPTED = "accepted";

    private RequiredSteps() {}

    static void check(Map<String, TracedProcessor> processors) {
        for (String state : List.of(Mail.DEFAULT, ACCEPTED, Mail.ERROR, OUTBOUND)) {
            if (!processors.containsKey(state)) {
                throw new ContainerError(
                        "there is no processor " + state + "; the ones there are: " + processors.keySet());
            }
        }
        requireInOrder(processors, Mail.ERROR, List.of(KeepForOperator.class));
        requireInOrder(processors, OUTBOUND, List.of(Authorise.class, KeepAsDraft.class, Enqueue.class));
        for (String door : List.of(Mail.DEFAULT, ACCEPTED)) {
            requireWay(processors, door, ResolveHandler.class);
            requireWay(processors, door, DeliverToMailbox.class);
        }
        requireScreening(reachable(processors, Mail.DEFAULT));
    }

    private static void requireWay(Map<String, TracedProcessor> processors, String door, Class<? extends Mailet> step) {
        if (reachable(processors, door).stream().noneMatch(step::isInstance)) {
            throw new ContainerError("no way leads from processor " + door + " to a " + step.getSimpleName()
                    + "; put it into " + door + ", or into a processor that " + door + " names with ToProcessor");
        }
    }

    /**
     * Says at the start what {@link DeliverToMailbox} would otherwise say of every mail: that nobody looks for a reason to
     * quarantine it. An operator can leave a reason out, but has to say so.
     */
    private static void requireScreening(Set<Mailet> reachable) {
        Set<Reason> open = EnumSet.allOf(Reason.class);
        for (Mailet mailet : reachable) {
            open.removeAll(
                    switch (mailet) {
                        case Screen screen -> screen.reasons();
                        case Exempt exempt -> exempt.reasons();
                        default -> Set.<Reason>of();
                    });
        }
        if (!open.isEmpty()) {
            throw new ContainerError("no Screen looks whether mail is to be quarantined for " + Reasons.text(open)
                    + "; put it in front of DeliverToMailbox, or say with a line of class Exempt that nobody has to");
        }
        if (reachable.stream().anyMatch(Screen.class::isInstance)
                && reachable.stream().noneMatch(Confine.class::isInstance)) {
            throw new ContainerError(
                    "no way leads from processor " + Mail.DEFAULT
                            + " to a Confine, where what Screen finds is held; a line behind Screen has to send there what is Suspect");
        }
    }

    private static void requireInOrder(
            Map<String, TracedProcessor> processors, String state, List<Class<? extends Mailet>> required) {
        int found = 0;
        for (Mailet mailet : steps(processors, state)) {
            if (found < required.size() && required.get(found).isInstance(mailet)) {
                found++;
            }
        }
        if (found < required.size()) {
            String names = String.join(
                    ", then ", required.stream().map(Class::getSimpleName).toList());
            throw new ContainerError("processor " + state + " has to contain " + names + "; "
                    + required.get(found).getSimpleName() + " is missing or stands too early");
        }
    }

    private static List<Mailet> steps(Map<String, TracedProcessor> processors, String state) {
        TracedProcessor processor = processors.get(state);
        return processor == null ? List.of() : processor.steps();
    }

    private static Set<Mailet> reachable(Map<String, TracedProcessor> processors, String from) {
        Set<Mailet> mailets = new HashSet<>();
        Set<String> seen = new HashSet<>(Set.of(from));
        Deque<String> ahead = new ArrayDeque<>(seen);
        while (!ahead.isEmpty()) {
            for (Mailet mailet : steps(processors, ahead.remove())) {
                mailets.add(mailet);
                mailet.requiredProcessingState().stream()
                        .map(next -> next.getValue())
                        .filter(seen::add)
                        .forEach(ahead::add);
            }
        }
        return mailets;
    }
}
