package org.chancery.api.message;

import java.util.List;
import org.chancery.api.http.Field;
import org.chancery.api.http.Given;
import org.chancery.core.label.Label;

/** What {@code PATCH /v1/messages/{id}/} takes. */
public record MessageChange(
        @Field(value = "Ids of labels to put on.", maxItems = Label.MAX_PER_MESSAGE)
        Given<List<String>> addLabels,

        @Field(value = "Ids of labels to take off.", maxItems = Label.MAX_PER_MESSAGE)
        Given<List<String>> removeLabels) {}
