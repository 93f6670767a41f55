package org.chancery.mailets.host;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.mailet.Mail;
import org.apache.mailet.Mailet;
import org.chancery.mailets.mailbox.DeliverToMailbox;
import org.chancery.mailets.mailbox.KeepForOperator;
import org.chancery.mailets.mailbox.ResolveHandler;
import org.chancery.mailets.send.Authorise;
import org.chancery.mailets.send.Enqueue;
import org.chancery.mailets.send.KeepAsDraft;

/** The steps without which no mail would be delivered, kept or sent. An operator may add others around them. */
final class RequiredSteps {
    static final String OUTBOUND = "outbound";

    private RequiredSteps() {}

    static void check(Map<String, TracedProcessor> processors) {
        for (String state : List.of(Mail.DEFAULT, Mail.ERROR, OUTBOUND)) {
            if (!processors.containsKey(state)) {
                throw new ContainerError(
                        "there is no processor " + state + "; the ones there are: " + processors.keySet());
            }
        }
        requireInOrder(processors, Mail.ERROR, List.of(KeepForOperator.class));
        requireInOrder(processors, OUTBOUND, List.of(Authorise.class, KeepAsDraft.class, Enqueue.class));
        Set<Mailet> reachable = reachable(processors);
        for (Class<? extends Mailet> step : List.of(ResolveHandler.class, DeliverToMailbox.class)) {
            if (reachable.stream().noneMatch(step::isInstance)) {
                throw new ContainerError("no way leads from processor root to a " + step.getSimpleName()
                        + "; put it into root, or into a processor that root names with ToProcessor");
            }
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

    private static Set<Mailet> reachable(Map<String, TracedProcessor> processors) {
        Set<Mailet> mailets = new HashSet<>();
        Set<String> seen = new HashSet<>(Set.of(Mail.DEFAULT));
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
