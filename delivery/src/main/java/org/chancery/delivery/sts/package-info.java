/**
 * Finds what domains demand of those who bring them mail (MTA-STS, RFC 8461): the announcement in the DNS, the policy on their web
 * server. Depends on {@code core.sts} and on guarded connections.
 */
@NullMarked
package org.chancery.delivery.sts;

import org.jspecify.annotations.NullMarked;
