package org.chancery.api.signin;

import java.time.Instant;
import org.chancery.api.http.Field;
import org.chancery.api.http.SessionCookie;
import org.chancery.core.access.SignInService.Outcome.SignedIn;
import org.chancery.core.access.User;

/** A session that begins. */
public record SignedInJson(@Field("Always true.") boolean success, DataJson data) {

    /** What it is used with. */
    public record DataJson(
            @Field("Works as a bearer token; a browser gets it as a cookie, too.")
            String token,

            Instant expiresAt,

            @Field("For the header X-CSRF-Token of writes by cookie.")
            String csrfToken,

            PersonJson user) {}

    /** Whose it is. */
    public record PersonJson(
            String userId,
            String email,
            String name,
            @Field("owner, admin or member.") String role,
            String workspaceId,
            String workspaceName) {}

    static SignedInJson of(SignedIn session) {
        User user = session.user();
        return new SignedInJson(
                true,
                new DataJson(
                        session.secret().reveal(),
                        session.expiresAt(),
                        SessionCookie.csrfToken(session.secret()),
                        new PersonJson(
                                user.id().text(),
                                user.email(),
                                user.name(),
                                user.role().text(),
                                user.workspace().text(),
                                session.workspace().name())));
    }
}
