package org.chancery.api.user;

import java.util.List;
import java.util.Locale;
import org.chancery.api.http.Field;
import org.chancery.core.access.Password;
import org.chancery.core.access.PeopleService.NewPerson;
import org.chancery.core.access.Role;
import org.jspecify.annotations.Nullable;

/** What {@code POST /v1/users/} takes. */
public record UserRequest(
        @Field(value = "Where notices to the person go; they sign in with it.", singleLine = true, maxLength = 320)
        String email,

        @Field(value = "What people know the person by.", notBlank = true, singleLine = true, maxLength = 200)
        String name,

        @Field(
                value = "Their part in the workspace.",
                oneOf = {"owner", "admin", "member"})
        String role,

        @Field("Eight characters or more. Without one the person cannot sign in.") @Nullable
        String password,

        @Field(
                value = "The sender addresses bound to the person; their e-mail address, if left out.",
                singleLine = true,
                maxLength = 320,
                maxItems = 100)
        @Nullable
        List<String> addresses) {

    NewPerson wanted() {
        return new NewPerson(
                email, name, role(role), password == null ? null : Password.chosen(password, "/password"), addresses);
    }

    static Role role(String text) {
        return Role.valueOf(text.toUpperCase(Locale.ROOT));
    }
}
