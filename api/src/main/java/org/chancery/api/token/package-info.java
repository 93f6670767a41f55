/**
 * Tokens, and saying whose a token is: {@code /v1/tokens/}, {@code /v1/whoami/}.
 */
@NullMarked
package org.chancery.api.token;

import org.jspecify.annotations.NullMarked;
