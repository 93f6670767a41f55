/**
 * DMARC: whether what passed is of the domain in {@code From} (RFC 7489). Depends on the questions of {@code dns} and on
 * {@code core.mail}.
 */
@NullMarked
package org.chancery.mailets.authentication.dmarc;

import org.jspecify.annotations.NullMarked;
