/** The operator's chores, done by a running server on behalf of {@code bin/chancery admin}, or alone where none runs. */
@NullMarked
package org.chancery.server.admin;

import org.jspecify.annotations.NullMarked;
