package org.chancery.api.signin;

import org.chancery.api.http.Field;

/** What {@code POST /api/auth/password} takes. */
public record PasswordRequest(
        @Field(value = "The password that is in force.", maxLength = 1024)
        String oldPassword,

        @Field(value = "The one from now on; eight characters or more.", maxLength = 1024)
        String newPassword) {}
