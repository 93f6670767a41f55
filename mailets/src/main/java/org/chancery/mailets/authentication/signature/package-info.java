/**
 * Signatures on mail: DKIM (RFC 6376, RFC 8301, RFC 8463) and ARC (RFC 8617), verified over one pass through the mail. jDKIM
 * canonicalises bodies; the rest is ours ({@code docs/adr} says why). Depends on the questions of {@code dns} and on
 * {@code core.mail}.
 */
@NullMarked
package org.chancery.mailets.authentication.signature;

import org.jspecify.annotations.NullMarked;
