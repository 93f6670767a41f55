package org.chancery.api.triage;

import org.chancery.api.http.Field;
import org.jspecify.annotations.Nullable;

/** The answer that a person sends: the draft as it is or as they edited it, or their own. */
public record ReplyRequest(
        @Field(value = "What is sent.", notBlank = true) String text,
        @Field("The same in HTML.") @Nullable String html,

        @Field("The version of the draft that the person saw; 409 where it is another one by now.") @Nullable
        String draftVersion) {}
