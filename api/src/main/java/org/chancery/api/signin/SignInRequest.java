package org.chancery.api.signin;

import org.chancery.api.http.Field;
import org.jspecify.annotations.Nullable;

/** What {@code POST /api/auth/login} takes. */
public record SignInRequest(
        @Field(value = "The person's e-mail address.", maxLength = 320)
        String email,

        @Field(value = "The person's password.", maxLength = 1024)
        String password,

        @Field("Which workspace, for somebody who has the same address and password in several.") @Nullable
        String workspaceId) {}
