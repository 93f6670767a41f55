/** The people of a workspace: {@code /v1/users/}. */
@NullMarked
package org.chancery.api.user;

import org.jspecify.annotations.NullMarked;
