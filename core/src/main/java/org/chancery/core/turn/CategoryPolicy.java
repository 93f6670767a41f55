package org.chancery.core.turn;

import java.util.Optional;
import org.chancery.core.endpoint.CategoryAction;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.mail.Classification;
import org.chancery.core.mailbox.Handling;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.mailbox.ModelView;
import org.chancery.core.turn.CategoryDesk.Sorted;

/** What an endpoint's category policy makes of a mail. Pure. */
public final class CategoryPolicy {
    private CategoryPolicy() {}

    /** Whether the policy has a say: where there is one, and the mail is for somebody and tells of no delivery. */
    public static boolean applies(Endpoint endpoint, Handling handling, Classification classification) {
        boolean isForSomebody =
                handling.state() == HandlingState.ROUTED || handling.state() == HandlingState.AWAITING_REVIEW;
        boolean tellsOfDelivery = classification == Classification.BOUNCE || classification == Classification.COMPLAINT;
        return !endpoint.behaviour().categoryPolicy().isEmpty() && isForSomebody && !tellsOfDelivery;
    }

    /** The category for which the policy wants the mail quarantined; empty where it does not. */
    public static Optional<String> quarantined(Endpoint endpoint, Sorted sorted) {
        return sorted instanceof Sorted.As as
                        && endpoint.behaviour().categoryPolicy().get(as.view().category()) == CategoryAction.QUARANTINE
                ? Optional.of(as.view().category())
                : Optional.empty();
    }

    /** Decides; what nobody can tell the category of goes to people. */
    public static Handling decide(Endpoint endpoint, Handling handling, Sorted sorted) {
        return switch (sorted) {
            case Sorted.Unknown unknown -> review(handling, unknown.why());
            case Sorted.As as -> decide(endpoint, handling, as.view());
        };
    }

    private static Handling decide(Endpoint endpoint, Handling handling, ModelView view) {
        String category = view.category();
        CategoryAction action = endpoint.behaviour().categoryPolicy().getOrDefault(category, CategoryAction.ROUTE);
        return switch (action) {
            case ROUTE -> handling;
            case REVIEW -> review(handling, "the category policy wants a person's look at " + category);
            // Who asks has quarantined it by now, or a person let it out again.
            case QUARANTINE -> handling;
            case IGNORE -> as(handling, HandlingState.HANDLED, "the category policy has " + category + " ignored");
        };
    }

    private static Handling review(Handling handling, String why) {
        return as(handling, HandlingState.AWAITING_REVIEW, why);
    }

    private static Handling as(Handling handling, HandlingState state, String reason) {
        return new Handling(
                handling.workspace(),
                handling.endpoint(),
                handling.folder(),
                state,
                state == HandlingState.HANDLED ? null : handling.agent(),
                handling.maxTurnsPerSenderDay(),
                handling.maxTurnsPerDay(),
                reason);
    }
}
