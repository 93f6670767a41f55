/**
 * What domains demand of those who bring them mail (MTA-STS, RFC 8461): their policies, and how long they are kept. Fetching them
 * belongs to {@code delivery.sts}. Depends on transactions and on names of domains.
 */
@NullMarked
package org.chancery.core.sts;

import org.jspecify.annotations.NullMarked;
