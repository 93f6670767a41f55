/** How people sign in and out: {@code /api/auth/…}. */
@NullMarked
package org.chancery.api.signin;

import org.jspecify.annotations.NullMarked;
