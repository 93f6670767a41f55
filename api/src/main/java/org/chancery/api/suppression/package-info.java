/** Addresses to which nothing is sent: {@code /v1/suppressions/}. */
@NullMarked
package org.chancery.api.suppression;

import org.jspecify.annotations.NullMarked;
