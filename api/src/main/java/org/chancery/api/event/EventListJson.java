package org.chancery.api.event;

import java.util.List;
import org.chancery.api.http.Field;

/** A piece of the event log. */
public record EventListJson(
        List<EventJson> events,

        @Field(
                "For after in the next call. It moves on past events that were left out, even where there are none to show.")
        String cursor) {}
