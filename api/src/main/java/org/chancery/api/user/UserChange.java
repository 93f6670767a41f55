package org.chancery.api.user;

import java.util.List;
import org.chancery.api.http.Field;
import org.chancery.api.http.Given;
import org.chancery.core.access.Password;
import org.chancery.core.access.PeopleService.Change;

/** What {@code PATCH /v1/users/{id}/} takes. */
public record UserChange(
        @Field(value = "What people know the person by.", notBlank = true, singleLine = true, maxLength = 200)
        Given<String> name,

        @Field(
                value = "Their part in the workspace.",
                oneOf = {"owner", "admin", "member"})
        Given<String> role,

        @Field(
                value =
                        "Whether they get in. Somebody who is disabled does not: no session goes on, no token of theirs is let in"
                                + " for as long as they are, and they are told of nothing.",
                oneOf = {"active", "disabled"})
        Given<String> status,

        @Field(
                "Eight characters or more. Ends the sessions opened with the old one; tokens go on until they are revoked.")
        Given<String> password,

        @Field(
                value = "All sender addresses bound to the person from now on.",
                singleLine = true,
                maxLength = 320,
                maxItems = 100)
        Given<List<String>> addresses) {

    Change wanted() {
        return new Change(
                name.value(),
                role.ifAny().map(UserRequest::role).orElse(null),
                status.ifAny().map("disabled"::equals).orElse(null),
                password.ifAny().map(text -> Password.chosen(text, "/password")).orElse(null),
                addresses.value());
    }
}
