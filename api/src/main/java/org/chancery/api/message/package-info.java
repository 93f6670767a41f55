/**
 * Mail in and out: {@code /v1/messages/}.
 */
@NullMarked
package org.chancery.api.message;

import org.jspecify.annotations.NullMarked;
