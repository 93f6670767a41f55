package org.chancery.api.user;

import java.time.Instant;
import java.util.List;
import org.chancery.api.http.Field;
import org.chancery.core.access.PeopleService.Shown;
import org.chancery.core.access.User;

/** A person. */
public record UserJson(
        String userId,
        String email,
        String name,
        @Field("owner, admin or member.") String role,
        @Field("active or disabled.") String status,

        @Field("The sender addresses bound to the person. A member sees mail from these.")
        List<String> addresses,

        @Field("Whether the person can sign in, while they are active.")
        boolean hasPassword,

        Instant createdAt) {

    static UserJson of(Shown shown) {
        User user = shown.user();
        return new UserJson(
                user.id().text(),
                user.email(),
                user.name(),
                user.role().text(),
                user.isActive() ? "active" : "disabled",
                user.addresses(),
                shown.hasPassword(),
                user.createdAt());
    }
}
