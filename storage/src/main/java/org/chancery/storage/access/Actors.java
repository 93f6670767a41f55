package org.chancery.storage.access;

import java.util.UUID;
import org.chancery.core.access.Actor;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.UserId;

/** Who acts, in the three columns that every record of somebody's doing has: kind, id and label. */
public final class Actors {
    private Actors() {}

    /** The column of the id; the other two are {@link Actor#kind} and {@link Actor#label}. */
    public static UUID id(Actor actor) {
        return switch (actor) {
            case Actor.Person person -> person.id().value();
            case Actor.Program program -> program.id().value();
            case Actor.Address address -> address.id().value();
        };
    }

    /** From the columns. */
    public static Actor of(String kind, UUID id, String label) {
        return switch (kind) {
            case "user" -> new Actor.Person(new UserId(id), label);
            case "agent" -> new Actor.Program(new AgentId(id), label);
            case "endpoint" -> new Actor.Address(new EndpointId(id), label);
            default -> throw new IllegalStateException("unknown kind of actor: " + kind);
        };
    }
}
