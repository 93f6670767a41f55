/**
 * SPF: whether a client may send for a domain (RFC 7208). Our own evaluator; {@code docs/adr} says why. Depends on the
 * questions of {@code dns} and on {@code core.mail}.
 */
@NullMarked
package org.chancery.mailets.authentication.spf;

import org.jspecify.annotations.NullMarked;
